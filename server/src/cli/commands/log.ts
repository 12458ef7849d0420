/** `phasewise log`: a build's log, complete, cut by phase. */
import { Command } from 'commander';
import { emptyLogWords } from '../../builds/logs/emptyLog';
import { createPhaseLogReader } from '../../builds/phaseLog';
import type { Engine } from '../../engine/engine';
import { failure, success, type Result } from '../../result';
import { exitCodes, report, writeJson, type CommandLine, type ExitCode } from '../commandLine';
import { addNixOptions, nixArguments, type NixArguments, type RawNixOptions } from '../nixArguments';
import { kindOf, oneDerivation, readTarget } from '../subject';

interface LogOptions extends RawNixOptions {
  readonly phase?: string;
  readonly json?: boolean;
}

export function logCommand(cli: CommandLine): Command {
  const command = new Command('log')
    .description("show a build's log, cut by phase")
    .argument('<file>', 'a .nix file, a .drv file, DIR#ATTR of a flake, or a store path')
    .option('--phase <phase>', 'only this phase')
    .option('--json', 'write JSON');
  return addNixOptions(command).action(async (file: string, options: LogOptions) => {
    cli.exitCode = await log(cli, file, options);
  });
}

interface LogPhase {
  readonly name: string;
  readonly lines: string[];
}

async function log(cli: CommandLine, file: string, options: LogOptions): Promise<ExitCode> {
  const nixOptions = nixArguments(options);
  const engine = cli.engine(nixOptions.nix);
  const storePath = await storePathOf(cli, engine, file, nixOptions);
  if (!storePath.ok) return report(cli, storePath.error);
  return options.json === true || options.phase !== undefined
    ? collected(cli, engine, storePath.value, options)
    : streamed(cli, engine, storePath.value);
}

async function collected(
  cli: CommandLine,
  engine: Engine,
  storePath: string,
  options: LogOptions,
): Promise<ExitCode> {
  const phases: LogPhase[] = [{ name: '', lines: [] }];
  const reader = createPhaseLogReader({
    phase: (name) => phases.push({ name, lines: [] }),
    line: (text) => phases.at(-1)?.lines.push(text),
  });
  const found = await engine.log(storePath, (text) => reader.write(text), cli.signal);
  if (!found.ok) return report(cli, found.error);
  reader.end();
  const filled = phases.filter(({ name, lines }) => name !== '' || lines.length > 0);
  const chosen = filled.filter(({ name }) => options.phase === undefined || name === options.phase);
  if (chosen.length === 0 && options.phase !== undefined)
    return report(cli, unknownPhase(options.phase, filled));
  if (options.json === true) writeJson(cli, { drvPath: found.value.drvPath, phases: chosen });
  else for (const { lines } of chosen) for (const line of lines) cli.stdout.write(`${line}\n`);
  return exitCodes.ok;
}

async function streamed(cli: CommandLine, engine: Engine, storePath: string): Promise<ExitCode> {
  const { stdout } = cli;
  const reader = createPhaseLogReader({
    phase: (name) => stdout.write(`${stdout.colours.bold(`=== ${name}`)}\n`),
    line: (text) => stdout.write(`${text}\n`),
  });
  const told = { any: false };
  const read = (text: string): void => {
    told.any = true;
    reader.write(text);
  };
  const found = await engine.log(storePath, read, cli.signal);
  if (!found.ok) return report(cli, found.error);
  reader.end();
  if (!told.any) cli.stderr.write(`${emptyLogWords(found.value.drvPath)}\n`);
  return exitCodes.ok;
}

function unknownPhase(phase: string, phases: readonly LogPhase[]): Parameters<typeof report>[1] {
  const names = phases.map(({ name }) => name).filter((name) => name !== '');
  const advice = names.length === 0 ? 'It is not cut by phase.' : `It has ${names.join(', ')}.`;
  return { code: 'unknown-phase', message: `The log has no phase ${phase}.`, advice };
}

/** A path in the store as it is; for a file, the store derivation that it makes. */
async function storePathOf(
  cli: CommandLine,
  engine: Engine,
  file: string,
  options: NixArguments,
): Promise<Result<string>> {
  const probe = await engine.nix(null, cli.signal);
  if (!probe.ok) return probe;
  const { storeDir } = probe.value.installation;
  if (file.startsWith(`${storeDir}/`) && (!file.endsWith('.nix') || kindOf(file) === 'missing')) {
    const name = file.slice(storeDir.length + 1).split('/')[0] ?? '';
    return success(`${storeDir}/${name}`);
  }
  const target = readTarget(cli, file, options.attr);
  if (!target.ok) return target;
  const derivation = await oneDerivation(cli, engine, target.value, options);
  if (!derivation.ok) return derivation;
  const { drvPath } = derivation.value;
  if (drvPath !== null) return success(drvPath);
  return failure({ code: 'no-derivation', message: 'This makes no derivation.', advice: null });
}
