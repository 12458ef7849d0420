import assert from 'node:assert/strict';
import { commands, TabInputTextDiff, window as editors, workspace, type TextDocument } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  closeEverything,
  evaluated,
  key,
  open,
  openDerivation,
  phasewise,
  replace,
  until,
} from './phasewise';
import { exitCode, task } from './tasks';
import { window } from './window';

const scheme = 'phasewise-log';

function shownLog(name: string): TextDocument | undefined {
  const document = editors.activeTextEditor?.document;
  return document?.uri.scheme === scheme && document.uri.path.includes(name) ? document : undefined;
}

/** The log that the menu of a row opens. */
async function logByMenu(row: string, name: string): Promise<TextDocument> {
  await window.click(`.monaco-list-row[aria-label^="${row}"]`);
  await window.press('Shift+F10');
  await window.clickInMenu('Open Log');
  return until('the log of the phase is shown', () => shownLog(name));
}

describe('log documents', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  it('open at the line that failed, in colour, folded by phase, and their links lead to the file', async () => {
    const document = await openDerivation(
      'log-document/default.nix',
      `  name = "logged";
  unpackPhase = "mkdir source; printf 'int main;\\\\nbad\\\\n' > source/main.c; cd source";
  buildPhase = ''
    printf '\\033[32mgreen\\033[0m\\n'
    printf '%s\\n' "make: Entering directory '$PWD'" "cc -O2 -c -o util.o util.c"
    printf '\\033[1mutil.c:4:7:\\033[0m \\033[1;35mwarning:\\033[0m unused variable \\033[1mcount\\033[0m\\n'
    printf ' 10%%\\r 60%%\\r100%% util.o\\n'
    printf '%s\\n' "cc -O2 -c -o main.o main.c" "main.c:2:1: error: expected ';'"
    printf '%s\\n' '    2 | bad' '      | ^~~' "make: *** [Makefile:3: main.o] Error 1"
    exit 1
  '';`,
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.runPhase', { ...key(document), phase: 'buildPhase' });
    await commands.executeCommand('phasewise.phases.focus');
    const log = await logByMenu('phase buildPhase', 'logged/buildPhase');
    const lines = log.getText().split('\n');
    assert.match(lines[0] ?? '', /^── buildPhase/);
    assert.equal(log.languageId, 'nix-log');
    const at = lines.findIndex((line) => line.includes('error:'));
    await until('it stands at the error', () => editors.activeTextEditor?.selection.active.line === at);
    assert.ok(lines.includes('green'), 'there are no escape sequences in the text');
    assert.ok(lines.includes('100% util.o'), 'of a bar the last state is left');
    const links = await until('links are found', () => undefined, 1).catch(async () =>
      commands.executeCommand<{ target?: { path: string; fragment: string } }[]>(
        'vscode.executeLinkProvider',
        log.uri,
      ),
    );
    const link = links?.find(({ target }) => target?.path.endsWith('/source/main.c'));
    assert.equal(link?.target?.fragment, 'L2,1');
    await window.waitFor('.view-line span[class*="ced-"]');
    await window.screenshot('log-document');

    await commands.executeCommand('cursorTop');
    await window.press('F8');
    await until('the next error is shown', () => editors.activeTextEditor?.selection.active.line === at);
  });

  it('open at what a hook printed by the menu of its row', async () => {
    const document = await openDerivation(
      'log-hook/default.nix',
      `  name = "hooked";
  dontUnpack = true;
  buildPhase = "runHook preBuild; seq 100; runHook postBuild";
  postBuild = "echo at the end";`,
    );
    await evaluated(api, document);
    await commands.executeCommand('phasewise.runPhase', { ...key(document), phase: 'buildPhase' });
    await commands.executeCommand('phasewise.phases.focus');
    await window.click('.monaco-list-row[aria-label^="phase buildPhase"]');
    await window.press('ArrowRight');
    const log = await logByMenu('hook postBuild', 'hooked/buildPhase');
    const at = log.getText().split('\n').indexOf('at the end');
    assert.ok(at > 100);
    await until('it stands there', () => editors.activeTextEditor?.selection.active.line === at);
  });

  it('of two builds are compared without what differs by itself', async () => {
    const document = await openDerivation(
      'log-history/default.nix',
      `  name = "twice";\n  dontUnpack = true;\n  unique = "${Date.now()}";\n  buildPhase = "echo one in $out; echo same";\n  installPhase = "touch $out";`,
    );
    await evaluated(api, document);
    assert.equal(await exitCode(await task('build twice')), 0);
    await replace(document, 'echo one', 'echo two');
    await document.save();
    await evaluated(api, document);
    await until('the edit is evaluated', () => !api.message().includes('…'));
    assert.equal(await exitCode(await task('build twice')), 0);

    const compared = commands.executeCommand('phasewise.compareLogs', key(document));
    await window.waitFor('.quick-input-list .monaco-list-row[aria-label*="build of twice"]');
    await window.screenshot('log-history');
    await window.press('Enter');
    await window.waitFor('.quick-input-widget input[placeholder^="Compare"]');
    await window.waitFor('.quick-input-list .monaco-list-row[aria-label*="build of twice"]');
    await window.press('Enter');
    await window.click('.quick-input-list .monaco-list-row[aria-label^="Without Hashes"]');
    await compared;
    const input = await until('the comparison is shown', () => {
      const shown = editors.tabGroups.activeTabGroup.activeTab?.input;
      return shown instanceof TabInputTextDiff && shown.modified.scheme === scheme ? shown : undefined;
    });
    const [older, newer] = [input.original, input.modified].map(
      (uri) => workspace.textDocuments.find((one) => one.uri.toString() === uri.toString())?.getText() ?? '',
    );
    assert.match(older ?? '', /one in .*HASH-twice/);
    assert.equal(newer, older?.replace('one in', 'two in'));
    await window.waitFor('.monaco-diff-editor .char-insert, .monaco-diff-editor .line-insert');
    await window.screenshot('log-diff');
  });

  it('say why there is none', async () => {
    const document = await open('hello/default.nix');
    await evaluated(api, document);
    await commands.executeCommand('phasewise.openLog', { ...key(document), phase: 'nowherePhase' });
    const log = await until('it is shown', () => shownLog('nowherePhase'));
    assert.match(log.getText(), /no phase nowherePhase|not available/);
  });
});
