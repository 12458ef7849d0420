import assert from 'node:assert/strict';
import { commands, Selection, window as editors, workspace } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import { closeEverything, inWorkspace, open, phasewise, until } from './phasewise';
import { window } from './window';

const derivation = (name: string): string =>
  `${name} = pkgs.stdenv.mkDerivation {\n    name = "${name}";\n    dontUnpack = true;\n    installPhase = "touch $out";\n  };\n`;

describe('the derivation at the cursor', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  it('is opened in the tree, whose derivations stand as in the file, and comes first where one is asked for', async () => {
    const names = ['zucchini', 'apple', 'mango', 'fig', 'kiwi', 'banana'];
    const text = `{ pkgs ? import ../pkgs { } }:\n\n{\n  ${names.map(derivation).join('\n  ')}}\n`;
    await workspace.fs.writeFile(inWorkspace('many/default.nix'), Buffer.from(text));
    const document = await open('many/default.nix');
    await commands.executeCommand('phasewise.phases.focus');
    await until(
      'all are evaluated',
      () => api.phases().filter(({ drvPath }) => drvPath !== null).length === 6,
    );
    assert.deepEqual(
      api.phases().map(({ label }) => label),
      names,
    );
    const editor = await editors.showTextDocument(document);
    const place = document.positionAt(document.getText().indexOf('name = "fig"'));
    editor.selection = new Selection(place, place);
    await window.waitFor('.monaco-list-row[aria-expanded="true"]:has-text("fig")');
    assert.equal(editors.activeTextEditor, editor, 'the focus stays in the text');
    void commands.executeCommand('phasewise.buildDerivation');
    await window.waitFor(
      '.quick-input-list .monaco-list-row.focused:has-text("fig"):has-text("at the cursor")',
    );
    await window.press('Escape');
  });
});
