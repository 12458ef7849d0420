import assert from 'node:assert/strict';
import {
  commands,
  ConfigurationTarget,
  env,
  TabInputText,
  TabInputTextDiff,
  window as editors,
  workspace,
  type TextDocument,
} from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  closeEverything,
  evaluated,
  key,
  openDerivation,
  phasewise,
  replace,
  shownChannel,
  until,
} from './phasewise';
import { exitCode, task } from './tasks';
import { window } from './window';

const million = 1_000_000;
/** Other text in the place of a large one takes a busy window a while. */
const patienceMs = 70_000;
/** Lines that tell of errors; the build fails for the first. */
const errors = [400_000, 900_000] as const;

/** The line that the cursor is in; empty while no log is in front. */
function currentLine(): string {
  const editor = editors.activeTextEditor;
  if (editor?.document.uri.scheme !== 'phasewise-log') return '';
  return editor.document.lineAt(editor.selection.active.line).text;
}

const standsAt = (number: number) =>
  until(
    `it stands at line ${number}`,
    () => currentLine().startsWith(`main.c:${number}:1: error: `),
    patienceMs,
  );

const replaying = (when: string | undefined) =>
  workspace.getConfiguration('phasewise').update('builds.replay', when, ConfigurationTarget.Workspace);

describe('a log of a million lines', () => {
  let api: PhasewiseApi;
  let document: TextDocument;
  before(async function () {
    // A million lines go through the window's terminal.
    this.timeout(300_000);
    api = await phasewise();
    // Else the million lines are printed once more meanwhile.
    await replaying('off');
    document = await openDerivation(
      'long-log/default.nix',
      `  name = "long";
  dontUnpack = true;
  buildPhase = ''
    lines() { seq -f 'line %.0f of many that a compiler prints' $1 $2; }
    lines 1 ${errors[0] - 1}
    echo 'main.c:${errors[0]}:1: error: no'
    lines ${errors[0] + 1} ${errors[1] - 1}
    echo 'main.c:${errors[1]}:1: error: no'
    lines ${errors[1] + 1} ${million}
    exit 1
  '';`,
    );
    await evaluated(api, document);
    assert.equal(await exitCode(await task('build long')), 1);
  });
  after(async () => {
    await replaying(undefined);
    await closeEverything();
  });

  async function openLog(): Promise<TextDocument> {
    await commands.executeCommand('phasewise.openLog', { ...key(document), phase: 'buildPhase' });
    const log = await until('the log is shown', () => {
      const shown = editors.activeTextEditor?.document;
      return shown?.uri.scheme === 'phasewise-log' ? shown : undefined;
    });
    await standsAt(errors[0]);
    return log;
  }

  it('opens around the line that failed, and F8 goes on to errors that are not shown', async () => {
    const log = await openLog();
    assert.match(log.lineAt(0).text, /^· lines .* of 1.000.001 /);
    await window.screenshot('log-part');
    await window.press('F8');
    await standsAt(errors[1]);
    assert.equal(editors.activeTextEditor?.document, log, 'it is the same document');
    await window.press('F8');
    await standsAt(errors[0]);
    await window.press('Shift+F8');
    await standsAt(errors[1]);
    await window.press('Alt+F8');
    await standsAt(errors[0]);
  });

  it('says that an own search sees a part, and is searched whole', async () => {
    await openLog();
    await window.waitFor('.statusbar-item[id$="phasewise.logPart"]');
    await window.press('Control+F');
    await window.waitFor('.find-widget.visible');
    await window.waitFor('.notification-list-item-message:has-text("of 1\u202f000\u202f001")');
    await window.screenshot('log-search');
    await window.click('.notification-list-item .monaco-button:has-text("Search Whole Log")');
    await window.waitFor('.quick-input-widget input');
    await window.type('line 777');
    await window.press('Enter');
    await until('the next that has it is shown', () => currentLine().startsWith('line 777000 '), patienceMs);
    const { selection } = editors.activeTextEditor ?? assert.fail();
    assert.equal(editors.activeTextEditor?.document.getText(selection), 'line 777');
    // Of the find widget, whose own F3 it would be.
    await window.press('Escape');
    await window.waitForGone('.find-widget.visible');
    await window.press('F3');
    await until('the next one', () => currentLine().startsWith('line 777001 '));
    await window.press('Shift+F3');
    await window.press('Shift+F3');
    await until('the one before', () => currentLine().startsWith('line 77799 '), patienceMs);
  });

  it('is copied as far as it is said, and leads to its file', async () => {
    const log = await openLog();
    await commands.executeCommand('phasewise.openLogPart', log.uri, 5);
    await until('its beginning is shown', () => /^· lines 1 to /.test(log.lineAt(0).text));
    void commands.executeCommand('phasewise.copyLog', log.uri);
    await window.waitFor('.notification-list-item-message:has-text("are put on the clipboard")');
    assert.equal((await env.clipboard.readText()).split('\n').length, log.lineCount);
    await commands.executeCommand('phasewise.openWholeLog', log.uri);
    await until('the file is in front', () => {
      const input = editors.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof TabInputText && input.uri.path.endsWith('.log');
    });
  });

  it('streams into its channel up to 20 MB, says so, and has its end', async () => {
    await commands.executeCommand('phasewise.showLog', key(document));
    const end = `line ${million} of many that a compiler prints\n`;
    const text = await until(
      'the channel has its end',
      () => {
        const shown = shownChannel();
        return shown.endsWith(end) ? shown : undefined;
      },
      patienceMs,
    );
    const [beginning = '', rest = ''] = text.split('… This log is longer than 20 MB');
    assert.match(beginning, /line 1 of many that a compiler prints\nline 2 of many/);
    assert.ok(Math.abs(Buffer.byteLength(beginning) - 20_000_000) < 100_000);
    assert.match(rest, /MB are left out; the end of the log: …\nline \d+ of many/);
    await window.screenshot('log-channel');
  });

  it('is compared by phase with that of another build, of which it says what is the same', async () => {
    await replace(document, "echo 'main.c:900000", "echo 'other.c:900000");
    await document.save();
    await evaluated(api, document);
    await until('the edit is evaluated', () => !api.message().includes('…'));
    assert.equal(await exitCode(await task('build long')), 1);
    const compared = commands.executeCommand('phasewise.compareLogs', key(document));
    const build = '.quick-input-list .monaco-list-row[aria-label*="build of long"]';
    await window.waitFor(build);
    await window.click(build);
    await window.waitFor('.quick-input-widget input[placeholder^="Compare"]');
    await window.click(build);
    await window.click('.quick-input-list .monaco-list-row[aria-label^="Without Hashes"]');
    await window.waitFor('.quick-input-list .monaco-list-row[aria-label*="the same"]', 60_000);
    await window.screenshot('log-comparison');
    await window.click('.quick-input-list .monaco-list-row[aria-label*="differs"]');
    await compared;
    const input = await until('the comparison is shown', () => {
      const shown = editors.tabGroups.activeTabGroup.activeTab?.input;
      return shown instanceof TabInputTextDiff && shown.modified.scheme === 'phasewise-log' ? shown : null;
    });
    const [older, newer] = [input.original, input.modified].map(
      (uri) => workspace.textDocuments.find((one) => one.uri.toString() === uri.toString())?.getText() ?? '',
    );
    assert.match(older ?? '', /^line 899990 [\s\S]*\nmain\.c:900000[^\n]*\n[\s\S]*line 900010 [^\n]*\n$/);
    assert.equal(newer, older?.replace('main.c:', 'other.c:'));
  });
});
