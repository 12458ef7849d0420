/** Saves what the user edited in a session's unpacked source as a patch, and adds it to `patches`. */
import { Range, Uri, window, workspace, WorkspaceEdit } from 'vscode';
import type { DerivationKey, SourcePatchParams } from '../../../server/src/protocol/messages';
import type { EditedFile, SourcePatch, TextEdit } from '../../../server/src/protocol/model';
import { derivationName } from '../phases/phaseItem';
import { fileCount } from './changeWords';
import type { FileCommandParts } from './fileCommands';

export async function saveEditsAsPatch(parts: FileCommandParts, argument: unknown): Promise<void> {
  const key = await parts.chooser.derivation(argument);
  if (key === undefined) return;
  const found = await ask(parts, { key, paths: null, file: null });
  if (found === undefined) return;
  if (found.edited.length === 0) {
    const words = ['Nothing in the unpacked source was edited.', ...found.leftOut].join(' ');
    void window.showInformationMessage(words);
    return;
  }
  const paths = await choosePaths(found);
  if (paths === undefined || paths.length === 0) return;
  const file = await chooseFile(parts, key);
  if (file === undefined) return;
  const saved = await ask(parts, { key, paths, file: file.fsPath });
  if (saved === undefined) return;
  if (saved.entry !== null) await addEntry(saved.entry);
  await tell(saved, file);
}

async function ask(
  { server }: FileCommandParts,
  params: SourcePatchParams,
): Promise<SourcePatch | undefined> {
  const answer = await server.ask((requests) => requests.sourcePatch(params));
  if (answer.patch !== null) return answer.patch;
  if (answer.message !== null) void window.showInformationMessage(answer.message);
  return undefined;
}

/** New binary files are seldom meant: they are offered, not chosen. */
async function choosePaths({ edited, leftOut }: SourcePatch): Promise<readonly string[] | undefined> {
  const [only] = edited;
  if (only !== undefined && edited.length === 1) return [only.path];
  const picks = edited.map((file) => ({
    label: file.path,
    description: descriptionOf(file),
    picked: !(file.binary && file.change === 'created'),
  }));
  const picked = await window.showQuickPick(picks, {
    title: 'Save Edits as Patch',
    placeHolder: leftOut.length === 0 ? 'Which edits?' : `Which edits? Left out: ${leftOut.join(' ')}`,
    canPickMany: true,
  });
  return picked?.map(({ label }) => label);
}

function descriptionOf({ change, binary, doubt }: EditedFile): string {
  const words = [change, binary ? 'binary' : '', doubt ?? ''];
  return words.filter((word) => word !== '').join(' · ');
}

/** A name beside the Nix file that is not taken, which the user may change. */
async function chooseFile({ state }: FileCommandParts, key: DerivationKey): Promise<Uri | undefined> {
  const derivation = state.derivation(key);
  const folder = Uri.joinPath(Uri.parse(key.uri), '..');
  const stem = (derivation === undefined ? 'edits' : derivationName(derivation))
    .replace(/-\d.*$/, '')
    .replaceAll(/[^A-Za-z0-9+._-]/g, '-');
  let value = `${stem}.patch`;
  for (let count = 2; await exists(Uri.joinPath(folder, value)); count++) value = `${stem}-${count}.patch`;
  const name = await window.showInputBox({
    title: 'Save Edits as Patch',
    prompt: 'Name of the patch, beside the Nix file',
    value,
    valueSelection: [0, value.length - '.patch'.length],
    validateInput: async (text) => {
      if (text.trim() === '') return 'A name is needed.';
      return (await exists(Uri.joinPath(folder, text))) ? 'There is a file of this name.' : undefined;
    },
  });
  return name === undefined ? undefined : Uri.joinPath(folder, name);
}

async function exists(uri: Uri): Promise<boolean> {
  return Promise.resolve(workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );
}

/** A file that had no unsaved edits has none afterwards. */
async function addEntry({ file, range, newText }: TextEdit): Promise<void> {
  const document = await workspace.openTextDocument(Uri.file(file));
  const { isDirty } = document;
  const { start, end } = range;
  const edit = new WorkspaceEdit();
  const at = new Range(start.line, start.character, end.line, end.character);
  edit.replace(document.uri, at, newText);
  if ((await workspace.applyEdit(edit)) && !isDirty) await document.save();
}

async function tell({ edited, entry, advice }: SourcePatch, file: Uri): Promise<void> {
  const name = workspace.asRelativePath(file);
  const done = `Saved ${fileCount(edited.length)} in ${name}${entry === null ? '.' : ' and added it to patches.'}`;
  const doubts = edited.flatMap(({ doubt }) => doubt ?? []);
  const words = [done, ...doubts, ...(advice === null ? [] : [advice])].join(' ');
  const show =
    doubts.length > 0 || advice !== null ? window.showWarningMessage : window.showInformationMessage;
  if ((await show(words, 'Open Patch')) !== undefined) await window.showTextDocument(file);
}
