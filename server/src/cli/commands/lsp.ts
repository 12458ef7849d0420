/** `phasewise lsp`: the language server, for any editor. */
import { Command } from 'commander';
import { exitCodes, type CommandLine } from '../commandLine';

export function lspCommand(cli: CommandLine): Command {
  return new Command('lsp')
    .description('serve the Language Server Protocol on standard input and output')
    .option('--stdio', 'use standard input and output (the only way there is)')
    .option('--clientProcessId <pid>', 'ignored: the end of the input ends the server')
    .action(async () => {
      await cli.serve();
      cli.exitCode = exitCodes.ok;
    });
}
