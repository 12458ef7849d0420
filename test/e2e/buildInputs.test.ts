import assert from 'node:assert/strict';
import { commands } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  closeEverything,
  evaluated,
  isRunning,
  openDerivation,
  phasewise,
  replace,
  row,
  until,
} from './phasewise';
import { window } from './window';

describe('inputs that are not built', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  it('have a row that builds them, can be stopped, and goes when the stdenv has answered', async () => {
    const unique = `input-${Date.now()}`;
    const slow = `sleep 7${process.pid}`;
    const document = await openDerivation(
      'late/default.nix',
      `  name = "late";\n  dontUnpack = true;\n  installPhase = "touch $out";\n  buildInputs = [ (pkgs.runCommand "${unique}" { } "mkdir $out; ${slow}") ];`,
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.phases.focus');
    await until('the row is there', () => row(api, 'Inputs not built'));
    assert.match(api.message(), /^late\/default\.nix · evaluated$/);
    await window.click('.monaco-list-row:has-text("Inputs not built")');
    await until('it says what is built', () => row(api, 'Building inputs')?.children[0]?.label === unique);
    await until('the builder runs', () => isRunning(`7${process.pid}`));
    await window.clickIn('.monaco-list-row:has-text("Building inputs")', '[aria-label^="Stop"]');
    await until('it is stopped', () => row(api, 'Inputs not built'));
    await until('nothing is left running', () => !isRunning(`7${process.pid}`));
    await replace(document, slow, ':');
    await evaluated(api, document);
    await commands.executeCommand('phasewise.buildInputs', { uri: document.uri.toString(), attr: '' });
    await until('the stdenv has answered', () => api.message() === 'late/default.nix · asked of its stdenv');
    assert.equal(row(api, 'Inputs not built'), undefined);
  });
});
