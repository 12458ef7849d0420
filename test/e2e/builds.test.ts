import assert from 'node:assert/strict';
import { commands, tasks, workspace, type Task } from 'vscode';
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
  shownChannel,
  until,
} from './phasewise';
import { exitCode, task } from './tasks';

describe('builds', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  it('are tasks: one for each derivation of an open file, with its phases live in the tree', async () => {
    const document = await open('hello/default.nix');
    await evaluated(api, document);
    assert.equal(await exitCode(await task('build hello-1.0')), 0);
    await until('the tree says so', () => /built|valid since/.test(api.phases()[0]?.description ?? ''));
  });

  it('show their complete log with the phases marked', async () => {
    const document = await open('hello/default.nix');
    await evaluated(api, document);
    await exitCode(await task('build hello-1.0'));
    await commands.executeCommand('phasewise.showLog', key(document));
    const log = await until('the log is shown', () => {
      const text = shownChannel();
      return text.includes('buildPhase') && text.includes('fixupPhase') ? text : undefined;
    });
    assert.match(log, /compiling hello 1\.0/);
    assert.ok(log.indexOf('unpackPhase') < log.indexOf('buildPhase'));
  });

  it('end with exit code 1 and a problem when they fail', async () => {
    const document = await open('broken-configure/default.nix');
    await evaluated(api, document);
    assert.equal(await exitCode(await task('build answer-0.3')), 1);
    const problem = await diagnostic(document, 'the problem is shown', ({ source }) => source === 'build');
    const first = document
      .getText()
      .split('\n')
      .findIndex((text) => text.includes('configurePhase ='));
    const last = document
      .getText()
      .split('\n')
      .findIndex((text) => text.includes('buildPhase ='));
    assert.ok(problem.range.start.line >= first && problem.range.start.line < last);
    await until('the phase is marked', () => icon(api, 'configurePhase') === 'error');
  });

  it('can be named in tasks.json, for files that are not open, too', async () => {
    const task1 = { type: 'phasewise', file: 'hello/default.nix', label: 'make hello' };
    const task2 = {
      type: 'phasewise',
      file: '${workspaceFolder}/hello/default.nix',
      action: 'run',
      label: 'run it',
    };
    const text = JSON.stringify({ version: '2.0.0', tasks: [task1, task2] });
    await workspace.fs.writeFile(inWorkspace('.vscode/tasks.json'), Buffer.from(text));
    const build = await configured('make hello');
    const run = await configured('run it');
    assert.equal(await exitCode(build), 0);
    assert.equal(await exitCode(run), 0);
  });

  it('are stopped with all their processes when their task is terminated', async () => {
    const document = await openDerivation(
      'endless/default.nix',
      '  name = "endless";\n  dontUnpack = true;\n  buildPhase = "sleep 86392.25";',
    );
    await evaluated(api, document);
    const ended = exitCode(await task('build endless'));
    await until('it builds', () => isRunning('86392.25'));
    for (const execution of tasks.taskExecutions) execution.terminate();
    await until('nothing is left', () => !isRunning('86392.25'));
    await until('nothing spins', () => icon(api, 'buildPhase') !== 'loading~spin');
    await ended;
  });
});

/** VS Code reads tasks.json when its file watcher says so. */
async function configured(label: string): Promise<Task> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = (await tasks.fetchTasks()).find((candidate) => candidate.name === label);
    if (found !== undefined) return found;
    assert.ok(Date.now() < deadline, `tasks.json gives ${label}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
