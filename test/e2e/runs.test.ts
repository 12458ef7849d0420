import assert from 'node:assert/strict';
import { commands, languages, window as editors, workspace } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  closeEverything,
  diagnostic,
  evaluated,
  icon,
  inWorkspace,
  isRunning,
  key,
  open,
  openDerivation,
  phasewise,
  replace,
  row,
  shownChannel,
  until,
} from './phasewise';
import { window } from './window';

describe('running phases', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  it('runs what comes before first, streams the output, and says how long each took', async () => {
    const document = await open('hello/default.nix');
    await evaluated(api, document);
    await commands.executeCommand('phasewise.runAfresh', key(document));
    await until('all is over', () => icon(api, 'fixupPhase') === 'pass-filled');
    for (const name of ['unpackPhase', 'configurePhase', 'buildPhase', 'checkPhase', 'installPhase'])
      assert.equal(icon(api, name), 'pass-filled', name);
    assert.match(row(api, 'buildPhase')?.description ?? '', /^(<|\d+\.)\d.* s/);
    await commands.executeCommand('phasewise.showPhaseLog', { ...key(document), phase: 'buildPhase' });
    const log = await until('the channel is shown', () => {
      const text = shownChannel();
      return text.includes('── fixupPhase ──') ? text : undefined;
    });
    assert.match(log, /compiling hello 1\.0/);
    assert.ok(log.indexOf('── unpackPhase ──') < log.indexOf('── buildPhase ──'));
    // eslint-disable-next-line no-control-regex -- colours belong in terminals
    assert.doesNotMatch(log, /\x1b/);
  });

  it('runs a phase by its button in the tree', async () => {
    const document = await openDerivation(
      'button/default.nix',
      '  name = "button";\n  dontUnpack = true;\n  buildPhase = "echo pressed";\n  installPhase = "touch $out";',
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.phases.focus');
    await until('the stdenv has answered', () => api.message().includes('asked of its stdenv'));
    await pressRun('buildPhase');
    await until('it succeeded', () => icon(api, 'buildPhase') === 'pass-filled');
    assert.notEqual(icon(api, 'installPhase'), 'pass-filled');
  });

  it('runs a phase by its button also while its rows are drawn again and again', async () => {
    const document = await openDerivation(
      'redrawn/default.nix',
      '  name = "redrawn";\n  dontUnpack = true;\n  buildPhase = "echo pressed";\n  installPhase = "touch $out";',
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.phases.focus');
    let pressing = true;
    const redraw = async (): Promise<void> => {
      while (pressing) {
        await commands.executeCommand('phasewise.refresh');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const redrawing = redraw();
    // A row drawn anew between the button going down and up swallows the press, and a user presses again.
    const notRun = icon(api, 'buildPhase');
    for (let presses = 0; presses < 5 && icon(api, 'buildPhase') === notRun; presses++) {
      await pressRun('buildPhase').catch(() => null);
      await until('it runs', () => icon(api, 'buildPhase') !== notRun, 5000).catch(() => null);
    }
    pressing = false;
    await redrawing;
    await until('it succeeded', () => icon(api, 'buildPhase') === 'pass-filled');
    assert.deepEqual(await window.texts('.quick-input-widget:visible .quick-input-title'), []);
  });

  it('marks the line that failed, and unmarks it when the phase is edited', async () => {
    const document = await open('broken-configure/default.nix');
    await evaluated(api, document);
    await commands.executeCommand('phasewise.runPhase', { ...key(document), phase: 'configurePhase' });
    await until('it failed', () => icon(api, 'configurePhase') === 'error');
    const failing = document
      .getText()
      .split('\n')
      .findIndex((text) => text.startsWith('    grep -qx'));
    const result = await until('the result is shown', () => {
      return api.inlineResults(document.uri.toString()).find(({ status }) => status === 'failed');
    });
    assert.equal(result.failed?.start.line, failing);
    assert.equal(result.failure?.exact, true);
    const problem = await diagnostic(document, 'the problem is shown', ({ source }) => source === 'build');
    assert.equal(problem.range.start.line, failing);
    await window.waitFor('.review-widget >> text=configurePhase failed');
    assert.equal(editors.activeTextEditor?.document, document);
    assert.ok(await window.writesIntoText(), 'the text kept the focus');
    await replace(document, 'grep -qx "version = $version" VERSION', 'grep -qx "$version" VERSION');
    await until('the mark is gone', () => api.inlineResults(document.uri.toString()).length === 0);
    await commands.executeCommand('phasewise.runPhase', { ...key(document), phase: 'configurePhase' });
    await until('it succeeds now', () => icon(api, 'configurePhase') === 'pass-filled');
    assert.equal(api.inlineResults(document.uri.toString())[0]?.status, 'ok');
  });

  it('keeps the mark and the problem of a file that is closed, until it is opened with another text', async () => {
    const text = (build: string) =>
      `{ pkgs ? import ../pkgs { } }:\n\npkgs.stdenv.mkDerivation {\n  name = "closed";\n  dontUnpack = true;\n  buildPhase = "${build}";\n}\n`;
    const uri = inWorkspace('closed/default.nix');
    // As a click opens it: what the extensions' API opens is kept for minutes.
    const shown = async (build: string) => {
      await workspace.fs.writeFile(uri, Buffer.from(text(build)));
      await commands.executeCommand('vscode.open', uri);
      return editors.activeTextEditor?.document ?? assert.fail();
    };
    const closed = async () => {
      await closeEverything();
      const isOpen = () => workspace.textDocuments.some((other) => other.uri.toString() === uri.toString());
      await until('VS Code let go of it', () => !isOpen());
    };
    const document = await shown('nothing-there');
    await evaluated(api, document);
    await commands.executeCommand('phasewise.runPhase', { ...key(document), phase: 'buildPhase' });
    await until('it failed', () => api.inlineResults(uri.toString())[0]?.status === 'failed');
    await window.waitFor('.review-widget >> text=buildPhase failed');
    const problems = () => languages.getDiagnostics(uri).filter(({ source }) => source === 'build');
    await closed();
    assert.equal(problems().length, 1);
    await shown('nothing-there');
    await window.waitFor('.review-widget >> text=buildPhase failed');
    assert.equal(api.inlineResults(uri.toString())[0]?.status, 'failed');
    await closed();
    await shown('true');
    await until('the mark is gone', () => api.inlineResults(uri.toString()).length === 0);
    await until('the problem is gone', () => problems().length === 0);
  });

  it('has marks, comments and problems that are switched off and are there again when they are switched on', async () => {
    const attributes = '  name = "switched";\n  dontUnpack = true;\n  buildPhase = "nothing-there";';
    const document = await openDerivation('switched/default.nix', attributes);
    const { uri } = document;
    await evaluated(api, document);
    const settings = () => workspace.getConfiguration('phasewise');
    const set = (name: string, value: boolean | undefined) => settings().update(name, value, false);
    const comment = '.review-widget >> text=buildPhase failed';
    const problems = () => languages.getDiagnostics(uri).filter(({ source }) => source === 'build');
    try {
      await set('inlineResults.enable', false);
      await commands.executeCommand('phasewise.runPhase', { ...key(document), phase: 'buildPhase' });
      await until('it failed', () => icon(api, 'buildPhase') === 'error');
      await until('the problem', () => problems().length === 1);
      assert.deepEqual(api.inlineResults(uri.toString()), []);
      assert.deepEqual(await window.texts(comment), []);
      await set('inlineResults.enable', true);
      await window.waitFor(comment);
      assert.equal(api.inlineResults(uri.toString())[0]?.status, 'failed');
      await set('inlineResults.comments', false);
      await until('the comment is gone', async () => (await window.texts(comment)).length === 0);
      assert.equal(api.inlineResults(uri.toString())[0]?.status, 'failed');
      await set('inlineResults.comments', true);
      await window.waitFor(comment);
      await set('builds.problems', false);
      await until('the problem is gone', () => problems().length === 0);
      await set('builds.problems', true);
      await until('the problem is back', () => problems().length === 1);
    } finally {
      for (const name of ['inlineResults.enable', 'inlineResults.comments', 'builds.problems'])
        await set(name, undefined);
    }
  });

  it('says why nothing could be run', async () => {
    const document = await openDerivation('unrun/default.nix', '  name = "unrun";');
    await evaluated(api, document);
    const told = '.notification-list-item-message:has-text("makes no derivation `gone`")';
    for (const command of ['phasewise.runAll', 'phasewise.buildInputs']) {
      await commands.executeCommand(command, { ...key(document), attr: 'gone' });
      await window.waitFor(told);
      await commands.executeCommand('notifications.clearAll');
      await window.waitForGone(told);
    }
  });

  it('stops a phase that hangs, and leaves no process behind', async () => {
    const document = await openDerivation(
      'hanging/default.nix',
      '  name = "hanging";\n  dontUnpack = true;\n  buildPhase = "echo begun; sleep 86391.25";',
    );
    await evaluated(api, document);
    const run = commands.executeCommand('phasewise.runPhase', { ...key(document), phase: 'buildPhase' });
    await until('it hangs', () => icon(api, 'buildPhase') === 'loading~spin' && isRunning('86391.25'));
    await until('the status bar says so', () => api.statusText().includes('buildPhase'));
    await commands.executeCommand('phasewise.stop');
    await run;
    await until('the tree says so', () => icon(api, 'buildPhase') === 'stop-circle');
    await until('nothing is left', () => !isRunning('86391.25'));
    await until('the status bar is calm', () => api.statusText().startsWith('Nix '));
  });
});

/** Presses ▶ on a phase's row once, as a user does with the mouse. */
function pressRun(phase: string): Promise<null> {
  return window.clickIn(`.monaco-list-row:has-text("${phase}")`, '.action-label[aria-label^="Run Phase"]');
}
