import { exitHook, failureHook, usualHooks } from '../knowledge/stdenvPhases';
import type { Hook, Origin, Phase } from '../protocol/model';
import { phaseStem } from '../protocol/phaseStem';

/** A hook before it is known when it runs. */
export type DrawnHook = Omit<Hook, 'when'>;

/** What one kind of drawing knows of a derivation; the three drawings differ in nothing else. */
export interface DrawingFacts {
  /** In running order. */
  readonly phaseNames: readonly string[];
  /** Why the phase does not run; null when it runs. */
  skipReason(phase: string): string | null;
  /** The text that runs; null when not known. */
  body(phase: string): string | null;
  origin(phase: string): Origin;
  /** Names of the hooks that the phase's text runs, in order; null when its text is not known. */
  hookCalls(phase: string): readonly string[] | null;
  /** What runs for a hook of this name, in order; nothing when nothing is defined. */
  hooks(name: string): readonly DrawnHook[];
  /** Hooks that setup itself runs before the first phase, in order. */
  setupHookNames(): readonly string[];
  /** Whether `hookCalls` of this phase are all that it can run, those of the functions that it calls included. */
  knowsAllHookCalls(phase: string): boolean;
}

/**
 * The phases with their hooks. Hooks that belong to the whole builder stand once: those of setup at the first phase,
 * those of failure and exit at the last phase that runs.
 */
export function drawPhases(facts: DrawingFacts): Phase[] {
  const called = new Set(
    facts.phaseNames.flatMap((name) =>
      facts.skipReason(name) === null ? (facts.hookCalls(name) ?? usualHooks(name)) : [],
    ),
  );
  const phases = facts.phaseNames.map((name): Phase => {
    const skipReason = facts.skipReason(name);
    const runs = skipReason === null;
    const hooks = phaseHooks(name, facts);
    const idle = idleHooks(name, facts).filter((hook) => !called.has(hook));
    return {
      name,
      runs,
      skipReason,
      origin: facts.origin(name),
      body: facts.body(name),
      hooks: [
        ...(runs ? hooks : hooks.map((hook) => ({ ...hook, runs: false, reason: `${name} is skipped` }))),
        ...idle.flatMap((hook) => neverRun(hook, name, facts)),
      ],
    };
  });
  const setup = facts.setupHookNames().flatMap((name) => timed(facts.hooks(name), 'setup'));
  const failure = timed(facts.hooks(failureHook), 'failure');
  const exit = timed(facts.hooks(exitHook), 'exit');
  const last = phases.findLastIndex((phase) => phase.runs);
  return phases.map((phase, index) => {
    const before = index === 0 ? setup : [];
    const after = index === (last < 0 ? phases.length - 1 : last) ? [...failure, ...exit] : [];
    return { ...phase, hooks: [...before, ...phase.hooks, ...after] };
  });
}

function phaseHooks(phase: string, facts: DrawingFacts): Hook[] {
  const names = [...new Set(facts.hookCalls(phase) ?? usualHooks(phase))];
  const stem = phaseStem(phase);
  const ofWholeBuilder = new Set([...facts.setupHookNames(), failureHook, exitHook]);
  const hooks = names
    .filter((name) => !ofWholeBuilder.has(name))
    .flatMap((name) => timed(facts.hooks(name), timeOf(name, stem)));
  return (['pre', 'during', 'post'] as const).flatMap((when) => hooks.filter((hook) => hook.when === when));
}

/** Hooks that one would expect the phase to run, and that nothing of it does. */
function idleHooks(phase: string, facts: DrawingFacts): readonly string[] {
  const calls = facts.hookCalls(phase);
  if (calls === null || !facts.knowsAllHookCalls(phase)) return [];
  const stem = phaseStem(phase);
  const expected = new Set([`pre${stem}`, ...usualHooks(phase), `post${stem}`]);
  return [...expected].filter((name) => !calls.includes(name));
}

function neverRun(name: string, phase: string, facts: DrawingFacts): Hook[] {
  const reason = `${phase} does not call runHook ${name}`;
  // Of stdenv's own, nobody waits for that they run.
  const others = facts.hooks(name).filter(({ origin }) => origin.kind !== 'setup');
  return timed(others, timeOf(name, phaseStem(phase))).map((hook) => ({ ...hook, runs: false, reason }));
}

function timeOf(hook: string, stem: string): 'pre' | 'post' | 'during' {
  if (hook === `pre${stem}`) return 'pre';
  return hook === `post${stem}` ? 'post' : 'during';
}

function timed(hooks: readonly DrawnHook[], when: Hook['when']): Hook[] {
  return hooks.map(({ name, kind, origin, body }) => ({ name, when, kind, origin, body }));
}

const hookCall = /(?:^|[;&|({\s])run(?:One)?Hook\s+["']?([A-Za-z_]\w*)/g;

/** Names in the `runHook X` and `runOneHook X` calls of a bash text, in order; comments do not count. */
export function hookCallsIn(text: string): string[] {
  const code = text.replace(/^[ \t]*#.*$/gm, '');
  return [...code.matchAll(hookCall)].flatMap((match) => match[1] ?? []);
}

export const unknownOrigin: Origin = { kind: 'setup', file: null, range: null, input: null };
export const absentOrigin: Origin = { kind: 'absent', file: null, range: null, input: null };
