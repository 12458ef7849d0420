import assert from 'node:assert/strict';
import { commands, TabInputText, Uri, window, type DocumentLink } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import { onDisk } from '../support/nixEnvironment';
import { closeEverything, evaluated, key, open, phasewise, until } from './phasewise';

async function linksOf(uri: Uri): Promise<DocumentLink[]> {
  return commands.executeCommand<DocumentLink[]>('vscode.executeLinkProvider', uri);
}

function readable(name: string) {
  return until(`${name} is shown as a page`, () => {
    const document = window.activeTextEditor?.document;
    return document?.uri.scheme === 'phasewise-drv' && document.uri.path.endsWith(name)
      ? document
      : undefined;
  });
}

describe('store derivations', () => {
  let api: PhasewiseApi;
  let drvPath: string;
  before(async () => {
    api = await phasewise();
    const document = await open('hello/default.nix');
    await evaluated(api, document);
    drvPath = api.phases()[0]?.drvPath ?? '';
  });
  beforeEach(() => open('hello/default.nix'));
  afterEach(closeEverything);

  it('open from the tree as a page with links to inputs and to the lines of the Nix file', async () => {
    const file = await open('hello/default.nix');
    await evaluated(api, file);
    await commands.executeCommand('phasewise.openDerivation', key(file));
    const page = await readable('hello-1.0.drv');
    assert.equal(page.languageId, 'nix-derivation');
    assert.match(page.getText(), /hello/);
    const targets = (await linksOf(page.uri)).map(({ target }) => target);
    assert.ok(targets.some((target) => target?.scheme === 'phasewise-drv'));
    const line = targets.find((target) => target?.fsPath === file.uri.fsPath && target.fragment !== '');
    assert.match(line?.fragment ?? '', /^L\d+/);
    await commands.executeCommand('phasewise.showRawDerivation');
    await until('the raw text is shown', () => {
      const shown = window.activeTextEditor?.document;
      return shown?.uri.fsPath === onDisk(drvPath) && shown.getText().startsWith('Derive(');
    });
    await commands.executeCommand('phasewise.showReadableDerivation');
    await readable('hello-1.0.drv');
  });

  it('lead to their inputs by their links, and those to theirs', async () => {
    await window.showTextDocument(Uri.from({ scheme: 'phasewise-drv', path: drvPath }));
    const page = await readable('hello-1.0.drv');
    const input = (await linksOf(page.uri)).find(({ target }) => target?.scheme === 'phasewise-drv')?.target;
    assert.ok(input);
    await commands.executeCommand('vscode.open', input);
    const next = await readable(input.path.slice(-20));
    assert.ok(next.getText().length > 0);
  });

  it('open from disk as the same page, and as they are when asked', async () => {
    const file = onDisk(drvPath);
    await window.showTextDocument(Uri.file(file));
    const page = await readable('hello-1.0.drv');
    await until('the raw tab is gone', () => {
      const inputs = window.tabGroups.all.flatMap((group) => group.tabs).map((tab) => tab.input);
      return inputs.every(
        (input) =>
          !(input instanceof TabInputText && input.uri.fsPath === file && input.uri.scheme === 'file'),
      );
    });
    await commands.executeCommand('phasewise.showRawDerivation');
    await until('the raw text is shown', () => {
      const shown = window.activeTextEditor?.document;
      return shown?.uri.scheme === 'file' && shown.getText().startsWith('Derive(') && shown !== page;
    });
  });

  it('say what is wrong with a file that is none', async () => {
    const path = '/nix/store/00000000000000000000000000000000-none.drv';
    await window.showTextDocument(Uri.from({ scheme: 'phasewise-drv', path }));
    const page = await readable('none.drv');
    assert.notEqual(page.getText().trim(), '');
  });
});
