/** The lightbulb's menu, as its user opens it. */
import assert from 'node:assert/strict';
import { Selection, window as editors, type Position, type TextDocument } from 'vscode';
import { diagnostic } from './phasewise';
import { window } from './window';

const entries = '.action-widget .monaco-list-row.action';

/** Puts the cursor on the build's problem, opens the lightbulb's menu by its keys and takes the entry. */
export async function mend(document: TextDocument, entry: RegExp): Promise<void> {
  const problem = await diagnostic(document, 'the problem', ({ source }) => source === 'build');
  await openMenu(document, problem.range.start);
  const [first = ''] = await window.texts(entries);
  assert.match(first, entry);
  await window.press('Enter');
  await window.waitForGone('.action-widget');
}

/** Pressed again while it is not shown: VS Code closes it when what the editor shows changes, as it does after a build. */
async function openMenu(document: TextDocument, at: Position): Promise<void> {
  for (const deadline = Date.now() + 60_000; ;) {
    const editor = await editors.showTextDocument(document);
    editor.selection = new Selection(at, at);
    editor.revealRange(editor.selection);
    await window.click('.monaco-editor .view-lines .view-line');
    editor.selection = new Selection(at, at);
    await window.press('Control+.');
    const shown = await window.waitFor(entries, 4000).then(
      () => true,
      () => false,
    );
    if (shown) return;
    assert.ok(Date.now() < deadline, 'the menu opens');
  }
}
