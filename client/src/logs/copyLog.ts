/** Puts the text of a log, or of a phase's part of it, on the clipboard: all of it, however little is shown. */
import { commands, env, window, workspace, type Uri } from 'vscode';
import { countText, sizeText } from '../../../server/src/protocol/sizes';
import type { LanguageServer } from '../languageServer';
import type { LogDocuments } from './logDocuments';

const messageMs = 4000;
const saveAs = 'Save Log As…';

export async function copyLog(server: LanguageServer, documents: LogDocuments, uri: Uri): Promise<void> {
  const address = documents.address(uri);
  const shown = documents.of(uri);
  if (address === null || shown === undefined) return;
  const text = workspace.textDocuments.find((one) => one.uri.toString() === uri.toString())?.getText() ?? '';
  const of = address.phase === null ? 'the log' : `the log of ${address.phase}`;
  const answer = documents.isPart(uri)
    ? await server.ask((requests) => requests.logText(address))
    : ({ kind: 'text', text } as const);
  if (answer.kind === 'none') {
    void window.showWarningMessage(answer.message);
    return;
  }
  await env.clipboard.writeText(answer.kind === 'text' ? answer.text : text);
  if (answer.kind === 'text') {
    window.setStatusBarMessage(`$(copy) Copied ${of}: ${countText(shown.total)} lines.`, messageMs);
    return;
  }
  const { bytes, most } = answer;
  const words = `Copied only the ${countText(shown.shown)} lines that are shown: ${of} has ${sizeText(bytes)}, and at most ${sizeText(most)} are put on the clipboard.`;
  if ((await window.showWarningMessage(words, saveAs)) === saveAs)
    await commands.executeCommand('phasewise.saveLogAs', uri);
}
