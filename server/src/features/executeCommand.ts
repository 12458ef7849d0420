/** `workspace/executeCommand`: `phasewise.run`, `phasewise.build` and `phasewise.replay` for any editor, answered as the command line answers. */
import type { Connection, ExecuteCommandParams } from 'vscode-languageserver/node';
import type { Logger } from '../environment';
import type { BuildResult, Failure, RunResult } from '../protocol/model';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { WantedDerivation } from './derivationLookup';
import { requestHandler } from './handler';
import { problemError } from './problemError';
import type { Replays } from './replays';
import type { Workbench } from './workbench';

export const commands = ['phasewise.run', 'phasewise.build', 'phasewise.replay'] as const;

/** A failure is that of `phasewise.replay`. */
type Answer = RunResult | BuildResult | Failure | null;

export function registerExecuteCommand(
  connection: Connection,
  workbench: Workbench,
  replays: Replays,
  log: Logger,
): void {
  const execute = async (params: ExecuteCommandParams, signal: AbortSignal): Promise<Answer> => {
    const result = await perform(params, { workbench, replays }, signal);
    if (result.ok) return result.value;
    throw problemError(result.error);
  };
  connection.onExecuteCommand(requestHandler<ExecuteCommandParams, Answer>(log, null, execute, true));
}

async function perform(
  params: ExecuteCommandParams,
  { workbench, replays }: { readonly workbench: Workbench; readonly replays: Replays },
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

const wrongArguments: Problem = {
  code: 'wrong-arguments',
  message: 'The command takes one argument: {uri, attr?, phase?}.',
  advice: 'Give the URI of a .nix file and, where it makes several derivations, the attribute.',
};
