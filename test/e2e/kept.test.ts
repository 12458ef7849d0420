import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { commands, window as editor, workspace, type CodeAction } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  closeEverything,
  diagnostic,
  evaluated,
  icon,
  inWorkspace,
  key,
  openDerivation,
  phasewise,
  replace,
  until,
} from './phasewise';
import { window } from './window';

const picks = '.quick-input-list .monaco-list-row';

describe('what a failure leaves', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  const folders: string[] = [];
  afterEach(async () => {
    await closeEverything();
    // Where Nix builds with users of its own they are theirs.
    for (const folder of folders.splice(0))
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  });

  it('is gone on in: the directory that Nix kept becomes the session', async () => {
    const document = await openDerivation(
      'kept/default.nix',
      `  name = "kept-${Date.now()}";
  dontUnpack = true;

  configurePhase = "echo configured > state";

  buildPhase = ''
    cat state
    echo half > made
    exit 4
  '';

  installPhase = "cat state made > $out";`,
    );
    await evaluated(api, document);
    // In Nix's own sandbox, up to a phase: the directory is there to be opened.
    await commands.executeCommand('phasewise.runAsBuild', { ...key(document), phase: 'configurePhase' });
    await until('the phase ran', () => /^built/.test(api.phases()[0]?.description ?? ''));
    const again = commands.executeCommand('phasewise.buildAgain', key(document));
    const opening = `${picks}:has-text("Open the Kept Build Directory")`;
    await window.waitFor(opening);
    folders.push(
      ...(/\/\S*nix-build-\S+|\/\S+\/nix-\d+-\d+/.exec((await window.texts(opening)).join()) ?? []),
    );
    await window.click(`${picks}:has-text("Keep the Directory of a Failure")`);
    await again;
    await until('it failed', () => api.phases()[0]?.description === 'build failed');
    const result = api.inlineResults(document.uri.toString()).find(({ status }) => status === 'failed');
    const [offer] = result?.failure?.offers ?? [];
    assert.equal(offer?.kind, 'goOnInKept');
    folders.push(offer.folder);
    const mark = `mark-${Date.now()}`;
    writeFileSync(join(offer.folder, mark), 'kept\n');
    await window.waitFor('.review-widget a:has-text("Go on in the kept directory at buildPhase")');
    await window.screenshot('kept-offered');
    await window.click('.review-widget a:has-text("Go on in the kept directory at buildPhase")');
    await until('its files are the session’s', () =>
      readdirSync('/tmp').some((name) => existsSync(join('/tmp', name, 'build', mark))),
    );
    await until('it stands there', () => icon(api, 'buildPhase') === 'error');
    // The search for the failing line has such files, too, and shows the phase so while the session is still being made.
    let busyAt = Date.now();
    await until('nothing runs for a while', () => {
      if (!api.statusText().startsWith('Nix ')) busyAt = Date.now();
      return Date.now() - busyAt > 1000;
    });
    assert.equal(icon(api, 'configurePhase'), 'pass-filled');
    await window.screenshot('kept-session');
    await replace(document, 'exit 4', `grep kept ${mark}`);
    await document.save();
    await evaluated(api, document);
    await commands.executeCommand('phasewise.runNext', key(document));
    await until('it went well', () => icon(api, 'buildPhase') === 'pass-filled');
  }).timeout(120_000);

  it('is looked at: the part of a patch that was refused, beside its file', async () => {
    const patch = ['--- a/main.c', '+++ b/main.c', '@@ -2,3 +2,3 @@', ' two', '-old', '+new', ' four', ''];
    await workspace.fs.writeFile(inWorkspace('reject/fix.patch'), Buffer.from(patch.join('\n')));
    await workspace.fs.writeFile(inWorkspace('reject/src/main.c'), Buffer.from('one\ntwo\n3\nfour\n'));
    const document = await openDerivation(
      'reject/default.nix',
      `  name = "reject-${Date.now()}";\n  src = ./src;\n  patches = [ ./fix.patch ];`,
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.runUntil', { ...key(document), phase: 'patchPhase' });
    const problem = await diagnostic(document, 'the problem', ({ source }) => source === 'build');
    const actions = await commands.executeCommand<CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      problem.range,
    );
    const action = actions.find(({ title }) => title === 'Open main.c.rej beside main.c')?.command;
    assert.ok(action, actions.map(({ title }) => title).join());
    await commands.executeCommand(action.command, ...((action.arguments ?? []) as unknown[]));
    const shown = await until('both are shown', () => {
      const texts = editor.visibleTextEditors.map(({ document: { uri }, viewColumn }) => ({
        uri,
        viewColumn,
      }));
      const named = (name: string) => texts.find(({ uri }) => basename(uri.fsPath) === name);
      const [file, reject] = [named('main.c'), named('main.c.rej')];
      return file !== undefined && reject !== undefined && { file, reject };
    });
    assert.notEqual(shown.file.viewColumn, shown.reject.viewColumn);
    assert.match(readFileSync(shown.reject.uri.fsPath, 'utf8'), /^-old$/m);
    assert.equal(editor.activeTextEditor?.selection.start.line, 1);
    await window.screenshot('reject');
  }).timeout(60_000);
});
