import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { commands, workspace } from 'vscode';
import { activated, eventually, nixCalls, openExample } from '../support';
import { window } from '../window';

describe('a workspace that nobody has trusted', () => {
  it('is not trusted', () => {
    assert.equal(workspace.isTrusted, false);
  });

  it('draws the phases from the text', async () => {
    const api = await activated();
    await openExample('hello/default.nix');
    await eventually('rows', () => api.phases().length > 0);
    assert.equal(api.status().state, 'untrusted');
  });

  it('says that nothing is run, with the way to trust', async () => {
    await commands.executeCommand('phasewise.phases.focus');
    await openExample('README.md');
    await window.waitFor('.pane-body .welcome-view-content >> text=not trusted');
    await window.waitFor('.welcome-view-content .monaco-button >> text=Manage Workspace Trust');
  });

  it('has run nothing, also when asked to', async () => {
    const api = await activated();
    await openExample('hello/default.nix');
    await eventually('rows', () => api.phases().length > 0);
    for (const command of ['phasewise.runAll', 'phasewise.buildDerivation']) {
      // Refusing by an error is as good as refusing by a message; not answering at all is the message waiting for a click.
      await Promise.race([commands.executeCommand(command).then(undefined, () => undefined), pause(2000)]);
    }
    await pause(2000);
    assert.deepEqual(nixCalls(), []);
  });
});
