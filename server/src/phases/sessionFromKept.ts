/**
 * Makes a session of what a failed build left: its directory and what its shell exported, at the phase that failed. Setup is sourced anew,
 * so functions are there; variables that earlier phases did not export are lost with the build's shell.
 */
import { basename, join } from 'node:path';
import type { ActivityEvent } from '../protocol/messages';
import { failure, success, type Problem, type Result } from '../result';
import type { KeptDirectory, PathPair } from './keptDirectory';
import { restoringExports } from './keptDirectory';
import { copyKept } from './keptTree';
import type { OpenedChain, SessionOptions } from './openChain';
import { logFileName } from './sessionFolder';
import { failedPhaseUnknown, unknownPhase } from './sessionProblems';
import type { SessionRecord } from './sessionRecord';
import type { SessionPhaseResult } from './sessionResults';
import { quoteForShell } from './structuredAttrs';
import { beginAnew, type TravelParts } from './sessionTravel';

export interface KeptBuild {
  readonly directory: KeptDirectory;
  /** The phase that failed; null when that is not known, which does where there is but one. */
  readonly phase: string | null;
  /** Output name to what the build left of it in the store, and to its path there. */
  readonly outputs: Readonly<Record<string, { readonly path: string; readonly source: string | null }>>;
  /** What the phases took in the build, where that is known. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** Problems: `unknown-phase`, `phase-unknown`, `kept-not-copied`, `cancelled`, those of a session that begins. */
export async function takeKept(
  parts: TravelParts & { readonly options: SessionOptions },
  kept: KeptBuild,
  onEvent: (event: ActivityEvent) => void,
  signal: AbortSignal,
): Promise<Result<null>> {
  const { keeper, shell, snapshots } = parts;
  const begun = await beginAnew(keeper, shell, onEvent, signal);
  if (!begun.ok) return begun;
  await keeper.forgetFailedState();
  const names = keeper.record.phases.map(({ name }) => name);
  const phase = kept.phase ?? (names.length === 1 ? (names[0] ?? null) : null);
  if (phase === null) return failure(failedPhaseUnknown(names));
  const index = names.indexOf(phase);
  if (index < 0 || shell.live === null) return failure(unknownPhase(phase, names));
  // What all phases begin with, so that they can.
  const first = await snapshots.save(0, signal);
  const filled = await fill(parts, shell.live, kept, onEvent, signal);
  const placed = filled.ok ? await enter(parts, shell.live, kept, index) : filled;
  if (!placed.ok) {
    await keeper.cutAt(0, { dirty: true });
    return placed;
  }
  const saved = index === 0 ? success(null) : await snapshots.save(2 * index, signal);
  const number = saved.ok && index > 0 ? 2 * index : null;
  const none = Array.from({ length: Math.max(0, index - 1) }, () => null);
  await keeper.update({
    results: keeper.record.phases.slice(0, index).map((phase) => resultOf(phase, kept, keeper.folder.logs)),
    states: placed.value,
    snapshots: index === 0 ? [] : [first.ok ? 0 : null, ...none, number],
    ends: index === 0 ? [] : [null, ...none, number],
    ...{ left: number, dirty: false, finished: false, stale: [] },
    failed: { name: phase, status: 'failed', seconds: kept.seconds[phase] ?? null },
  });
  onEvent({ type: 'notice', text: told(kept, phase) });
  return success(null);
}

/** The kept files, where the session has them. */
async function fill(
  { keeper, options }: { readonly keeper: TravelParts['keeper']; readonly options: SessionOptions },
  { view }: OpenedChain,
  { directory, outputs }: KeptBuild,
  onEvent: (event: ActivityEvent) => void,
  signal: AbortSignal,
): Promise<Result<null>> {
  const pairs = pathPairs(keeper.record, view.buildTop, { directory, outputs });
  const copies: (readonly [string, string])[] = [[directory.top, keeper.folder.buildTop]];
  for (const [name, { source }] of Object.entries(outputs)) {
    const path = keeper.record.outputPaths[name];
    if (source !== null && path !== undefined) copies.push([source, join(view.outputFolder, basename(path))]);
  }
  for (const [source, target] of copies) {
    const copied = await copyKept(source, target, pairs, options.runner, signal);
    if (!copied.ok) return copied;
    if (copied.value.length === 0) continue;
    const lost = `Not yours to read, and left out: ${copied.value.join(', ')}.`;
    onEvent({ type: 'notice', text: source === directory.top ? `${lost} ${openedBy(source)}` : lost });
  }
  return success(null);
}

/** What has another place in the session than it had in the build. */
function pathPairs(
  { outputPaths }: SessionRecord,
  buildTop: string,
  { directory, outputs }: Pick<KeptBuild, 'directory' | 'outputs'>,
): readonly PathPair[] {
  const moved = Object.entries(outputs).map(([name, { path }]): PathPair => [
    path,
    outputPaths[name] ?? path,
  ]);
  const top: readonly PathPair[] = directory.builtAt === null ? [] : [[directory.builtAt, buildTop]];
  return [...moved, ...top].filter(([from, to]) => from !== to);
}

/** The shell as it is after setup becomes that of the failing phase's beginning, and is kept as that. */
async function enter(
  { keeper, shell }: TravelParts,
  { chain, view }: OpenedChain,
  { directory, outputs }: KeptBuild,
  index: number,
): Promise<Result<SessionRecord['states']>> {
  const before = await keeper.state(0);
  const pairs = pathPairs(keeper.record, view.buildTop, { directory, outputs });
  const script = before === null ? null : restoringExports(directory, before, view.buildTop, pairs);
  const bytes = Buffer.from(script ?? 'true\n', 'latin1');
  if (before === null || !(await chain.edit(bytes))) return failure(notEntered);
  const states = await keeper.keepState(index, 0);
  // It waits at the beginning, of which it is not the shell any more.
  await shell.close();
  return (states[index] ?? null) === null ? failure(notEntered) : success(states);
}

function resultOf(
  { name, runs }: SessionRecord['phases'][number],
  { seconds }: KeptBuild,
  logs: string,
): SessionPhaseResult {
  return {
    ...{ name, status: runs ? 'ok' : 'skipped', reused: false, exitCode: 0 },
    ...{ seconds: seconds[name] ?? 0, lines: 0, logFile: join(logs, logFileName(name)) },
    ...{ message: null, failedCommand: null, tail: [] },
  };
}

/** A daemon's builders are other users. */
function openedBy(folder: string): string {
  return `\`sudo chmod -R a+rX ${quoteForShell(folder)}\` lets you; then go on there again.`;
}

function told({ directory }: KeptBuild, phase: string): string {
  const files = `The session goes on with a copy of the directory that the build left, as ${phase} left it when it failed.`;
  return directory.environment === null
    ? `${files} What its shell exported could not be read: variables are as they are after setup.`
    : `${files} Variables that phases before it set and did not export are not there.`;
}

const notEntered: Problem = {
  code: 'kept-not-entered',
  message: 'The shell could not be brought to where the build failed.',
  advice: 'Run the phases in a session of their own.',
};
