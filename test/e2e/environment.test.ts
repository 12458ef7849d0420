import assert from 'node:assert/strict';
import { commands, TabInputTextDiff, window as editors, workspace } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import { closeEverything, evaluated, icon, key, openDerivation, phasewise, until } from './phasewise';
import { window } from './window';

const scheme = 'phasewise-environment';

function shownPage(phase: string) {
  const document = editors.activeTextEditor?.document;
  return document?.uri.scheme === scheme && document.uri.path.includes(phase) ? document : undefined;
}

describe('the environment of a phase', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  it("opens from the row's menu as a page, and is compared with another phase's", async () => {
    // Of what has run before nobody is asked to run it first.
    const name = `environment-${Date.now()}`;
    const document = await openDerivation(
      `${name}/default.nix`,
      `  name = "${name}";\n  dontUnpack = true;\n  configurePhase = "greeting=hello; export CFLAGS=-O2";\n  buildPhase = "list=(a b)";\n  installPhase = "touch $out";`,
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.phases.focus');
    await until('the stdenv has answered', () => api.message().includes('asked of its stdenv'));
    await window.click('.monaco-list-row[aria-label^="phase buildPhase"]');
    await window.press('Shift+F10');
    await window.clickInMenu('Show Environment');
    await window.click('.notification-list-item .monaco-button:has-text("Run Them First")');
    const page = await until('the page is shown', () => shownPage('buildPhase'));
    assert.equal(icon(api, 'configurePhase'), 'pass-filled');
    assert.notEqual(icon(api, 'buildPhase'), 'pass-filled');
    assert.match(page.getText(), /^environment-\d+, before buildPhase\n/);
    assert.match(page.getText(), /\n {2}greeting = hello\n/);
    assert.match(page.getText(), /\n {2}CFLAGS = -O2\n/);
    assert.equal(page.languageId, 'phase-environment');

    const compared = commands.executeCommand('phasewise.compareEnvironment', {
      ...key(document),
      phase: 'buildPhase',
    });
    await window.click('.quick-input-list .monaco-list-row[aria-label^="configurePhase"]');
    await compared;
    const input = await until('the comparison is shown', () => {
      const shown = editors.tabGroups.activeTabGroup.activeTab?.input;
      return shown instanceof TabInputTextDiff && shown.modified.scheme === scheme ? shown : undefined;
    });
    const texts = [input.original, input.modified].map(
      (uri) => workspace.textDocuments.find((one) => one.uri.toString() === uri.toString())?.getText() ?? '',
    );
    assert.match(texts[0] ?? '', /, before configurePhase\n/);
    assert.match(texts[1] ?? '', /, before buildPhase\n/);
    assert.ok(!texts[0]?.includes('greeting = hello') && texts[1]?.includes('greeting = hello'));
    await window.waitFor('.monaco-diff-editor .char-insert, .monaco-diff-editor .line-insert');
  });

  it("is compared with the user's own terminal", async () => {
    const document = await openDerivation(
      'environment-own/default.nix',
      '  name = "environment-own";\n  dontUnpack = true;\n  buildPhase = "true";',
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.runPhase', { ...key(document), phase: 'buildPhase' });
    await until('it ran', () => icon(api, 'buildPhase') === 'pass-filled');
    const compared = commands.executeCommand('phasewise.compareEnvironment', {
      ...key(document),
      phase: 'buildPhase',
    });
    await window.click('.quick-input-list .monaco-list-row[aria-label^="Your Terminal"]');
    await compared;
    const own = await until('both are shown', () =>
      workspace.textDocuments.find(({ uri }) => uri.scheme === scheme && uri.path.includes('Your Terminal')),
    );
    assert.match(own.getText(), /^Your terminal\n\nExported variables\n/);
    assert.match(own.getText(), /\n {2}HOME = \//);
  });
});
