import assert from 'node:assert/strict';
import { commands, tasks, workspace } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import type { PhaseItem } from '../../client/src/phases/phaseItem';
import { closeEverything, evaluated, inWorkspace, key, open, phasewise, replace, until } from './phasewise';
import { exitCode } from './tasks';
import { window } from './window';

describe('pinned derivations', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  const pinned = (): readonly PhaseItem[] => api.phases().find(({ id }) => id === 'pinned:')?.children ?? [];
  const phase = (item: PhaseItem | undefined, name: string): PhaseItem | undefined =>
    item?.children.find(({ label }) => label === name);

  it('stay when their file is closed, run, and go when they are unpinned', async () => {
    const document = await open('broken-configure/default.nix');
    await evaluated(api, document);
    await commands.executeCommand('phasewise.pin', key(document));
    await until('it is pinned', () => pinned()[0]?.drvPath);
    await commands.executeCommand('phasewise.pinOther', 'greeting-library/default.nix#greeter');
    await commands.executeCommand('phasewise.pinOther', pinned()[0]?.drvPath);
    await until(
      'all are drawn',
      () => pinned().length === 3 && pinned().every(({ drvPath }) => drvPath !== null),
    );
    const hello = await open('hello/default.nix');
    await evaluated(api, hello);
    await commands.executeCommand('phasewise.phases.focus');
    await window.waitFor('.monaco-list-row:has-text("Pinned")');
    const patch = await until('its stdenv is asked', () => phase(pinned()[0], 'patchPhase'));
    await commands.executeCommand('phasewise.runPhase', patch.id);
    await until('it ran', () => phase(pinned()[0], 'patchPhase')?.icon.name === 'pass-filled');
    for (const item of pinned()) await commands.executeCommand('phasewise.unpin', item.id);
    await until('all are gone', () => pinned().length === 0);
  });

  it('are offered as tasks, those of a flake too', async () => {
    await workspace.fs.writeFile(inWorkspace('pinned-flake/flake.nix'), Buffer.from(flake));
    const attr = 'packages.x86_64-linux.default';
    await commands.executeCommand('phasewise.pinOther', `pinned-flake#${attr}`);
    await commands.executeCommand('phasewise.pinOther', 'greeting-library/default.nix#greeter');
    await until('both are drawn', () => pinned().length === 2 && pinned().every(({ drvPath }) => drvPath));
    const offered = await tasks.fetchTasks({ type: 'phasewise' });
    const builds = offered.filter(({ definition }) => definition['action'] === 'build');
    // Those of documents that are still open come before them.
    const subjects = builds.map(({ definition }): readonly unknown[] => {
      const { file, flake: folder, attr: name } = definition as Readonly<Record<string, unknown>>;
      return [file ?? folder, name];
    });
    assert.deepEqual(subjects.slice(-2), [
      ['pinned-flake', attr],
      ['greeting-library/default.nix', 'greeter'],
    ]);
    assert.equal(await exitCode(builds.at(-2) ?? assert.fail()), 0);
    for (const item of pinned()) await commands.executeCommand('phasewise.unpin', item.id);
    await until('they are gone', () => pinned().length === 0);
  });

  it('are drawn anew when their file changes', async () => {
    const uri = inWorkspace('broken-configure/default.nix');
    await commands.executeCommand('phasewise.pinOther', 'broken-configure/default.nix');
    const before = await until('it is drawn', () => pinned()[0]?.drvPath);
    const document = await open('broken-configure/default.nix');
    await replace(document, 'declared=$(cat VERSION)', 'declared=$(cat ./VERSION)');
    await until('the edit is drawn', () => pinned()[0]?.drvPath !== before && pinned()[0]?.drvPath);
    assert.equal(pinned()[0]?.uri, uri.toString());
    await commands.executeCommand('phasewise.unpin', pinned()[0]?.id);
    await until('it is gone', () => pinned().length === 0);
  });
});

const flake = `{
  outputs = { self }: {
    packages.x86_64-linux.default = derivation {
      name = "pinned-flaky-1.0";
      system = "x86_64-linux";
      builder = "/bin/sh";
      args = [ "-c" "echo x > $out" ];
    };
  };
}
`;
