/** What lints, runs and fetching say of a package and write into it, in the window. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  commands,
  languages,
  window as editors,
  workspace,
  type CodeAction,
  type TextDocument,
} from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  closeEverything,
  diagnostic,
  evaluated,
  inWorkspace,
  key,
  openDerivation,
  phasewise,
  replace,
  until,
} from './phasewise';
import { window } from './window';

/** The codes of our own that are shown, once each. */
function codes(document: TextDocument): readonly string[] {
  const found = languages.getDiagnostics(document.uri).flatMap(({ code, source }) => {
    const value = typeof code === 'object' ? String(code.value) : String(code);
    return source === 'phasewise' ? [value] : [];
  });
  return [...new Set(found)].sort();
}

/** Takes the action of this title at the problem of this code. */
async function act(document: TextDocument, code: string, title: string): Promise<void> {
  const found = await diagnostic(document, code, (one) => JSON.stringify(one.code ?? '').includes(code));
  const actions = await commands.executeCommand<CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    found.range,
  );
  const action = actions.find((one) => one.title === title);
  assert.ok(action !== undefined, actions.map((one) => one.title).join(', '));
  if (action.edit !== undefined) await workspace.applyEdit(action.edit);
  if (action.command !== undefined)
    await commands.executeCommand(action.command.command, ...((action.command.arguments ?? []) as unknown[]));
}

const sri = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

describe('packages', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  it('show what their lints find, and are mended by their fixes', async () => {
    const document = await openDerivation(
      'linted/default.nix',
      `  name = "linted-1.0";
  nativeBuildInputs = [ ];
  buildInputs = [ pkgs.pkg-config ];
  makeFlags = [ "CFLAGS=-O2 -g" ];
  checkTarget = "test";
  preBuild = "true";
  buildPhase = "make";
  phases = [ "buildPhase" "installPhase" ];
  meta = { license = pkgs.lib.licenses.gpl3; };`,
    );
    const expected = [
      ...['attribute-without-effect', 'build-tool-in-build-inputs', 'explicit-phases', 'flag-with-spaces'],
      ...['hard-coded-name', 'unclear-gpl'],
    ];
    await until('the lints are shown', () => expected.every((code) => codes(document).includes(code)));
    await editors.showTextDocument(document);
    await commands.executeCommand('workbench.actions.view.problems');
    await window.waitFor('.markers-panel .monaco-list-row:has-text("splits this at its spaces")');
    await window.screenshot('lints');
    await act(document, 'build-tool-in-build-inputs', 'Move `pkg-config` to `nativeBuildInputs`');
    await act(document, 'explicit-phases', 'Skip the others by `dont…`, and let `fixupPhase` run');
    assert.match(document.getText(), /nativeBuildInputs = \[ pkgs\.pkg-config \];\n {2}buildInputs = \[ \];/);
    assert.match(
      document.getText(),
      / {2}dontUnpack = true;\n {2}dontPatch = true;\n {2}dontConfigure = true;\n/,
    );
    await until('what is mended goes', () => !codes(document).includes('explicit-phases'));
  }).timeout(120_000);

  it('have their hashes fetched and another version written, and a stale one marked', async () => {
    for (const version of ['1', '2'])
      await workspace.fs.writeFile(
        inWorkspace(`fetched/files/a-${version}.txt`),
        Buffer.from(`window ${version}`),
      );
    const document = await openDerivation(
      'fetched/default.nix',
      `  pname = "fetched";
  version = "1";
  src = pkgs.fetchurl { url = "file://\${./files}/a-1.txt"; hash = pkgs.lib.fakeHash; };
  dontUnpack = true;
  installPhase = "cp $src $out";`,
    );
    await evaluated(api, document);
    await act(document, 'fake-hash', 'Fetch and fill in the hash');
    await until('the hash is written', () => document.getText().includes(`hash = "${sri('window 1')}";`));
    await document.save();

    const folder = inWorkspace('fetched').fsPath;
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });
    git('init', '-q');
    git('add', 'default.nix');
    git('commit', '-qm', 'first');
    await replace(document, 'a-1.txt', 'a-2.txt');
    await diagnostic(document, 'stale-hash', ({ code }) => JSON.stringify(code ?? '').includes('stale-hash'));
    await window.screenshot('stale-hash');
    await replace(document, 'a-2.txt', 'a-1.txt');

    await evaluated(api, document);
    const bumped = commands.executeCommand('phasewise.bump', key(document));
    await window.waitFor('.quick-input-widget:has-text("The new version")');
    await window.type('2');
    await window.press('Enter');
    await bumped;
    const text = document.getText();
    assert.ok(text.includes('version = "2";') && text.includes('/a-2.txt"'), text);
    assert.ok(text.includes(`hash = "${sri('window 2')}";`), text);
  }).timeout(150_000);

  it('are held against what a run of their phases found', async () => {
    await workspace.fs.writeFile(
      inWorkspace('ran/source/Makefile'),
      Buffer.from('prefix = /usr/local\nall:\n'),
    );
    const document = await openDerivation(
      'ran/default.nix',
      `  name = "ran-${Date.now()}";
  src = ./source;
  buildInputs = [ pkgs.lineread ];
  doCheck = true;
  postPatch = "substituteInPlace Makefile --replace-warn /opt $out";
  installPhase = "cp Makefile $out";`,
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.findUnusedInputs', key(document));
    const expected = ['check-without-tests', 'substitute-nothing', 'unused-input'];
    await until('the evidence is shown', () => expected.every((code) => codes(document).includes(code)));
    await editors.showTextDocument(document);
    await window.screenshot('evidence');
    await act(document, 'check-without-tests', 'Remove `doCheck`');
    assert.ok(!document.getText().includes('doCheck'));
  }).timeout(150_000);

  it('are written anew from a folder, and offer to fetch the hashes that are left', async () => {
    await workspace.fs.writeFile(
      inWorkspace('thing-0.3/Cargo.toml'),
      Buffer.from('[package]\nname = "thing"\nversion = "0.3.1"\nlicense = "MIT"\n'),
    );
    await workspace.fs.writeFile(inWorkspace('thing-0.3/Cargo.lock'), Buffer.from('version = 3\n'));
    await commands.executeCommand('phasewise.newPackage', inWorkspace('thing-0.3').fsPath);
    const text = editors.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /rustPlatform\.buildRustPackage \{\n {2}pname = "thing";\n {2}version = "0\.3\.1";/);
    await window.waitFor('.notification-toast:has-text("known once they are fetched")');
    await window.waitFor('.notification-toast .monaco-button:has-text("Save and Fill In Hashes")');
    await window.screenshot('new-package');
  }).timeout(60_000);

  it('have their bash formatted by shfmt', async () => {
    const document = await openDerivation(
      'unformatted/default.nix',
      "  name = \"unformatted\";\n  buildPhase = ''\n    if true;then\n    echo ${./.}\n    fi\n  '';",
    );
    await editors.showTextDocument(document);
    await evaluated(api, document);
    const place = document.positionAt(document.getText().indexOf('if true'));
    await commands.executeCommand('phasewise.formatBash', { uri: document.uri.toString(), position: place });
    await until('it is formatted', () =>
      document.getText().includes("''\n    if true; then\n      echo ${./.}\n    fi\n  ''"),
    );
  }).timeout(60_000);
});
