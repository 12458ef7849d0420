import assert from 'node:assert/strict';
import { commands, TabInputTextDiff, window as editors, workspace } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import { closeEverything, evaluated, icon, key, openDerivation, phasewise, until } from './phasewise';
import { window } from './window';

describe('the files of a phase', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  const run = async (name: string, attributes: string) => {
    const document = await openDerivation(`${name}/default.nix`, `  name = "${name}";\n${attributes}`);
    await evaluated(api, document);
    await commands.executeCommand('phasewise.runAll', key(document));
    await until('it has run', () => icon(api, 'installPhase') === 'pass-filled');
    return document;
  };
  const texts = () =>
    new Map(
      workspace.textDocuments
        .filter(({ uri }) => uri.scheme === 'phasewise-snapshot')
        .map((document) => [
          `${document.uri.path} ${/"side":"(\w+)"/.exec(document.uri.query)?.[1] ?? ''}`,
          document.getText(),
        ]),
    );

  it('are shown as differences in one editor', async () => {
    const document = await run(
      'changed',
      `  dontUnpack = true;
  patchPhase = "printf 'int main(void) {\\\\n  return 1;\\\\n}\\\\n' > main.c; printf 'gr\\\\xfc\\\\xdfe' > latin; printf 'a\\\\0' > logo.png; echo x > gone";
  buildPhase = "sed -i s/1/0/ main.c; printf 'Gr\\\\xfc\\\\xdfe' > latin; printf 'b\\\\0' > logo.png; rm gone; chmod +x main.c";
  installPhase = "mkdir -p $out/bin; echo hello > $out/bin/hello";`,
    );
    await commands.executeCommand('phasewise.showFilesChanged', { ...key(document), phase: 'buildPhase' });
    await until(
      'the differences are read',
      () => texts().has('/main.c after') && texts().has('/latin before'),
    );
    await until('they have a title', () =>
      editors.tabGroups.activeTabGroup.activeTab?.label.startsWith('Files Changed by buildPhase of changed'),
    );
    const shown = texts();
    assert.equal(shown.get('/main.c before'), 'int main(void) {\n  return 1;\n}\n');
    assert.equal(shown.get('/main.c after'), 'int main(void) {\n  return 0;\n}\n');
    assert.equal(shown.get('/latin after'), 'Gr\xfc\xdfe');
    assert.match(shown.get('/logo.png after') ?? '', /^Binary file of 2 bytes/);
    await commands.executeCommand('phasewise.showFilesChanged', { ...key(document), phase: 'installPhase' });
    await until('the output is shown', () => texts().get('/$out/bin/hello after') === 'hello\n');
  });

  it('are chosen from a list when there are many', async () => {
    const document = await run(
      'thousands',
      `  dontUnpack = true;
  patchPhase = "mkdir src; for i in {1..3000}; do echo old > src/$i.c; done";
  buildPhase = "for i in {1..200}; do echo new > src/$i.c; done; for i in {1..1000}; do echo o > src/$i.o; done";
  installPhase = "touch $out";`,
    );
    await commands.executeCommand('phasewise.showFilesChanged', { ...key(document), phase: 'buildPhase' });
    await window.waitFor(
      '.quick-input-widget .quick-input-title:has-text("buildPhase of thousands (1201 files)")',
    );
    await window.type('src/17.c');
    await window.waitFor('.quick-input-list .monaco-list-row.focused:has-text("src/17.c")');
    await window.press('Enter');
    await until('its difference is shown', () => {
      const input = editors.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof TabInputTextDiff && input.modified.path === '/src/17.c';
    });
    await until(
      'both sides are read',
      () => texts().get('/src/17.c before') === 'old\n' && texts().get('/src/17.c after') === 'new\n',
    );
    await window.press('Escape');
    await window.waitForGone('.quick-input-widget .quick-input-title:has-text("buildPhase of thousands")');
  });
});
