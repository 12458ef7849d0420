/** Writes the true hashes into a new package, where stand-ins are. */
import { commands, window, workspace, type TextDocument, type Uri } from 'vscode';

const standIn = 'lib.fakeHash';
const action = 'Save and Fill In Hashes';

/** Tells what is left to do with a new package, and offers to do what needs only fetching. */
export async function offerToFill(document: TextDocument, notes: readonly string[]): Promise<void> {
  const isLeft = document.getText().includes(standIn);
  const words = [
    ...notes,
    ...(isLeft ? ['The hash of its dependencies is known once they are fetched.'] : []),
  ];
  if (words.length === 0) return;
  const chosen = await window.showInformationMessage(words.join(' '), ...(isLeft ? [action] : []));
  if (chosen !== action) return;
  // What is fetched is evaluated from a file.
  const saved = await workspace.save(document.uri);
  if (saved !== undefined) await fillHashes(saved);
}

/** One after the other: what one is of may hang on the one before. Where one cannot be had, the server says why. */
async function fillHashes(uri: Uri): Promise<void> {
  const document = await workspace.openTextDocument(uri);
  let from = 0;
  for (;;) {
    const before = document.getText();
    const at = before.indexOf(standIn, from);
    if (at < 0) return;
    const position = document.positionAt(at);
    await commands.executeCommand('phasewise.fetchHash', { uri: uri.toString(), position });
    if (document.getText() === before) from = at + standIn.length;
  }
}
