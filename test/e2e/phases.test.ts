import assert from 'node:assert/strict';
import { commands, window as editors } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  clickedUntil,
  closeEverything,
  evaluated,
  icon,
  key,
  open,
  openDerivation,
  phasewise,
  row,
  until,
} from './phasewise';
import { window } from './window';

describe('the tree of phases', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  it('is drawn from the text at once, then from the evaluated derivation, then as its stdenv says', async () => {
    const built = await open('hello/default.nix');
    await evaluated(api, built);
    await commands.executeCommand('phasewise.runPhase', { ...key(built), phase: 'unpackPhase' });
    // An evaluation that takes a while leaves the window time to follow the editor.
    const slow = "builtins.foldl' (sum: n: sum + n) 0 (builtins.genList (n: n) 3000000)";
    await openDerivation(
      'fresh/default.nix',
      `  name = "fresh";\n  src = builtins.seq (${slow}) ../hello/src;`,
    );
    await until('it is drawn', () => api.message().startsWith('fresh/default.nix · drawn from the text'));
    await until('the stdenv is asked', () => api.message() === 'fresh/default.nix · asked of its stdenv');
    const labels = api.phases()[0]?.children.map(({ label }) => label) ?? [];
    const expected = [
      'unpackPhase',
      'patchPhase',
      'configurePhase',
      'buildPhase',
      'installPhase',
      'fixupPhase',
    ];
    assert.deepEqual(
      labels.filter((label) => expected.includes(label)),
      expected,
    );
  });

  it('shows the hooks of a phase and what is skipped and why', async () => {
    await evaluated(api, await open('hello/default.nix'));
    assert.ok(row(api, 'buildPhase')?.children.some(({ label }) => label === 'preBuild'));
    await evaluated(api, await open('broken-configure/default.nix'));
    const check = await until('the checkPhase is there', () => row(api, 'checkPhase'));
    assert.match(check.description, /doCheck/);
    assert.ok(check.dimmed);
  });

  it('reveals where a phase is written when its row is clicked, and keeps its rows', async () => {
    const document = await open('broken-configure/default.nix');
    await evaluated(api, document);
    await commands.executeCommand('phasewise.phases.focus');
    const line = document
      .getText()
      .split('\n')
      .findIndex((text) => text.includes('configurePhase ='));
    await clickedUntil('.monaco-list-row[aria-label^="phase configurePhase"]', 'the cursor is there', () => {
      const editor = editors.activeTextEditor;
      return editor?.document === document && editor.selection.start.line === line;
    });
    assert.equal(editors.activeTextEditor?.selection.isEmpty, true, 'no text that a key would replace');
    await window.press('Control+Enter');
    await until('the key of the tree runs its row', () => icon(api, 'configurePhase') === 'error');
  });

  it("opens stdenv's own text for a phase that is not written in the file, and stays with its file", async () => {
    const document = await open('hello/default.nix');
    await evaluated(api, document);
    const unpack = await until('its place is known', () => {
      const found = row(api, 'unpackPhase');
      return found?.definition === null ? undefined : found;
    });
    await commands.executeCommand('phasewise.goToDefinition', unpack);
    const shown = editors.activeTextEditor;
    assert.equal(shown?.document.uri.fsPath, unpack.definition?.file);
    assert.equal(api.file(), document.uri.toString());
  });

  it('follows the editor and keeps the file while an output is looked at', async () => {
    const hello = await open('hello/default.nix');
    await until('it shows hello', () => api.file() === hello.uri.toString());
    const broken = await open('broken-configure/default.nix');
    await until('it shows the other', () => api.file() === broken.uri.toString());
    await commands.executeCommand('phasewise.showExtensionLog');
    assert.equal(api.file(), broken.uri.toString());
    assert.notEqual(icon(api, 'configurePhase'), '');
  });

  it('asks for a Nix file when none is open', async () => {
    await until('it is empty', () => api.file() === null);
    await commands.executeCommand('phasewise.phases.focus');
    await window.waitFor('.welcome-view-content >> text=Open a Nix file');
  });
});
