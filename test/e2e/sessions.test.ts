import assert from 'node:assert/strict';
import { commands, window as editors } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  closeEverything,
  evaluated,
  icon,
  key,
  openDerivation,
  phasewise,
  replace,
  row,
  until,
} from './phasewise';
import { window } from './window';

describe('sessions', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  it('tell what an edit makes stale before it runs, keep what it does not reach, and outlive the server', async () => {
    const document = await openDerivation(
      'lasting/default.nix',
      '  name = "lasting";\n  dontUnpack = true;\n  buildPhase = "echo built > made";\n  installPhase = "cp made $out";',
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.phases.focus');
    await commands.executeCommand('phasewise.runAll', key(document));
    await until('all is over', () => icon(api, 'installPhase') === 'pass-filled');
    await replace(document, 'cp made', 'cp -v made');
    await until('it is stale', () => icon(api, 'installPhase') === 'history');
    assert.equal(icon(api, 'buildPhase'), 'pass-filled');
    assert.match(row(api, 'installPhase')?.tooltip ?? '', /installPhase was edited/);
    assert.match(row(api, 'lasting')?.description ?? '', /^stale from installPhase/);
    await window.waitFor('.monaco-list-row[aria-label*="phase installPhase, stale"]');
    await commands.executeCommand('phasewise.restartServer');
    await until('the new server says the same', () => api.status().state === 'ready');
    await until('it is still stale', () => icon(api, 'installPhase') === 'history');
    assert.equal(icon(api, 'buildPhase'), 'pass-filled');
    const took = row(api, 'buildPhase')?.description;
    await commands.executeCommand('phasewise.runAll', key(document));
    await until('it ran again', () => icon(api, 'installPhase') === 'pass-filled');
    assert.equal(row(api, 'buildPhase')?.description, took, 'the phase before it was kept');
    await replace(document, 'echo built', 'echo anew');
    const inline = (phase: string) =>
      api.inlineResults(document.uri.toString()).find((result) => result.phase === phase)?.status;
    await until('what follows the edit is marked stale', () => inline('installPhase') === 'stale');
    assert.equal(inline('buildPhase'), undefined);
  });

  it("are gone on with from their own row, and from the derivation's by the key that its ▶ has", async () => {
    const document = await openDerivation(
      'resumed/default.nix',
      '  name = "resumed";\n  dontUnpack = true;\n  buildPhase = "true";\n  installPhase = "touch $out";',
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.runPhase', { ...key(document), phase: 'configurePhase' });
    await closeEverything();
    await commands.executeCommand('phasewise.sessions.focus');
    await until('it is listed', () => api.sessions().some(({ label }) => label === 'resumed'));
    await window.clickIn(
      '.monaco-list-row[aria-label^="session of resumed"]',
      '.action-label[aria-label^="Run Next Phase of Session"]',
    );
    await until('its file is shown', () => api.file() === document.uri.toString());
    await until('the next phase ran', () => icon(api, 'buildPhase') === 'pass-filled');
    assert.notEqual(icon(api, 'installPhase'), 'pass-filled');
    await commands.executeCommand('phasewise.phases.focus');
    await window.click('.monaco-list-row[aria-label^="derivation resumed"]');
    await window.press('Control+Enter');
    await until('all ran', () => icon(api, 'installPhase') === 'pass-filled');
  });

  it('show their build directory in the Explorer, and take it away again', async () => {
    const document = await openDerivation(
      'shown/default.nix',
      '  name = "shown";\n  dontUnpack = true;\n  buildPhase = "mkdir src; echo built > src/made";\n  installPhase = "touch $out";',
    );
    await evaluated(api, document);
    const shown = () => api.buildDirectories().map(({ name }) => name);
    await commands.executeCommand('phasewise.showBuildDirectory', key(document));
    assert.deepEqual(shown(), [], 'nothing has run yet');
    await commands.executeCommand('phasewise.runAll', key(document));
    await until('it has run', () => icon(api, 'installPhase') === 'pass-filled');
    await commands.executeCommand('phasewise.showBuildDirectory', key(document));
    assert.deepEqual(shown(), ['shown']);
    await window.click('.monaco-list-row[aria-label^="folder src"]');
    await window.click('.monaco-list-row[aria-label^="file made"]');
    await until('the file is open', () => editors.activeTextEditor?.document.getText() === 'built\n');
    await replace(document, 'echo built', 'echo built again');
    await commands.executeCommand('phasewise.runAll', key(document));
    await until('the file is what the phase made now', () =>
      editors.visibleTextEditors.some((editor) => editor.document.getText() === 'built again\n'),
    );
    await window.clickIn(
      '.monaco-list-row[aria-label^="build directory of shown"]',
      '.action-label[aria-label^="Hide Build Directory"]',
    );
    await window.waitForGone('.monaco-list-row[aria-label^="build directory of shown"]');
    assert.deepEqual(shown(), []);
    await commands.executeCommand('phasewise.phases.focus');
  });
});
