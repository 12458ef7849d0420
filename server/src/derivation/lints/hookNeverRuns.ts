/** `hook-never-runs`: a hook whose phase is overridden and does not call it, or is skipped. */
import { finding, type Finding, type Severity } from '../../analysis/finding';
import { usualPhases, type UsualPhase } from '../../knowledge/stdenvPhases';
import type { TextFix } from '../../syntax/syntaxTree';
import { unwrapped } from '../../syntax/walk';
import type { FoundAttribute } from '../foundDerivation';
import type { Lint, Linted } from '../lint';
import { hookCallsIn } from '../phaseDrawing';
import { scriptOf } from './facts';
import { hookCall } from './phaseCalls';
import { skippedPhase } from './skippedPhase';

export const hookNeverRuns: Lint = {
  code: 'hook-never-runs',
  of: (linted) => {
    const { attributes } = linted.derivation;
    return usualPhases.flatMap((phase) =>
      phase.hooks.flatMap((hook) => {
        const attribute = attributes.get(hook);
        return attribute === undefined ? [] : findingOf(linted, phase, attribute);
      }),
    );
  },
};

function findingOf(linted: Linted, phase: UsualPhase, hook: FoundAttribute): readonly Finding[] {
  const { derivation, tree } = linted;
  const told = (severity: Severity, why: string, fixes: readonly TextFix[] = []): readonly Finding[] => [
    finding('hook-never-runs', severity, hook.nameSpan, `\`${hook.name}\` never runs: ${why}.`, { fixes }),
  ];
  const skipped = skippedPhase(linted, phase.name, hook.name);
  if (skipped !== null)
    return told(skipped.severity, `\`${phase.name}\` is skipped, as ${skipped.reason}`, skipped.fixes);
  const body = derivation.attributes.get(phase.name);
  const script = scriptOf(body, tree.text);
  if (body === undefined || script === null || callsHook(script, hook.name, derivation.attributes)) return [];
  const literal = body.value === null ? null : unwrapped(body.value);
  const call = literal?.kind === 'string' ? hookCall(tree.text, literal, hook.name) : null;
  const fixes = call === null ? [] : [{ title: `Call it: \`runHook ${hook.name}\``, edits: [call] }];
  return told('warning', `\`${phase.name}\` is written anew and does not call it`, fixes);
}

/** Also by a function of stdenv, or by anything of the derivation that a call from outside may reach. */
function callsHook(script: string, hook: string, attributes: ReadonlyMap<string, FoundAttribute>): boolean {
  if (hookCallsIn(script).includes(hook) || script.includes(hook)) return true;
  // What else is called may call it in turn: `genericBuild`, a function of a setup hook, another phase’s text.
  return /\b\w+(?:Phase|Hook)\b/.test(script.replaceAll(/\brunHook\s+\w+/g, '')) || attributes.has('phases');
}
