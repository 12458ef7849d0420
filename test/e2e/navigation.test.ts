/** Names across files and refactorings, in the window. */
import assert from 'node:assert/strict';
import { commands, Selection, window as editors, workspace, type Location } from 'vscode';
import { closeEverything, inWorkspace, open, phasewise } from './phasewise';
import { window } from './window';

const entries = '.action-widget .monaco-list-row.action';

async function write(path: string, text: string): Promise<void> {
  await workspace.fs.writeFile(inWorkspace(path), Buffer.from(text));
}

describe('names of several files', () => {
  before(phasewise);
  afterEach(closeEverything);

  it('lead from one to the other, and what is selected can be refactored', async () => {
    await write('navigation/names.nix', '{\n  greet = who: "Hello, ${who}!";\n}\n');
    await write(
      'navigation/user.nix',
      'let\n  names = import ./names.nix;\nin\n{\n  text = names.greet ("Nix " + "user");\n}\n',
    );
    const document = await open('navigation/user.nix');
    const placeOf = (text: string) => document.positionAt(document.getText().indexOf(text));
    const found = await commands.executeCommand<Location[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      placeOf('greet'),
    );
    assert.deepEqual(
      found.map(({ uri, range }) => [uri.path.split('/').at(-1), range.start.line]),
      [['names.nix', 1]],
    );
    const editor = await editors.showTextDocument(document);
    editor.selection = new Selection(placeOf('("Nix'), placeOf(';\n}'));
    await commands.executeCommand('editor.action.refactor');
    await window.waitFor(entries);
    await window.screenshot('refactor');
    const texts = await window.texts(entries);
    for (const title of ['Extract to a new file: extracted.nix', 'Extract to `value` of the `let` around']) {
      assert.ok(texts.includes(title), texts.join('; '));
    }
    await window.press('Escape');
    await window.waitForGone('.action-widget');
  });
});
