/** Answers from values, in the window: names of an evaluated set while one types, and what a package is. */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { commands, Selection, window as editors, workspace, type Hover, type MarkdownString } from 'vscode';
import { closeEverything, inWorkspace, open, phasewise, until } from './phasewise';
import { window } from './window';

const suggestions = '.suggest-widget .monaco-list-row';

/** Texts alone do not tell what is in it. */
const set = '{ }: builtins.mapAttrs (_: value: value) (import ../pkgs { })\n';
const text = `{ pkgs ? import ./set.nix { } }:

pkgs.stdenv.mkDerivation {
  pname = "counted";
  version = "1.0";
  buildInputs = with pkgs; [
    lineread
  ];
}
`;

describe('answers from values', () => {
  before(phasewise);
  afterEach(closeEverything);

  it('completes a package of the set in scope and tells what it is', async () => {
    await workspace.fs.writeFile(inWorkspace('values/set.nix'), Buffer.from(set));
    await workspace.fs.writeFile(inWorkspace('values/default.nix'), Buffer.from(text));
    const document = await open('values/default.nix');
    const editor = await editors.showTextDocument(document);
    // The evaluator is there: the first answer may come after the letter that asked.
    const first = document.positionAt(text.indexOf('lineread'));
    const says = async (): Promise<string> => {
      const hovers = await commands.executeCommand<Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        first,
      );
      return hovers.flatMap(({ contents }) => contents.map((one) => (one as MarkdownString).value)).join();
    };
    while (!(await says()).includes('Reads one line')) await pause(50);
    const end = document.positionAt(text.indexOf('lineread') + 'lineread'.length);
    editor.selection = new Selection(end, end);
    await window.waitFor(`.statusbar-item:has-text("Ln ${end.line + 1}, Col ${end.character + 1}")`);
    await window.type('\n');
    await window.type('big');
    await window.waitFor(`${suggestions}:has-text("bignum")`);
    // A list that is drawn anew at that moment swallows the key.
    const details = '.suggest-details:has-text("Powers of whole numbers")';
    await window.press('Control+Space');
    await window.waitFor(details, 4000).catch(() => window.press('Control+Space'));
    await window.waitFor(details);
    await window.screenshot('values-completion');
    await window.press('Enter');
    await until('it is written', () => document.getText().includes('    bignum\n'));
    const name = document.positionAt(document.getText().indexOf('lineread') + 2);
    editor.selection = new Selection(name, name);
    await commands.executeCommand('editor.action.showHover');
    await window.waitFor('.monaco-hover:has-text("lineread-1.2"):has-text("defined in")');
    await window.screenshot('values-hover');
  });

  it('evaluates what is selected, and tells what a `with` brings into scope', async () => {
    const explained = 'with rec { pkgs = import ./set.nix { }; };\n[ (1 + 2) pkgs.bignum.name ]\n';
    await workspace.fs.writeFile(inWorkspace('values/explained.nix'), Buffer.from(explained));
    const document = await open('values/explained.nix');
    const editor = await editors.showTextDocument(document);
    const start = explained.indexOf('[');
    editor.selection = new Selection(document.positionAt(start), document.positionAt(explained.length - 1));
    await commands.executeCommand('phasewise.evaluateSelection');
    const shown = await until('the value', () =>
      workspace.textDocuments.find(({ uri }) => uri.scheme === 'phasewise-value'),
    );
    assert.match(shown.getText(), /\[\n {2}3\n {2}"bignum-1\.0"\n\]/);
    await window.screenshot('values-evaluated');
    await commands.executeCommand('phasewise.explainExpression');
    const page = await until('the explanation', () =>
      workspace.textDocuments.find(({ uri }) => uri.scheme === 'phasewise-value' && uri.path.endsWith('.md')),
    );
    assert.match(page.getText(), /line 1, with rec .*: `pkgs`/);
    await window.waitFor('.tab:has-text("Preview")');
    await pause(2000);
    await window.screenshot('values-explained');
  });
});
