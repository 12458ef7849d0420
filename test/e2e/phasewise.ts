/** What the end-to-end tests ask of the extension in the window: its API, its documents, its tree. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import {
  commands,
  extensions,
  languages,
  Range,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type Diagnostic,
  type TextDocument,
} from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import type { PhaseItem } from '../../client/src/phases/phaseItem';
import { window as page } from './window';

/** The extension, active and with its server answering. */
export async function phasewise(): Promise<PhasewiseApi> {
  const extension = extensions.getExtension<PhasewiseApi>('phasewise.phasewise');
  assert.ok(extension, 'the extension is installed');
  const api = await extension.activate();
  await api.ready();
  return api;
}

export function inWorkspace(path: string): Uri {
  const [folder] = workspace.workspaceFolders ?? [];
  assert.ok(folder, 'a folder is open');
  return Uri.joinPath(folder.uri, path);
}

/** Opens a file of the examples and brings it to the front. */
export async function open(path: string): Promise<TextDocument> {
  const { document } = await window.showTextDocument(inWorkspace(path), { preview: false });
  return document;
}

/** Writes a derivation with this file name and these attributes and opens it. */
export async function openDerivation(path: string, attributes: string): Promise<TextDocument> {
  const text = `{ pkgs ? import ../pkgs { } }:\n\npkgs.stdenv.mkDerivation {\n${attributes}\n}\n`;
  await workspace.fs.writeFile(inWorkspace(path), Buffer.from(text));
  const document = await open(path);
  // One that an earlier test opened may be open still, with the text of then.
  await until('the editor has read what was written', () => document.getText() === text);
  return document;
}

export async function closeEverything(): Promise<void> {
  for (const document of workspace.textDocuments) {
    if (!document.isDirty || document.uri.scheme !== 'file') continue;
    await window.showTextDocument(document);
    await commands.executeCommand('workbench.action.files.revert');
  }
  await commands.executeCommand('workbench.action.closeAllEditors');
  // What one test was told must not stand over what the next one looks at.
  await commands.executeCommand('notifications.clearAll');
}

/** Replaces text of a document as typing does. */
export async function replace(document: TextDocument, from: string, to: string): Promise<void> {
  const start = document.getText().indexOf(from);
  assert.ok(start >= 0, `the document has ${from}`);
  const range = new Range(document.positionAt(start), document.positionAt(start + from.length));
  const edit = new WorkspaceEdit();
  edit.replace(document.uri, range, to);
  assert.ok(await workspace.applyEdit(edit));
}

/** Waits until the probe gives something; `what` says in the failure what did not happen. */
export async function until<T>(
  what: string,
  probe: () => T | false | null | undefined,
  timeoutMs = 40_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = probe();
    if (value !== false && value !== null && value !== undefined) return value;
    assert.ok(Date.now() < deadline, `in ${timeoutMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Long enough for what a click does in a busy window. */
const clickMs = 8000;
const mostClicks = 4;

/**
 * Clicks, and clicks again as somebody does for whom nothing happened: VS Code drops a click on a row that it draws anew at that moment.
 * When nothing ever happens, it says what was in front.
 */
export async function clickedUntil(selector: string, what: string, probe: () => boolean): Promise<void> {
  for (let tries = 1; ; tries++) {
    await page.click(selector);
    try {
      await until(what, probe, clickMs);
      return;
    } catch (error) {
      const { document, selection } = window.activeTextEditor ?? {};
      console.log(
        `    after click ${tries}: ${document?.uri.toString() ?? 'no editor'}, line ${selection?.start.line ?? -1}`,
      );
      if (tries === mostClicks) throw error;
    }
  }
}

/** A row of the tree by its label; undefined while it is not there. */
export function row(api: PhasewiseApi, label: string): PhaseItem | undefined {
  const rows = (items: readonly PhaseItem[]): PhaseItem[] =>
    items.flatMap((item) => [item, ...rows(item.children)]);
  return rows(api.phases()).find((item) => item.label === label);
}

/** The icon of a row, e.g. `pass-filled`; empty while the row is not there. */
export function icon(api: PhasewiseApi, label: string): string {
  return row(api, label)?.icon.name ?? '';
}

/** How long nothing may change before a test takes the rows for settled: a row drawn anew under the mouse swallows its click. */
const settledMs = 300;

/** Waits until the tree shows this file as evaluated or better, and shows nothing newer for a while. */
export async function evaluated(api: PhasewiseApi, document: TextDocument): Promise<void> {
  const uri = document.uri.toString();
  await until('the server finds Nix', () => api.status().state === 'ready');
  await until(
    'the file is evaluated',
    () => api.file() === uri && api.phases().some((item) => item.drvPath !== null),
  );
  let shown = '';
  let since = Date.now();
  await until('the rows are settled', () => {
    const now = JSON.stringify([api.message(), api.phases()]);
    if (now !== shown) since = Date.now();
    shown = now;
    return Date.now() - since > settledMs;
  });
}

export function key(document: TextDocument): { uri: string; attr: string } {
  return { uri: document.uri.toString(), attr: '' };
}

/** Waits for a diagnostic that satisfies the test. */
export function diagnostic(
  document: TextDocument,
  what: string,
  test: (diagnostic: Diagnostic) => boolean,
): Promise<Diagnostic> {
  return until(what, () => languages.getDiagnostics(document.uri).find(test));
}

/** The text of the output channel that is shown. */
export function shownChannel(): string {
  return workspace.textDocuments
    .filter(({ uri, fileName }) => uri.scheme === 'output' && /-(?:Nix Log|Phasewise): /.test(fileName))
    .map((document) => document.getText())
    .join('\n');
}

/** Whether a process runs that has this among its arguments. */
export function isRunning(argument: string): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(argument);
    } catch {
      // It ended while we looked.
      return false;
    }
  });
}
