/** `phasewise run`: phases of one derivation, in its kept session. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { RunSelection } from '../../engine/engine';
import type { ActivityEvent } from '../../protocol/messages';
import type { Failure, InputUse, RunResult } from '../../protocol/model';
import { failure, success, type Result } from '../../result';
import { exitCodeOf, exitCodes, report, writeJson, type CommandLine, type ExitCode } from '../commandLine';
import { addNixOptions, type RawNixOptions } from '../nixArguments';
import { progress, writeFailure } from '../output/progress';
import { refusalOf, refusedRun } from '../output/refusal';
import { fileWords, readDerivation, type SubjectProblem } from '../subject';

interface RunOptions extends RawNixOptions {
  readonly only?: string;
  readonly until?: string;
  readonly from?: string;
  readonly all?: boolean;
  readonly next?: boolean;
  readonly hook?: string;
  readonly adopt?: string;
  readonly at?: string;
  readonly fresh?: boolean;
  readonly verify?: boolean;
  readonly watchInputs?: boolean;
  readonly out?: string;
  /** False for `--no-isolation`. */
  readonly isolation?: boolean;
  readonly json?: boolean;
}

export function runCommand(cli: CommandLine): Command {
  const command = new Command('run')
    .description('run phases of a derivation in a session that is kept')
    .argument('<file>', fileWords)
    .option('--only <phase>', 'run this phase, and before it what it still needs')
    .option('--until <phase>', 'run everything up to this phase and the phase itself')
    .option('--from <phase>', 'run this phase and everything after it again')
    .option('--all', 'run every phase')
    .option('--next', 'run the first phase that is not done')
    .option('--hook <name>', 'run this hook alone, in the present state, and leave the session as it is')
    .option(
      '--adopt <folder>',
      'go on in the directory that Nix kept of a failed build, at the phase that failed',
    )
    .option('--at <phase>', 'with --adopt: the phase that failed, where the log does not tell')
    .option('--fresh', 'begin with a new session')
    .option('--verify', 'compare the outputs with those of a real build')
    .option('--watch-inputs', 'with --all: begin anew under strace, and tell which inputs nothing used')
    .option('--out <folder>', 'copy the outputs there')
    .option('--no-isolation', 'run beside everything else, with outputs and build directory elsewhere')
    .option('--json', 'write JSON');
  return addNixOptions(command).action(async (file: string, options: RunOptions) => {
    cli.exitCode = await run(cli, file, options);
  });
}

async function run(cli: CommandLine, file: string, options: RunOptions): Promise<ExitCode> {
  const selection = selectionOf(cli, options);
  if (!selection.ok) return refuse(cli, selection.error, null, options);
  const read = await readDerivation(cli, file, options, {
    isolation: options.isolation === false ? 'off' : 'auto',
  });
  if (!read.ok) return refuse(cli, read.error, null, options);
  const { engine, derivation } = read.value;
  const show = { logs: true };
  const told = progress(cli, show);
  let reason: Failure | null = null;
  const onEvent = (event: ActivityEvent): void => {
    if (event.type === 'finished') reason = event.failure;
    told(event);
  };
  const result = await engine.run(derivation, selection.value, onEvent, cli.signal);
  if (!result.ok) return refuse(cli, result.error, reason, options);
  if (options.json === true) writeJson(cli, result.value);
  const failed = result.value.phases.find(({ failure: reason }) => reason !== null)?.failure;
  if (failed) writeFailure(cli, failed, show);
  if (options.json !== true) writeOutputs(cli, result.value);
  const { verify, phases } = result.value;
  const bad =
    phases.some(({ status }) => status === 'failed' || status === 'cancelled') || verify?.same === false;
  return bad ? exitCodes.no : exitCodes.ok;
}

/** What ended before the first phase; an input that failed has a reason with a place and a log. */
function refuse(
  cli: CommandLine,
  problem: SubjectProblem,
  reason: Failure | null,
  { json }: RunOptions,
): ExitCode {
  const placed = reason !== null && reason.file !== null && !cli.signal.aborted;
  if (placed) writeFailure(cli, reason, { logs: false });
  const code = placed ? exitCodeOf(problem) : report(cli, problem);
  if (json === true && code !== exitCodes.interrupted)
    writeJson(cli, refusedRun(placed ? reason : refusalOf(problem)));
  return code;
}

function selectionOf(cli: CommandLine, options: RunOptions): Result<RunSelection> {
  const { only, until, from, all, next, hook } = options;
  const chosen = [
    ...(only === undefined ? [] : [{ selection: 'only', phase: only } as const]),
    ...(until === undefined ? [] : [{ selection: 'until', phase: until } as const]),
    ...(from === undefined ? [] : [{ selection: 'from', phase: from } as const]),
    ...(all === true ? [{ selection: 'all', phase: null } as const] : []),
    ...(hook === undefined ? [] : [{ selection: 'hook', phase: hook } as const]),
    ...(next === true ? [{ selection: 'next', phase: null } as const] : []),
  ];
  const { adopt: folder, at = null } = options;
  if (folder === undefined && at !== null)
    return failure({
      code: 'usage',
      message: '--at names the phase of a kept directory.',
      advice: 'Write --adopt FOLDER with it.',
    });
  const adopt =
    folder === undefined ? undefined : { folder: resolve(cli.cwd, folder), phase: at, drvPath: null };
  const [selection = adopt && ({ selection: 'none', phase: null } as const)] = chosen;
  if (selection === undefined || chosen.length > 1) {
    const message =
      chosen.length === 0 ? 'It is not said which phases to run.' : 'Too many choices of phases.';
    const advice = 'Write one of --only PHASE, --until PHASE, --from PHASE, --next, --hook NAME or --all.';
    return failure({ code: 'usage', message, advice });
  }
  const { watchInputs = false } = options;
  if (watchInputs && selection.selection !== 'all') {
    const message = '--watch-inputs needs every phase.';
    return failure({ code: 'usage', message, advice: 'Write --all with it.' });
  }
  const out = options.out === undefined ? null : resolve(cli.cwd, options.out);
  return success({
    ...selection,
    fresh: options.fresh === true || watchInputs,
    watchInputs,
    verify: options.verify === true,
    out,
    adopt,
  });
}

function writeOutputs(cli: CommandLine, result: RunResult): void {
  const { stdout, stderr } = cli;
  if (result.isolation === 'none') {
    const reason = result.isolationNote ? ` (${result.isolationNote})` : '';
    stderr.write(`note: the phases ran without isolation${reason}.\n`);
  } else if (result.isolationNote) stderr.write(`note: ${result.isolationNote}.\n`);
  for (const [name, path] of Object.entries(result.outputs)) stdout.write(`${name}: ${path}\n`);
  if (result.inputs !== undefined) writeInputs(cli, result.inputs);
  if (result.verify === null) return;
  if (result.verify.same) stdout.write('The outputs are those of a real build.\n');
  for (const note of result.verify.notes ?? []) stderr.write(`note: ${note}\n`);
  for (const difference of result.verify.differences)
    stderr.write(`${stderr.colours.red('differs:')} ${difference}\n`);
}

function writeInputs({ stdout }: CommandLine, inputs: readonly InputUse[]): void {
  for (const { list, path, use } of inputs) if (use === null) stdout.write(`unused: ${path} of ${list}\n`);
  if (inputs.every(({ use }) => use !== null)) stdout.write('Every input was used.\n');
}
