import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import {
  commands,
  ConfigurationTarget,
  languages,
  TabInputTextDiff,
  window as editor,
  workspace,
  type Range,
} from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  closeEverything,
  diagnostic,
  evaluated,
  icon,
  inWorkspace,
  key,
  open,
  phasewise,
  replace,
  until,
} from './phasewise';
import { mend } from './lightbulb';
import { exitCode, task } from './tasks';
import { window } from './window';

const picks = '.quick-input-list .monaco-list-row';

/** The derivation's own tests, in the Test Explorer. */
async function runTests(name: string): Promise<void> {
  const rows = '.test-explorer .monaco-list-row';
  await commands.executeCommand('workbench.view.testing.focus');
  await window.click(`${rows}:has-text("${name}")`);
  await window.waitFor(`${rows}:has-text("arithmetic")`);
  await commands.executeCommand('testing.runAll');
  for (const label of ['arithmetic', 'checkPhase', name])
    await window.waitFor(`${rows}[aria-label*="${label} (Passed)"]`, 60_000);
  await window.screenshot('tests');
  await commands.executeCommand('phasewise.phases.focus');
}

describe('the story of python', () => {
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

  it('is compiled properly: its hash mended, a phase explained, edited and run, built, tested, tried, rebuilt, compared and deleted', async () => {
    // Each attempt has derivations of its own.
    const name = `story${Date.now()}-0.3.1`;
    const build = `build ${name}`;
    const folder = name.replace('-0.3.1', '');
    await workspace.fs.copy(inWorkspace('python'), inWorkspace(folder));
    const text = Buffer.from(await workspace.fs.readFile(inWorkspace('python/default.nix'))).toString();
    const begun = text
      .replace('pname = "python"', `pname = "${folder}"`)
      .replace("preConfigure = ''\n", '$&      frobnicate --version\n');
    await workspace.fs.writeFile(inWorkspace(`${folder}/default.nix`), Buffer.from(begun));
    const document = await open(`${folder}/default.nix`);
    await evaluated(api, document);

    // The hash that nobody knew, by the lightbulb.
    assert.equal(await exitCode(await task(build)), 1);
    await diagnostic(document, 'the hash', ({ message }) => /got/.test(message));
    await window.screenshot('hash-mismatch');
    await mend(document, /^Replace the hash by sha256-[A-Za-z0-9+/]{43}=$/);
    await until('the hash stands there', () => /\n {6}hash = "sha256-\S{44}";\n/.test(document.getText()));
    await document.save();
    await evaluated(api, document);

    // The build fails and says why; the phase is edited and run again, and nothing before it.
    assert.equal(await exitCode(await task(build)), 1);
    const isAtLine = ({ start }: Range) => document.lineAt(start.line).text.trim() === 'frobnicate --version';
    await diagnostic(
      document,
      'the program, at its line',
      ({ message, range }) => /frobnicate is not there/.test(message) && isAtLine(range),
    );
    await window.screenshot('failed-build');
    await replace(document, '      frobnicate --version\n', '');
    await document.save();
    await evaluated(api, document);
    await commands.executeCommand('phasewise.runUntil', { ...key(document), phase: 'configurePhase' });
    await until('it went well', () => icon(api, 'configurePhase') === 'pass-filled');

    assert.equal(await exitCode(await task(build)), 0);
    await until('no problem is left', () =>
      languages.getDiagnostics(document.uri).every(({ source }) => source !== 'build'),
    );
    assert.equal(await exitCode(await task(build)), 0);
    await until('it says that nothing was built', () => /^unchanged, valid since \d\d:\d\d/.test(words()));

    await runTests(name);

    // Tried: its program.
    const program = await commands.executeCommand('phasewise.tryIt', key(document));
    assert.match(String(program), /-story\d+-0\.3\.1\/bin\/python$/);
    assert.ok(editor.terminals.some(({ name }) => name === 'python'));
    await pick(
      'phasewise.buildAgain',
      'Rebuild and Compare',
      /story\d+-0\.3\.1 is unchanged and already valid, since/,
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
    const link = inWorkspace(`${folder}/result`).fsPath;
    await until('its link is there', () => existsSync(link));
    const stamp = readFileSync(`${link}/share/stamp`, 'utf8');

    await pick('phasewise.buildAgain', 'Rebuild and Compare', /story\d+-0\.3\.1 is unchanged/);
    await until('it differs', () => words() === 'build failed');
    const shown = /out\/share\/stamp (?:differs from the first build|has \d+ bytes)/;
    await pick('phasewise.buildAgain', 'Show the First File That Differs', shown);
    await until('both files are shown', () => {
      const input = editor.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof TabInputTextDiff && input.modified.path.endsWith('.check/share/stamp');
    });
    await window.screenshot('rebuild-compare');
    assert.equal(readFileSync(`${link}/share/stamp`, 'utf8'), stamp);

    await open(`${folder}/default.nix`);
    const deleted = commands.executeCommand('phasewise.deleteOutputs', key(document));
    await window.waitFor(`${picks}:has-text("${name}")`, 60_000);
    assert.match(
      (await window.texts(picks)).join('\n'),
      /story\d+-0\.3\.1[^]*since \d\d:\d\d · kept by \S*\/result/,
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
    assert.match(answer.deleted.join(), /-story\d+-0\.3\.1$/);
    assert.ok(!existsSync(link));
    await pick('phasewise.buildAgain', 'Build', /story\d+-0\.3\.1 is built again: it has not changed/);
    await until('it was built', () => /^built/.test(words()));
  }).timeout(240_000);
});
