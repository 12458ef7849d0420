/** *New Package…*: asks for an address or a folder, and opens the package of it as a new file beside. */
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import {
  Uri,
  ViewColumn,
  window,
  workspace,
  type Disposable,
  type LogOutputChannel,
  type TextDocument,
} from 'vscode';
import { askWithProgress } from '../askWithProgress';
import type { LanguageServer } from '../languageServer';
import { registerCommand } from '../log';
import { offerToFill } from './fillHashes';

export function registerNewPackageCommand(server: LanguageServer, log: LogOutputChannel): Disposable {
  return registerCommand(log, 'phasewise.newPackage', (source) => newPackage(server, source));
}

/** A `source` that is given, a URL or the path of a folder, is not asked for. */
async function newPackage(server: LanguageServer, given: unknown): Promise<void> {
  const source = typeof given === 'string' ? given : await askSource();
  if (source === undefined) return;
  const folder = source.startsWith('/') ? source : await folderFor();
  if (folder === undefined) return;
  const made = await askWithProgress(server, `Fetching ${basename(source)}`, (requests, token) =>
    requests.newPackage({ source, folder }, token),
  );
  if (made === null) return;
  const name = source.startsWith('/') ? 'package.nix' : `${made.name}.nix`;
  const document = await emptyDocument(Uri.joinPath(Uri.file(folder), name));
  const editor = await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preview: false });
  await editor.edit((edit) => edit.insert(document.positionAt(0), made.text));
  void offerToFill(document, made.notes);
}

async function askSource(): Promise<string | undefined> {
  const url = { label: '$(link) From an Address…', description: 'an archive, or the page of a tag' };
  const folder = { label: '$(folder) From a Folder…', description: 'a source on this machine' };
  const chosen = await window.showQuickPick([url, folder], { title: 'New Package' });
  if (chosen === url) return askAddress();
  if (chosen === undefined) return undefined;
  const picked = await window.showOpenDialog({
    title: 'New Package',
    openLabel: 'Use as Source',
    canSelectFiles: false,
    canSelectFolders: true,
  });
  return picked?.[0]?.fsPath;
}

async function askAddress(): Promise<string | undefined> {
  const address = await window.showInputBox({
    title: 'New Package',
    prompt:
      'URL of an archive of sources, of a repository, or of a tag of one. Of a repository the latest version is taken. It is fetched to learn its hash.',
    placeHolder: 'https://github.com/OWNER/REPOSITORY',
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^(?:https?|ftp|file):\/\/\S+$/.test(text.trim()) ? null : 'A URL begins with https://.',
  });
  return address?.trim();
}

/** Beside the file that is edited, else in the workspace; of several folders the user chooses. Undefined when the user does not. */
async function folderFor(): Promise<string | undefined> {
  const uri = window.activeTextEditor?.document.uri;
  if (uri?.scheme === 'file') return dirname(uri.fsPath);
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length < 2) return folders[0]?.uri.fsPath ?? homedir();
  const placeHolder = 'Where does the package go?';
  return (await window.showWorkspaceFolderPick({ placeHolder }))?.uri.fsPath;
}

/** To be saved at this place where nothing is yet. */
async function emptyDocument(place: Uri): Promise<TextDocument> {
  const isTaken = await Promise.resolve(workspace.fs.stat(place)).then(
    () => true,
    () => false,
  );
  if (isTaken) return workspace.openTextDocument({ language: 'nix' });
  const document = await workspace.openTextDocument(place.with({ scheme: 'untitled' }));
  return document.getText() === '' ? document : workspace.openTextDocument({ language: 'nix' });
}
