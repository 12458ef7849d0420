import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { ConfigurationTarget, commands, window as editors, workspace } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import { closeEverything, evaluated, inWorkspace, openDerivation, phasewise, until } from './phasewise';
import { exitCode, task } from './tasks';
import { window } from './window';

const picks = '.quick-input-list .monaco-list-row';

describe('a build that has nothing to do', () => {
  let api: PhasewiseApi;
  const settings = () => workspace.getConfiguration('phasewise');
  before(async () => (api = await phasewise()));
  afterEach(async () => {
    await settings().update('build.resultLink', undefined, ConfigurationTarget.Workspace);
    for (const terminal of editors.terminals) terminal.dispose();
    await closeEverything();
  });

  it('leaves a button on the row for what there is to do instead, such as deleting with what keeps it alive', async () => {
    const folder = `nothing-${Date.now()}`;
    const document = await openDerivation(
      `${folder}/default.nix`,
      `  name = "${folder}-1.0";\n  dontUnpack = true;\n  installPhase = "mkdir $out; head -c 300000 /dev/zero > $out/data";`,
    );
    await settings().update('build.resultLink', 'result', ConfigurationTarget.Workspace);
    await evaluated(api, document);
    const build = await task(`build ${folder}-1.0`);
    assert.equal(await exitCode(build), 0);
    assert.equal(await exitCode(build), 0);
    await until('it says so', () => api.phases()[0]?.description.startsWith('unchanged, valid since'));
    await commands.executeCommand('phasewise.phases.focus');
    await window.clickIn(
      '.monaco-list-row[aria-label^="derivation"]',
      '.action-label[aria-label^="Really Build Again"]',
    );
    await window.waitFor(`${picks}:has-text("Rebuild and Compare")`);
    await window.click(`${picks}:has-text("Delete Outputs")`);
    await window.waitFor(`${picks}:has-text("${folder}")`, 60_000);
    await window.press('Enter');
    await window.waitFor(`${picks}:has-text("remove this link")`);
    await window.click(`${picks}:has-text("remove this link")`);
    await window.screenshot('roots');
    await window.press('Enter');
    const link = inWorkspace(`${folder}/result`).fsPath;
    await until('the link is gone', () => !existsSync(link));
  });
});
