import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { commands, TabInputTextDiff, window as editor, workspace, ConfigurationTarget } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  closeEverything,
  diagnostic,
  evaluated,
  inWorkspace,
  key,
  open,
  phasewise,
  replace,
  until,
} from './phasewise';
import { exitCode, task } from './tasks';
import { window } from './window';

const picks = '.quick-input-list .monaco-list-row';

describe('what is built already', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  after(async () => {
    await workspace
      .getConfiguration('phasewise')
      .update('build.resultLink', undefined, ConfigurationTarget.Workspace);
    await closeEverything();
  });
  const words = () => api.phases()[0]?.description ?? '';

  /** Picks from the list that a command opens, once it shows what it should. */
  const pick = async (command: string, label: string, shown: RegExp) => {
    const done = commands.executeCommand(
      command,
      api.file() === null ? undefined : { uri: api.file(), attr: '' },
    );
    await window.waitFor(`${picks}:has-text("${label}")`);
    const title = (await window.texts('.quick-input-title')).join(' ');
    const rows = (await window.texts(picks)).join('\n');
    assert.match(`${title}\n${rows}`, shown);
    await window.click(`${picks}:has-text("${label}")`);
    await done;
  };

  it('is built again and compared, and deleted with what keeps it: the end of the story of python', async () => {
    const document = await open('python/default.nix');
    await evaluated(api, document);
    assert.equal(await exitCode(await task('build python-0.3.1')), 1);
    const problem = await diagnostic(document, 'the hash', ({ message }) => /got/.test(message));
    const [hash = ''] = /sha256-(?!AAAA)[A-Za-z0-9+/]{43}=/.exec(problem.message) ?? [];
    await replace(document, 'hash = lib.fakeHash', `hash = "${hash}"`);
    await document.save();
    await evaluated(api, document);
    assert.equal(await exitCode(await task('build python-0.3.1')), 0);
    assert.equal(await exitCode(await task('build python-0.3.1')), 0);
    await until('it says that nothing was built', () => /^unchanged, valid since \d\d:\d\d/.test(words()));

    // Tried: its program, and the package's own tests.
    const program = await commands.executeCommand('phasewise.tryIt', key(document));
    assert.match(String(program), /-python-0\.3\.1\/bin\/python$/);
    assert.ok(editor.terminals.some(({ name }) => name === 'python'));
    await pick(
      'phasewise.buildAgain',
      'Rebuild and Compare',
      /python-0\.3\.1 is unchanged and already valid, since/,
    );
    await until('it was rebuilt', () => /^built/.test(words()));

    // What changes with each build.
    const settings = workspace.getConfiguration('phasewise');
    await settings.update('build.resultLink', 'result', ConfigurationTarget.Workspace);
    await replace(
      document,
      'ln -s python',
      `: ${Date.now()}; mkdir "$out/share"; date +%N > "$out/share/stamp"; ln -s python`,
    );
    await document.save();
    await evaluated(api, document);
    await pick('phasewise.buildAgain', 'Build', /It changed: The text of postInstall changed/);
    await until('it was built', () => /^built/.test(words()));
    const link = inWorkspace('python/result').fsPath;
    await until('its link is there', () => existsSync(link));
    const stamp = readFileSync(`${link}/share/stamp`, 'utf8');

    await pick('phasewise.buildAgain', 'Rebuild and Compare', /python-0\.3\.1 is unchanged/);
    await until('it differs', () => words() === 'build failed');
    const shown = /out\/share\/stamp (?:differs from the first build|has \d+ bytes)/;
    await pick('phasewise.buildAgain', 'Show the First File That Differs', shown);
    await until('both files are shown', () => {
      const input = editor.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof TabInputTextDiff && input.modified.path.endsWith('.check/share/stamp');
    });
    await window.screenshot('rebuild-compare');
    assert.equal(readFileSync(`${link}/share/stamp`, 'utf8'), stamp);

    await open('python/default.nix');
    const deleted = commands.executeCommand('phasewise.deleteOutputs', key(document));
    await window.waitFor(`${picks}:has-text("python-0.3.1")`, 60_000);
    assert.match(
      (await window.texts(picks)).join('\n'),
      /python-0\.3\.1[^]*since \d\d:\d\d · kept by \S*\/result/,
    );
    await window.screenshot('delete-outputs');
    await window.press('Enter');
    await window.waitFor(`${picks}:has-text("remove this link")`);
    await window.click(`${picks}:has-text("remove this link")`);
    await window.screenshot('delete-roots');
    await window.press('Enter');
    const answer = (await deleted) as {
      readonly deleted: readonly string[];
      readonly removedLinks: readonly string[];
    };
    assert.deepEqual(answer.removedLinks, [link]);
    assert.match(answer.deleted.join(), /-python-0\.3\.1$/);
    assert.ok(!existsSync(link));
    await pick('phasewise.buildAgain', 'Build', /python-0\.3\.1 is built again: it has not changed/);
    await until('it was built', () => /^built/.test(words()));
  }).timeout(240_000);
});
