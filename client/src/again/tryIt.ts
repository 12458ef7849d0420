/** *Run Program…*: a program of the built output, in a terminal; what is not built yet is built first. */
import { Uri, window, workspace } from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { LanguageServer } from '../languageServer';
import { chosenProgram, programsOf } from './programs';

const messageMs = 5000;

/** Path of the program that was started; null when none was. */
export async function tryIt(server: LanguageServer, { uri, attr }: DerivationKey): Promise<string | null> {
  const built = await server.ask((requests) =>
    requests.build({ uri, attr, rebuild: false, keepFailed: false }),
  );
  // A build that failed is marked where it is written.
  if (built === null || built.status === 'failed' || built.status === 'cancelled') return null;
  const answer = await programsOf(server, built.drvPath);
  if (answer.programs.length === 0)
    window.setStatusBarMessage('$(info) Its outputs hold no program.', messageMs);
  const program = await chosenProgram(answer);
  if (program === null) return null;
  const folder = workspace.getWorkspaceFolder(Uri.parse(uri))?.uri;
  const terminal = window.createTerminal({
    name: program.name,
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  terminal.show(true);
  terminal.sendText(quoted(program.path), true);
  return program.path;
}

/** As one word for any shell that a terminal may have. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
