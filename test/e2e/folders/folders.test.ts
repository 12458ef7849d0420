/** A workspace of two folders whose settings give `<nixpkgs>` different contents (`scripts/foldersWorkspace.mjs`), in the window. */
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import {
  commands,
  ConfigurationTarget,
  debug,
  Uri,
  window as editors,
  workspace,
  type TextDocument,
} from 'vscode';
import type { PhasewiseApi } from '../../../client/src/api';
import { closeEverything, evaluated, phasewise, row, until } from '../phasewise';
import { exitCode, task } from '../tasks';
import { window } from '../window';

/** A file below the folder that the workspace's folders are in. */
function file(path: string): Uri {
  const { workspaceFile } = workspace;
  assert.ok(workspaceFile, 'a workspace file is open');
  return Uri.file(join(dirname(workspaceFile.fsPath), path));
}

async function open(path: string): Promise<TextDocument> {
  return (await editors.showTextDocument(file(path), { preview: false })).document;
}

async function settingsOf(folder: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await workspace.fs.readFile(file(`${folder}/.vscode/settings.json`));
  return JSON.parse(Buffer.from(text).toString()) as Readonly<Record<string, unknown>>;
}

describe('a workspace of two folders with different search paths', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  const shows = (name: string) => until(`the tree shows ${name}`, () => row(api, name));

  it('evaluates the files of each with its own', async () => {
    for (const word of ['one', 'two']) {
      await evaluated(api, await open(`${word}/tool.nix`));
      await shows(`tool-${word}`);
    }
    await window.screenshot('folders');
  });

  it('runs the tasks of the second folder, and those of the workspace where their file is', async () => {
    for (const label of ['of the second folder', 'of the workspace'])
      assert.equal(await exitCode(await task(label)), 0, label);
    for (const terminal of editors.terminals) terminal.dispose();
  });

  it('remembers how a file is evaluated in the settings of its folder', async () => {
    const before = await settingsOf('one');
    await evaluated(api, await open('two/tool.nix'));
    const chosen = commands.executeCommand('phasewise.chooseEntry');
    await window.waitFor('.quick-input-widget .monaco-list-row:has-text("As It Stands")');
    await window.type('As It Stands');
    await window.press('Enter');
    await chosen;
    const { 'phasewise.evaluation.entries': entries } = await settingsOf('two');
    assert.deepEqual(entries, { 'tool.nix': 'none' });
    assert.deepEqual(await settingsOf('one'), before);
  });

  it('finds what is pinned in the folder that has it', async () => {
    await commands.executeCommand('phasewise.pinOther', 'only.nix');
    await shows('only-two');
    const key = { uri: file('two/only.nix').toString(), attr: '' };
    await commands.executeCommand('phasewise.unpin', key);
  });

  it('debugs what a configuration of the workspace names, with the settings of the folder that has it', async () => {
    const exitCodes: unknown[] = [];
    const watching = debug.registerDebugAdapterTrackerFactory('phasewise', {
      createDebugAdapterTracker: () => ({
        onDidSendMessage: (message: {
          readonly event?: string;
          readonly body?: { readonly exitCode?: number };
        }) => {
          if (message.event === 'exited') exitCodes.push(message.body?.exitCode);
        },
      }),
    });
    const launch = { type: 'phasewise', request: 'launch', name: 'only', program: 'only.nix' };
    assert.ok(await debug.startDebugging(undefined, launch));
    await until('it ends', () => exitCodes.length > 0);
    watching.dispose();
    assert.deepEqual(exitCodes, [0]);
  });

  it('asks where a new package goes when no file is open', async () => {
    const asked = commands.executeCommand('phasewise.newPackage', 'file:///nowhere/source.tar.gz');
    for (const name of ['one', 'two'])
      await window.waitFor(`.quick-input-widget .monaco-list-row:has-text("${name}")`);
    await window.press('Escape');
    await asked;
  });

  it('evaluates anew when the settings of the folder change', async () => {
    await evaluated(api, await open('one/tool.nix'));
    await shows('tool-one');
    const config = workspace.getConfiguration('phasewise', file('one'));
    const { 'phasewise.nix.searchPath': before } = await settingsOf('one');
    const changed = [`nixpkgs=${file('sets/three').fsPath}`];
    await config.update('nix.searchPath', changed, ConfigurationTarget.WorkspaceFolder);
    await shows('tool-three');
    await config.update('nix.searchPath', before, ConfigurationTarget.WorkspaceFolder);
    await shows('tool-one');
  });

  it('takes in a folder that comes, with its settings', async () => {
    await open('three/tool.nix');
    const end = workspace.workspaceFolders?.length ?? 0;
    assert.ok(workspace.updateWorkspaceFolders(end, 0, { uri: file('three') }));
    await shows('tool-three');
    assert.ok(workspace.updateWorkspaceFolders(end, 1));
    await until('the folder has gone', () => workspace.workspaceFolders?.length === end);
  });
});
