/** `workspace/executeCommand`: `phasewise.run`, `phasewise.build` and `phasewise.replay` for any editor, answered as the command line answers. */
import type { Connection, ExecuteCommandParams } from 'vscode-languageserver/node';
import { isAbsolute } from 'node:path';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { BuildResult, Failure, RunResult } from '../protocol/model';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { DocumentEdits } from './packageEdits';
import type { WantedDerivation } from './derivationLookup';
import type { FlakeLocks } from './flakeLocks';
import { requestHandler } from './handler';
import { problemError } from './problemError';
import type { Replays } from './replays';
import { untrusted, type WorkspaceState } from './workspaceState';
import type { Workbench } from './workbench';

export const serverCommands = [
  'phasewise.run',
  'phasewise.build',
  'phasewise.replay',
  'phasewise.addToGit',
  'phasewise.fetchHash',
  'phasewise.bumpVersion',
  'phasewise.formatBash',
  'phasewise.lockFlake',
] as const;

/** A failure is that of `phasewise.replay`; `phasewise.addToGit` and those that edit a text answer null. */
type Answer = RunResult | BuildResult | Failure | null;

export interface ExecuteCommandParts {
  readonly connection: Connection;
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly workbench: Workbench;
  readonly replays: Replays;
  readonly edits: DocumentEdits;
  readonly locks: FlakeLocks;
  /** Git knows more than before: what was said of this flake may hold no longer. */
  readonly gitChanged: (uri: string) => void;
  readonly log: Logger;
}

export function registerExecuteCommand(parts: ExecuteCommandParts): void {
  const execute = async (params: ExecuteCommandParams, signal: AbortSignal): Promise<Answer> => {
    const result = await answerTo(params, parts, signal);
    if (result.ok) return result.value;
    throw problemError(result.error);
  };
  parts.connection.onExecuteCommand(
    requestHandler<ExecuteCommandParams, Answer>(parts.log, null, execute, true),
  );
}

function answerTo(
  params: ExecuteCommandParams,
  parts: ExecuteCommandParts,
  signal: AbortSignal,
): Promise<Result<Answer>> {
  if (params.command === 'phasewise.addToGit') return tellGit(params, parts, signal);
  if (params.command === 'phasewise.fetchHash') return parts.edits.fetchHash(params.arguments?.[0], signal);
  if (params.command === 'phasewise.bumpVersion') return parts.edits.bump(params.arguments?.[0], signal);
  if (params.command === 'phasewise.formatBash') return parts.edits.formatBash(params.arguments?.[0], signal);
  if (params.command === 'phasewise.lockFlake') return parts.locks.lock(params.arguments?.[0], signal);
  return perform(params, parts, signal);
}

/** `[{uri, folder, path}]`. */
async function tellGit(
  { arguments: given }: ExecuteCommandParams,
  { engine, state, gitChanged }: ExecuteCommandParts,
  signal: AbortSignal,
): Promise<Result<null>> {
  if (!state.trusted) return failure(untrusted);
  const argument: unknown = given?.[0];
  if (typeof argument !== 'object' || argument === null) return failure(wrongFile);
  const { uri, folder, path, ignored } = argument as Readonly<Record<string, unknown>>;
  if (typeof folder !== 'string' || typeof path !== 'string' || path === '' || !isAbsolute(folder))
    return failure(wrongFile);
  const added = await engine.addToGit({ folder, path, ignored: ignored === true }, signal);
  if (added.ok && typeof uri === 'string') gitChanged(uri);
  return added;
}

async function perform(
  params: ExecuteCommandParams,
  { workbench, replays }: ExecuteCommandParts,
  signal: AbortSignal,
): Promise<Result<RunResult | BuildResult | Failure>> {
  const wanted = parseArguments(params.arguments);
  if (!wanted.ok) return wanted;
  const key = await workbench.keyOf(wanted.value, signal);
  if (!key.ok) return key;
  const { phase } = wanted.value;
  if (params.command === 'phasewise.build') {
    return workbench.build({ ...key.value, rebuild: false, keepFailed: false }, signal);
  }
  if (params.command === 'phasewise.replay') return replays.find(key.value, signal);
  if (params.command === 'phasewise.run') {
    const selection = phase === null ? 'all' : 'only';
    return workbench.run({ ...key.value, selection, phase, fresh: false }, signal);
  }
  return failure({
    code: 'unknown-command',
    message: `There is no command ${params.command}.`,
    advice: null,
  });
}

/** `[{uri, attr?, phase?}]`, as anyone may send it. */
function parseArguments(given: unknown): Result<WantedDerivation & { readonly phase: string | null }> {
  const argument: unknown = Array.isArray(given) ? given[0] : undefined;
  if (typeof argument !== 'object' || argument === null || !('uri' in argument))
    return failure(wrongArguments);
  const { uri } = argument;
  const attr = 'attr' in argument ? argument.attr : null;
  const phase = 'phase' in argument ? argument.phase : null;
  if (typeof uri !== 'string' || !isOptionalText(attr) || !isOptionalText(phase))
    return failure(wrongArguments);
  return success({ uri, attr: attr ?? null, phase: phase ?? null });
}

function isOptionalText(value: unknown): value is string | null | undefined {
  return value === null || value === undefined || typeof value === 'string';
}

const wrongFile: Problem = {
  code: 'wrong-arguments',
  message: 'The command takes one argument: {uri, folder, path}.',
  advice: 'Give the absolute path of the repository and that of a file, relative to it.',
};

const wrongArguments: Problem = {
  code: 'wrong-arguments',
  message: 'The command takes one argument: {uri, attr?, phase?}.',
  advice: 'Give the URI of a .nix file and, where it makes several derivations, the attribute.',
};
