/** The command line as a whole: its commands, its help, its wrong usage. */
import { Command, CommanderError } from 'commander';
import { exitCodes, type CommandLine, type ExitCode } from './commandLine';
import { buildCommand } from './commands/build';
import { bumpCommand } from './commands/bump';
import { checkCommand } from './commands/check';
import { dapCommand } from './commands/dap';
import { drvCommand } from './commands/drv';
import { envCommand } from './commands/env';
import { filesCommand } from './commands/files';
import { logCommand } from './commands/log';
import { lspCommand } from './commands/lsp';
import { newCommand } from './commands/new';
import { patchCommand } from './commands/patch';
import { phasesCommand } from './commands/phases';
import { deleteCommand, rootsCommand } from './commands/roots';
import { runCommand } from './commands/run';
import { sessionsCommand } from './commands/sessions';
import { shellCommand } from './commands/shell';
import { joinPairs } from './nixArguments';
import { version } from '../version';

/** Runs one command; `argv` is without the program's own name. Gives its exit code; rejects only for a bug. */
export async function runProgram(cli: CommandLine, argv: readonly string[]): Promise<ExitCode> {
  const joined = joinPairs(argv);
  if (joined === null) {
    cli.stderr.write('error: --arg, --argstr and --option need a name and a value.\n');
    return exitCodes.usage;
  }
  try {
    await createProgram(cli).parseAsync([...joined], { from: 'user' });
    return cli.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
}

function createProgram(cli: CommandLine): Command {
  const program = new Command('phasewise')
    .description('Nix derivations, phase by phase')
    .version(version)
    .showHelpAfterError('(--help says what can be written)');
  const commands = [
    checkCommand(cli),
    phasesCommand(cli),
    runCommand(cli),
    sessionsCommand(cli),
    shellCommand(cli),
    envCommand(cli),
    buildCommand(cli),
    filesCommand(cli),
    patchCommand(cli),
    rootsCommand(cli),
    deleteCommand(cli),
    logCommand(cli),
    drvCommand(cli),
    bumpCommand(cli),
    newCommand(cli),
    lspCommand(cli),
    dapCommand(cli),
  ];
  const nested = commands.flatMap((command) => command.commands);
  for (const command of [program, ...commands, ...nested]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => cli.stdout.write(text),
      writeErr: (text) => cli.stderr.write(text),
    });
  }
  for (const command of commands) program.addCommand(command);
  return program;
}
