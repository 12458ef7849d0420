/** `phasewise build`: a real build, told phase by phase. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { exitCodes, report, writeJson, type CommandLine, type ExitCode } from '../commandLine';
import { addNixOptions, type RawNixOptions } from '../nixArguments';
import { progress, writeFailure } from '../output/progress';
import { refusalOf, refusedBuild } from '../output/refusal';
import type { BuildResult, Derivation, Failure } from '../../protocol/model';
import type { Engine } from '../../engine/engine';
import { quoteForShell } from '../../phases/structuredAttrs';
import { fileWords, readDerivation, type SubjectProblem } from '../subject';

interface BuildOptions extends RawNixOptions {
  readonly rebuild?: boolean;
  readonly keepFailed?: boolean;
  readonly replay?: boolean;
  readonly printBuildLogs?: boolean;
  readonly json?: boolean;
  readonly until?: string;
  readonly report?: boolean;
  readonly outLink?: string;
  readonly builders?: string;
  readonly buildStore?: string;
}

export function buildCommand(cli: CommandLine): Command {
  const command = new Command('build')
    .description('build a derivation with Nix and show its phases as they run')
    .argument('<file>', fileWords)
    .option('--rebuild', 'build again what is built, and compare')
    .option('-K, --keep-failed', "keep a failed build's folder")
    .option('--replay', 'when it fails, run its phases again in a session to find the failing line')
    .option('--until <phase>', 'end the build on purpose after this phase, and keep its directory')
    .option('-o, --out-link <path>', 'leave a link to each output, as nix-build leaves `result`')
    .option('--builders <machines>', 'build on these machines, written as for nix-build')
    .option('--build-store <store>', 'build in another store, which gets what it needs first')
    .option('-L, --print-build-logs', 'show the output of the phases')
    .option('--report', 'on a failure, print a report for others, without secrets')
    .option('--json', 'write JSON');
  return addNixOptions(command).action(async (file: string, options: BuildOptions) => {
    cli.exitCode = await build(cli, file, options);
  });
}

async function build(cli: CommandLine, file: string, options: BuildOptions): Promise<ExitCode> {
  const read = await readDerivation(cli, file, options);
  if (!read.ok) return refuse(cli, read.error, options);
  const { engine, derivation } = read.value;
  const show = { logs: options.printBuildLogs === true };
  if (options.until !== undefined) return buildPart(cli, file, read.value, options.until, options);
  const kind = {
    ...{ rebuild: options.rebuild === true, keepFailed: options.keepFailed === true },
    ...{ builders: options.builders ?? '', store: options.buildStore ?? '' },
    link: options.outLink === undefined ? null : resolve(cli.cwd, options.outLink),
  };
  const result = await engine.build(derivation, kind, progress(cli, show), cli.signal);
  if (!result.ok) return refuse(cli, result.error, options);
  const { status, outputs } = result.value;
  const failure =
    options.replay === true ? await replayed(cli, read.value, result.value) : result.value.failure;
  if (options.json === true) writeJson(cli, { ...result.value, failure });
  if (failure !== null) writeFailure(cli, failure, show);
  offerToGoOn(cli, file, options, failure);
  if (failure !== null && options.report === true && options.json !== true)
    cli.stdout.write(await engine.store.failureReport(derivation, failure, cli.signal));
  if (status === 'failed' || status === 'cancelled') return exitCodes.no;
  const shown = defaultOutput(derivation.outputs, outputs);
  if (options.json !== true && shown !== null) cli.stdout.write(`${shown}\n`);
  return exitCodes.ok;
}

/** The command that makes a session of what was kept. */
function offerToGoOn(cli: CommandLine, file: string, { attr }: BuildOptions, failure: Failure | null): void {
  const kept = failure?.offers?.find(({ kind }) => kind === 'goOnInKept');
  if (kept?.kind !== 'goOnInKept') return;
  const subject = attr === undefined ? [file] : [file, '-A', attr];
  const words = ['phasewise', 'run', ...subject, '--adopt', kept.folder];
  const typed = words.map((word) => (/^[\w@%+=:,./#-]+$/.test(word) ? word : quoteForShell(word)));
  cli.stderr.write(`${cli.stderr.colours.dim(`Go on there: ${typed.join(' ')}`)}\n`);
}

/** The failure with the line that a replay found, or with a note why it did not. */
async function replayed(
  cli: CommandLine,
  { engine, derivation }: { readonly engine: Engine; readonly derivation: Derivation },
  { failure }: BuildResult,
): Promise<Failure | null> {
  if (failure?.replay?.state !== 'offered') return failure;
  cli.stderr.write(cli.stderr.colours.dim(`looking for the line that failed in ${failure.phase ?? 'it'}\n`));
  const replay = (failed: Failure) => engine.replay(derivation, failed, () => undefined, cli.signal);
  const first = await replay(failure);
  // In the directory that the build left it may have told nothing.
  const found = first.ok && first.value.replay?.state === 'offered' ? await replay(first.value) : first;
  if (found.ok) return found.value;
  const { seconds } = failure.replay;
  return {
    ...failure,
    replay: { state: 'offered', seconds, note: `It did not run again: ${found.error.message}` },
  };
}

/** A real build cut short; prints the directory that it left. */
async function buildPart(
  cli: CommandLine,
  file: string,
  { engine, derivation }: { readonly engine: Engine; readonly derivation: Derivation },
  phase: string,
  options: BuildOptions,
): Promise<ExitCode> {
  const show = { logs: options.printBuildLogs === true };
  const result = await engine.store.buildUntil(derivation, phase, progress(cli, show), cli.signal);
  if (!result.ok) return refuse(cli, result.error, options);
  const { status, folder, failure } = result.value;
  if (options.json === true) writeJson(cli, result.value);
  else if (folder !== null) cli.stdout.write(`${folder}\n`);
  if (failure !== null) writeFailure(cli, failure, show);
  offerToGoOn(cli, file, options, failure);
  return status === 'reached' ? exitCodes.ok : exitCodes.no;
}

/** What ended before Nix built anything. */
function refuse(cli: CommandLine, problem: SubjectProblem, { json }: BuildOptions): ExitCode {
  const code = report(cli, problem);
  if (json === true && code !== exitCodes.interrupted) writeJson(cli, refusedBuild(refusalOf(problem)));
  return code;
}

/** The output that `nix-build` prints: the first that the derivation lists. */
function defaultOutput(
  listed: Readonly<Record<string, string | null>>,
  built: Readonly<Record<string, string>>,
): string | null {
  const [first = 'out'] = Object.keys(listed);
  return built[first] ?? Object.values(built)[0] ?? null;
}
