/** The lightbulb's menu, as its user opens it. */
import assert from 'node:assert/strict';
import { commands, Selection, window as editors, type Diagnostic, type TextDocument } from 'vscode';
import { diagnostic } from './phasewise';
import { window } from './window';

const entries = '.action-widget .monaco-list-row.action';
const attempts = 8;

type IsProblem = (diagnostic: Diagnostic) => boolean;

/** Puts the cursor on the problem, the build's when nothing else is said, opens the lightbulb's menu by its keys and takes the entry. */
export async function mend(
  document: TextDocument,
  entry: RegExp,
  isProblem: IsProblem = ({ source }) => source === 'build',
): Promise<void> {
  await openMenu(document, isProblem);
  const [first = ''] = await window.texts(entries);
  assert.match(first, entry);
  await window.press('Enter');
  await window.waitForGone('.action-widget');
}

/**
 * Pressed again while it is not shown: VS Code closes it when what the editor shows changes, as it does after a build, and a replay moves
 * the problem from its attribute to its line.
 */
async function openMenu(document: TextDocument, isProblem: IsProblem): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const problem = await diagnostic(document, 'the problem', isProblem);
    const editor = await editors.showTextDocument(document);
    editor.revealRange(problem.range);
    await commands.executeCommand('workbench.action.focusActiveEditorGroup');
    editor.selection = new Selection(problem.range.start, problem.range.start);
    await window.press('Control+.');
    const shown = await window.waitFor(entries, attempt * 2000).then(
      () => true,
      () => false,
    );
    if (shown) return;
    assert.ok(attempt < attempts, 'the menu opens');
  }
}
