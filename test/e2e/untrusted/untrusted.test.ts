import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { commands, languages, workspace } from 'vscode';
import type { PhasewiseApi } from '../../../client/src/api';
import { inWorkspace, key, openDerivation, phasewise, row, until } from '../phasewise';
import { window } from '../window';

/** Evaluating this would write to the store, and running its phase would make this file. */
function marker(): string {
  return inWorkspace('marker').fsPath;
}

describe('a workspace that is not trusted', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));

  it('is drawn from the text, and the view says that nothing is run', async () => {
    assert.equal(workspace.isTrusted, false);
    await openDerivation(
      'distrusted/default.nix',
      `  name = "distrusted";\n  src = throw "evaluated";\n  buildPhase = "touch ${marker()}";`,
    );
    await until('the server says so', () => api.status().state === 'untrusted');
    await until('it is drawn', () => row(api, 'buildPhase'));
    assert.match(api.message(), /drawn from the text/);
    assert.equal(api.phases()[0]?.kind, 'notice');
    assert.match(api.phases()[0]?.label ?? '', /nothing is run/);
  });

  it('has nothing evaluated in it, however long one waits', async () => {
    const document = await openDerivation(
      'distrusted/default.nix',
      `  name = "distrusted";\n  src = throw "evaluated";\n  buildPhase = "touch ${marker()}";`,
    );
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const words = languages.getDiagnostics(document.uri).map(({ message }) => message);
    assert.ok(
      words.every((text) => !text.includes('evaluated')),
      words.join(),
    );
    assert.ok(api.phases().every((item) => item.drvPath === null));
  });

  it('has nothing run or built in it, even when commands are called past the buttons', async () => {
    const document = await openDerivation(
      'distrusted/default.nix',
      `  name = "distrusted";\n  buildPhase = "touch ${marker()}";`,
    );
    await until('it is drawn', () => row(api, 'buildPhase'));
    const calls = ['phasewise.runPhase', 'phasewise.runAll', 'phasewise.run', 'phasewise.build'];
    for (const command of calls) {
      const call = commands.executeCommand(command, { ...key(document), phase: 'buildPhase' });
      // Refusing by an error is as good as refusing by an answer.
      await call.then(undefined, () => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.equal(existsSync(marker()), false);
  });

  it('shows the way to trust it', async () => {
    await commands.executeCommand('phasewise.phases.focus');
    await window.waitFor('.monaco-list-row:has-text("Restricted: nothing is run")');
  });
});
