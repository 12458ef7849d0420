import assert from 'node:assert/strict';
import {
  commands,
  DiagnosticSeverity,
  languages,
  tasks,
  window as editors,
  workspace,
  type Task,
} from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  closeEverything,
  evaluated,
  inWorkspace,
  isRunning,
  open,
  openDerivation,
  phasewise,
  row,
  shownChannel,
  until,
} from './phasewise';
import { endOf, exitCode, task } from './tasks';
import { window } from './window';

const rows = '.terminal-wrapper.active .xterm-rows';

describe('tasks', () => {
  let api: PhasewiseApi;
  before(async () => {
    api = await phasewise();
    // Else a terminal is one canvas, and its text cannot be read from the page.
    await workspace.getConfiguration('terminal.integrated').update('gpuAcceleration', 'off', true);
  });
  afterEach(async () => {
    for (const terminal of editors.terminals) terminal.dispose();
    await closeEverything();
  });

  it('show what is built for them, in their terminal and in the tree, with its log as it grows', async () => {
    const sleep = `7${process.pid}.25`;
    const document = await openDerivation(
      'inputs/default.nix',
      `  name = "live-1.0";
  dontUnpack = true;
  buildInputs = [
    (pkgs.stdenv.mkDerivation {
      name = "live-input-${Date.now()}";
      dontUnpack = true;
      buildPhase = "echo so far so good; sleep ${sleep}";
    })
  ];`,
    );
    await evaluated(api, document);
    const ended = exitCode(await task('build live-1.0'));
    const input = await until('the input has its row', () => {
      const found = row(api, 'Building inputs')?.children[0];
      return found?.description.startsWith('buildPhase') === true ? found : undefined;
    });
    assert.match(input.label, /^live-input-/);
    await until('the input builds', () => isRunning(sleep));
    assert.equal(editors.activeTextEditor?.document, document);
    assert.ok(await window.writesIntoText(), 'the focus stays in the text');
    await window.waitFor(`${rows} :text("buildPhase")`);
    await untilText(
      /waiting for its inputs · 0 of 2 built · \d+ s in all[\s\S]*live-input-\S+ +buildPhase \d+ s/,
    );
    await commands.executeCommand('phasewise.phases.focus');
    await window.waitFor(`.monaco-list-row:has-text("${input.label}")`);
    await window.screenshot('task-live');
    // It ends with the log, and that with the build.
    const shown = commands.executeCommand('phasewise.showLog', input.id);
    await until('its log is shown while it grows', () => shownChannel().includes('so far so good'));
    for (const execution of tasks.taskExecutions) execution.terminate();
    await Promise.all([ended, shown]);
    await until('nothing is left', () => !isRunning(sleep));
    await until('no row is left', () => row(api, 'Building inputs') === undefined);
  });

  it('name the input that failed first, with its last lines', async () => {
    const name = `bad-input-${Date.now()}`;
    const document = await openDerivation(
      'bad-input/default.nix',
      `  name = "wants-bad-1.0";
  dontUnpack = true;
  buildInputs = [
    (pkgs.stdenv.mkDerivation {
      name = "${name}";
      dontUnpack = true;
      buildPhase = "echo the cause of it; exit 3";
    })
  ];`,
    );
    await evaluated(api, document);
    assert.equal(await exitCode(await task('build wants-bad-1.0')), 1);
    const failed = await until('it is named', () => row(api, 'Inputs failed to build')?.children[0]);
    assert.equal(failed.label, name);
    assert.match(failed.description, /^failed first · in buildPhase · builder failed with exit code 3/);
    await untilText(/│ the cause of it[\s\S]*✗ failed in buildPhase/);

    await commands.executeCommand('phasewise.phases.focus');
    await window.click(`.monaco-list-row[aria-label^="input ${name}"]`);
    await window.press('Shift+F10');
    await window.clickInMenu('Open Log');
    const log = await until('its log is a document', () => {
      const shown = editors.activeTextEditor?.document;
      return shown?.uri.scheme === 'phasewise-log' && shown.uri.path.includes(name) ? shown : undefined;
    });
    const lines = log.getText().split('\n');
    const cause = lines.indexOf('the cause of it');
    assert.ok(lines.some((line) => line.startsWith('── buildPhase')) && cause > 0);
    await until('it stands where it failed', () => editors.activeTextEditor?.selection.active.line === cause);
  });

  it('wait for one another, end with the exit code of what they did, and use one terminal each', async () => {
    await workspace.fs.writeFile(inWorkspace('chain/flake.nix'), Buffer.from(flake));
    const file = 'chain/default.nix';
    const all = await written(file, chain, [
      { label: 'bad', file, attr: 'bad' },
      { label: 'after bad', file, attr: 'good', dependsOn: 'bad' },
      { label: 'checked', file, attr: 'good', action: 'check', group: 'test' },
      { label: 'unchecked', file, attr: 'bad', action: 'check' },
      {
        label: 'greet',
        file,
        attr: 'good',
        action: 'buildPhase',
        args: ['--argstr', 'greeting', 'a b; $(c)'],
      },
      { label: 'flaky', flake: './chain#packages.x86_64-linux.default', plain: true },
      { label: 'odd', file, attr: 'good', args: ['--run', 'x'] },
      { label: 'refused', file, action: 'clean' },
    ]);
    const started: string[] = [];
    const listening = tasks.onDidStartTask(({ execution }) => started.push(execution.task.name));
    await tasks.executeTask(find(all, 'after bad')).then(undefined, () => undefined);
    await until('the first has run', () => started.includes('bad') && tasks.taskExecutions.length === 0);
    assert.ok(!started.includes('after bad'), 'what failed stops what depends on it');
    listening.dispose();
    assert.equal(await exitCode(find(all, 'checked')), 0);
    assert.equal(await exitCode(find(all, 'unchecked')), 1);
    assert.equal(await exitCode(find(all, 'odd')), 2);
    assert.equal(await exitCode(find(all, 'refused')), 2);
    assert.equal(await exitCode(find(all, 'greet')), 0);
    await untilText(/greeting: a b; \$\(c\)/);
    assert.equal(await exitCode(find(all, 'flaky')), 0);
    const before = editors.terminals.length;
    assert.equal(await exitCode(find(all, 'flaky')), 0);
    assert.equal(editors.terminals.length, before);
  });

  it('are shown as tasks.json says, and are what Run Build Task and Run Test Task run', async () => {
    const file = 'grouped/default.nix';
    const all = await written(file, chain, [
      // Tasks of one definition would be one task.
      { label: 'unseen', file, attr: 'good', plain: true, presentation: { reveal: 'never' } },
      { label: 'default build', file, attr: 'good', group: { kind: 'build', isDefault: true } },
      {
        label: 'default test',
        file,
        attr: 'good',
        action: 'check',
        group: { kind: 'test', isDefault: true },
      },
    ]);
    await commands.executeCommand('workbench.action.closePanel');
    assert.equal(await exitCode(find(all, 'unseen')), 0);
    assert.deepEqual(await window.texts('.part.panel .terminal-wrapper'), []);
    for (const [command, label] of [
      ['workbench.action.tasks.build', 'default build'],
      ['workbench.action.tasks.test', 'default test'],
    ] as const) {
      const ended = endOf(label);
      await commands.executeCommand(command);
      assert.equal(await ended, 0, command);
    }
    await window.waitFor('.part.panel .terminal-wrapper.active');
  });

  it('of the shell that run Nix have what compilers and make say put at the files that were built', async () => {
    const made = {
      src: 'main.o: main.c\n\t$(CC) -c main.c\n',
      main: 'int main(void) {\n  return missing;\n}\n',
    };
    await workspace.fs.writeFile(inWorkspace('matched/src/Makefile'), Buffer.from(made.src));
    await workspace.fs.writeFile(inWorkspace('matched/src/main.c'), Buffer.from(made.main));
    const text = `{ pkgs ? import ../pkgs { } }: pkgs.stdenv.mkDerivation { name = "matched-1.0"; src = ./src; }\n`;
    const fileLocation = ['relative', '${workspaceFolder}/matched/src'];
    const problemMatcher = ['gcc', 'make'].map((tool) => ({ base: `$phasewise-${tool}`, fileLocation }));
    const command = 'nix-build --no-out-link matched/default.nix';
    const all = await written('matched/default.nix', text, [
      { label: 'matched', type: 'shell', command, problemMatcher },
    ]);
    assert.notEqual(await exitCode(find(all, 'matched')), 0);
    const errors = (name: string) =>
      languages
        .getDiagnostics(inWorkspace(`matched/src/${name}`))
        .filter(({ severity }) => severity === DiagnosticSeverity.Error);
    const files = ['main.c', 'Makefile'];
    await until('both files have their problem', () => files.every((name) => errors(name).length > 0));
    const told = files.flatMap(errors).map(({ range, source }) => [range.start.line, source]);
    assert.deepEqual(told, [
      [1, 'build'],
      [1, 'build'],
    ]);
    assert.match(errors('main.c')[0]?.message ?? '', /missing.* undeclared/);
  });

  it('try a program of what they built, in a terminal of its own, and end with its exit code', async () => {
    const program = '#!/bin/sh\\nread line; echo "$1 said $line"; exit 4\\n';
    const made = `mkdir -p $out/bin; printf '${program}' > $out/bin/asks; chmod +x $out/bin/asks`;
    const text = chain.replace('touch $out', made.replaceAll('"', '\\"'));
    const file = 'tried/default.nix';
    const all = await written(file, text, [
      { label: 'tried', file, attr: 'good', action: 'try', program: ['asks', 'a b; $(c)'] },
      { label: 'missing', file, attr: 'good', action: 'try', program: 'nowhere' },
    ]);
    const ended = exitCode(find(all, 'tried'));
    const terminal = await until('it runs', () =>
      editors.terminals.find(({ name }) => name.includes('asks')),
    );
    terminal.sendText('hello', true);
    assert.equal(await ended, 4);
    terminal.show(true);
    await untilText(/a b; \$\(c\) said hello/);
    assert.equal(await exitCode(find(all, 'missing')), 1);
    await untilText(/hold no program nowhere\. They hold: asks/);
  });

  it('end with 130 when Ctrl-C is pressed in their terminal, and leave nothing', async () => {
    const sleep = `7${process.pid}.5`;
    const file = 'interrupted/default.nix';
    const text = chain.replace('exit 7', `echo begun; sleep ${sleep}`);
    const all = await written(file, text, [{ label: 'interrupted', file, attr: 'bad' }]);
    const ended = exitCode(find(all, 'interrupted'));
    await until('it builds', () => isRunning(sleep));
    assert.ok(await window.writesIntoText());
    await window.click('.terminal-wrapper.active .xterm-screen');
    assert.ok(!(await window.writesIntoText()), 'the terminal has the keys');
    await window.press('Control+c');
    assert.equal(await ended, 130);
    await until('nothing is left', () => !isRunning(sleep));
  });
});

/** Writes these tasks and the file that they are about, and opens it. */
async function written(file: string, text: string, named: readonly object[]): Promise<readonly Task[]> {
  await workspace.fs.writeFile(inWorkspace(file), Buffer.from(text));
  const all = named.map((one) => ({ type: 'phasewise', ...one }));
  const json = JSON.stringify({ version: '2.0.0', tasks: all });
  await workspace.fs.writeFile(inWorkspace('.vscode/tasks.json'), Buffer.from(json));
  await open(file);
  return configured(named.flatMap((one) => ('label' in one ? [String(one.label)] : [])));
}

const chain = `{ pkgs ? import ../pkgs { }, greeting ? "none" }:
{
  good = pkgs.stdenv.mkDerivation {
    name = "good-1.0";
    dontUnpack = true;
    inherit greeting;
    buildPhase = "echo greeting: $greeting";
    doCheck = true;
    checkPhase = "echo checked";
    installPhase = "touch $out";
  };
  bad = pkgs.stdenv.mkDerivation {
    name = "bad-1.0";
    dontUnpack = true;
    buildPhase = "exit 7";
  };
}
`;
const flake = `{
  outputs = { self }: {
    packages.x86_64-linux.default = derivation {
      name = "flaky-1.0";
      system = "x86_64-linux";
      builder = "/bin/sh";
      args = [ "-c" "echo x > $out" ];
    };
  };
}
`;

async function untilText(pattern: RegExp): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    // xterm.js writes spaces that do not break.
    const text = (await window.texts(rows)).join('\n').replaceAll('\u00a0', ' ');
    if (pattern.test(text)) return;
    assert.ok(Date.now() < deadline, `the terminal shows ${pattern}: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function find(all: readonly Task[], label: string): Task {
  const found = all.find(({ name }) => name === label);
  assert.ok(found, label);
  return found;
}

/** VS Code reads tasks.json when its file watcher says so. */
async function configured(labels: readonly string[]): Promise<readonly Task[]> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const all = await tasks.fetchTasks();
    if (labels.every((label) => all.some(({ name }) => name === label))) return all;
    assert.ok(Date.now() < deadline, `tasks.json gives ${labels.join()}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
