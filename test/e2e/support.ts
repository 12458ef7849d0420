/** What the end-to-end tests share: the extension, its examples, and waiting. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { commands, extensions, workspace, type Uri } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';

export async function activated(): Promise<PhasewiseApi> {
  const extension = extensions.getExtension<PhasewiseApi>('phasewise.phasewise');
  assert.ok(extension, 'the extension is installed');
  const api = await extension.activate();
  await api.ready();
  return api;
}

/** Opens a file of the workspace in an editor; the path is below the examples. */
export async function openExample(path: string): Promise<Uri> {
  const [file] = await workspace.findFiles(path);
  assert.ok(file, `the workspace has ${path}`);
  await commands.executeCommand('vscode.open', file);
  return file;
}

/** Waits until `holds` gives something true, and gives it; fails with `what` after a while. */
export async function eventually<T>(what: string, holds: () => T, timeoutMs = 20_000): Promise<T & {}> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = holds();
    if (value) return value;
    assert.ok(Date.now() < deadline, `not in ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** How Nix was called since the window opened, one call a line, by anything in it. */
export function nixCalls(): string[] {
  const notes = process.env['PHASEWISE_E2E_NIX_CALLS'];
  assert.ok(notes !== undefined, 'started with scripts/e2e.mjs');
  return readFileSync(notes, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
