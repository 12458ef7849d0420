/** `phasewise env`: what a phase finds when it begins, and what is different in another. */
import { Command } from 'commander';
import type { Engine } from '../../engine/engine';
import { environmentChanges } from '../../engine/environmentChanges';
import { environmentPage } from '../../engine/environmentPage';
import type { EnvironmentChange, PhaseEnvironment } from '../../protocol/environmentMessages';
import type { Derivation } from '../../protocol/model';
import { success, type Result } from '../../result';
import { exitCodes, report, writeJson, type CommandLine, type ExitCode } from '../commandLine';
import { addNixOptions, type RawNixOptions } from '../nixArguments';
import { reachPhase } from '../reachPhase';
import { fileWords, readDerivation } from '../subject';

interface EnvOptions extends RawNixOptions {
  readonly phase?: string;
  readonly against?: string;
  readonly entry?: boolean;
  readonly json?: boolean;
}

/** Names the user's own environment in place of a phase. */
const terminal = 'terminal';

export function envCommand(cli: CommandLine): Command {
  const command = new Command('env')
    .description('show variables, options and functions as a phase finds them')
    .argument('<file>', fileWords)
    .option('--phase <phase>', 'before this phase, or where it failed (default: where the session is)')
    .option('--entry', 'before the phase also when it failed')
    .option('--against <phase>', `what is different there from this phase, or from your own "${terminal}"`)
    .option('--json', 'write JSON');
  return addNixOptions(command).action(async (file: string, options: EnvOptions) => {
    cli.exitCode = await env(cli, file, options);
  });
}

async function env(cli: CommandLine, file: string, options: EnvOptions): Promise<ExitCode> {
  const read = await readDerivation(cli, file, options);
  if (!read.ok) return report(cli, read.error);
  const { engine, derivation } = read.value;
  const at = (phase: string | null) => environmentAt(cli, engine, derivation, phase, options.entry === true);
  const shown = await at(options.phase ?? null);
  if (!shown.ok) return report(cli, shown.error);
  if (options.against === undefined) {
    if (options.json === true) writeJson(cli, shown.value);
    else cli.stdout.write(environmentPage(derivation.name, shown.value));
    return exitCodes.ok;
  }
  const other =
    options.against === terminal
      ? success(await engine.userEnvironment(cli.signal))
      : await at(options.against);
  if (!other.ok) return report(cli, other.error);
  const changes = environmentChanges(other.value, shown.value);
  if (options.json === true) writeJson(cli, { changes });
  else writeChanges(cli, changes);
  return exitCodes.ok;
}

async function environmentAt(
  cli: CommandLine,
  engine: Engine,
  derivation: Derivation,
  phase: string | null,
  entry: boolean,
): Promise<Result<PhaseEnvironment>> {
  const told = await reachPhase(cli, engine, derivation, (onNotice) =>
    engine.environment(derivation, { phase, entry }, onNotice, cli.signal),
  );
  return told.ok ? success(told.value.environment) : told;
}

function writeChanges({ stdout }: CommandLine, changes: readonly EnvironmentChange[]): void {
  if (changes.length === 0) stdout.write('Nothing is different.\n');
  for (const { what, name, from, to } of changes) {
    const of = what === name ? name : `${what} ${name}`;
    if (what === 'option' || what === 'function') stdout.write(`${to === null ? '-' : '+'} ${of}\n`);
    else if (from === null) stdout.write(`+ ${of} = ${to ?? ''}\n`);
    else if (to === null) stdout.write(`- ${of} = ${from}\n`);
    else stdout.write(`- ${of} = ${from}\n+ ${of} = ${to}\n`);
  }
}
