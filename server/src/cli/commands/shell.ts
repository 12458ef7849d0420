/** `phasewise shell`: a shell in the state of a phase, on a copy of the session's files. */
import { Command } from 'commander';
import type { Engine } from '../../engine/engine';
import { exitCodes, report, type CommandLine, type ExitCode } from '../commandLine';
import { addNixOptions, nixArguments, type RawNixOptions } from '../nixArguments';
import { reachPhase } from '../reachPhase';
import { fileWords, oneDerivation, readTarget } from '../subject';

interface ShellOptions extends RawNixOptions {
  readonly phase?: string;
  readonly entry?: boolean;
  readonly prepared?: string;
  /** False for `--no-isolation`. */
  readonly isolation?: boolean;
}

export function shellCommand(cli: CommandLine): Command {
  const command = new Command('shell')
    .description('open a shell in the state of a phase, on a copy of its files')
    .argument('[file]', fileWords)
    .option('--phase <phase>', 'before this phase, or where it failed (default: where the session is)')
    .option('--entry', 'before the phase also when it failed')
    .option('--prepared <folder>', 'enter the shell that an editor has prepared there')
    .option('--no-isolation', 'run beside everything else, with outputs and build directory elsewhere');
  return addNixOptions(command).action(async (file: string | undefined, options: ShellOptions) => {
    cli.exitCode = await shell(cli, file, options);
  });
}

async function shell(cli: CommandLine, file: string | undefined, options: ShellOptions): Promise<ExitCode> {
  const nixOptions = nixArguments(options);
  const engine = cli.engine(nixOptions.nix, { isolation: options.isolation === false ? 'off' : 'auto' });
  if (options.prepared !== undefined) return enter(cli, engine, options.prepared);
  if (file === undefined) return report(cli, noFile);
  const target = readTarget(cli, file, nixOptions.attr);
  if (!target.ok) return report(cli, target.error);
  const derivation = await oneDerivation(cli, engine, target.value, nixOptions);
  if (!derivation.ok) return report(cli, derivation.error);
  const wish = {
    phase: options.phase ?? null,
    entry: options.entry === true,
    interactive: cli.interactive,
  };
  const prepared = await reachPhase(cli, engine, derivation.value, (onNotice) =>
    engine.prepareShell(derivation.value, wish, onNotice, cli.signal),
  );
  if (!prepared.ok) return report(cli, prepared.error);
  // The editor may go on in the session while the shell is open.
  await engine.release(derivation.value);
  return enter(cli, engine, prepared.value.folder);
}

/** What a person's last command gave is no verdict; what a script gave is. */
async function enter(cli: CommandLine, engine: Engine, folder: string): Promise<ExitCode> {
  const { stderr } = cli;
  const show = (line: string): void => stderr.write(`${stderr.colours.dim(line)}\n`);
  const left = await engine.enterShell(folder, show, cli.signal);
  if (!left.ok) return report(cli, left.error);
  return cli.interactive || left.value.exitCode === 0 ? exitCodes.ok : exitCodes.no;
}

const noFile = {
  code: 'usage',
  message: 'It is not said of which file.',
  advice: 'Write phasewise shell FILE.',
};
