// What a user does in a VS Code window, as functions over its page: the smoke story's steps are made of these.
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const patience = 20_000;
const quickInput = '.quick-input-widget input';
const quickRow = '.quick-input-list .monaco-list-row';
const treeRow = '.pane-body [role="treeitem"]';

/** Choosing from what VS Code offers at the top of its window. */
function quickInputs(page) {
  async function choose(label) {
    const wanted = page.locator(quickRow).filter({ hasText: label }).first();
    await wanted.waitFor({ timeout: patience });
    await wanted.click();
  }

  /** Runs a command by its title in the palette. */
  async function command(title) {
    await page.keyboard.press('F1');
    await page.locator(quickInput).first().waitFor({ timeout: patience });
    await page.keyboard.type(title, { delay: 5 });
    await choose(title);
  }

  /** Opens a file of the workspace through quick open. */
  async function openFile(path) {
    await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await page.keyboard.press('Control+P');
    await page.locator(quickInput).first().waitFor({ timeout: patience });
    await page.keyboard.type(path, { delay: 5 });
    // Until the list is filtered it offers files of the same name that were open lately.
    await choose(new RegExp(`${basename(path)}.*${dirname(path)}`, 's'));
    await page
      .locator('.editor-group-container.active .breadcrumbs-control')
      .filter({ hasText: new RegExp(path.split('/').join('.*'), 's') })
      .first()
      .waitFor({ timeout: patience });
    await page.locator('.monaco-editor .view-line').first().waitFor({ timeout: patience });
  }

  /** Puts the cursor at the beginning of a line (1-based) of the active editor. */
  async function goToLine(line) {
    await page.keyboard.press('Control+G');
    await page.locator(quickInput).first().waitFor({ timeout: patience });
    await page.keyboard.type(String(line));
    await page.keyboard.press('Enter');
  }

  return { choose, command, openFile, goToLine };
}

/** Changing the text as a user does, key by key. */
function editing(page, folder, { command, goToLine }) {
  /** Replaces the first line of the file that matches; the file is the active editor. */
  async function editLine(path, pattern, text) {
    const lines = (await readFile(join(folder, path), 'utf8')).split('\n');
    const line = lines.findIndex((one) => pattern.test(one)) + 1;
    if (line === 0) throw new Error(`${path} has no line like ${pattern}`);
    await command('View: Focus Active Editor Group');
    await goToLine(line);
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+End');
    await page.keyboard.type(text);
  }

  /** Takes back everything since the file was saved. */
  const undo = () => command('File: Revert File');

  return { editLine, undo };
}

/** The Phases view. */
function phaseTree(page) {
  const find = (text) => page.locator(treeRow).filter({ hasText: text }).first();

  /** Waits for a row that shows the text. */
  const row = (text, timeout = patience) => find(text).waitFor({ timeout });

  /** Presses one of the buttons that a row shows under the mouse. */
  async function press(text, action) {
    await row(text);
    await find(text).hover();
    await find(text)
      .locator(`.actions-container a[aria-label^="${action}"]`)
      .first()
      .click({ timeout: patience });
  }

  /** Opens every row that is closed. */
  async function expandAll() {
    for (let round = 0; round < 30; round++) {
      const closed = page.locator(`${treeRow}[aria-expanded="false"]`).first();
      if ((await closed.count()) === 0) return;
      await closed.locator('.monaco-tl-twistie').click();
      await page.waitForTimeout(100);
    }
  }

  return { row, press, expandAll };
}

/** Everything a step of the story may do; `images` is where pictures go. */
export function openWorkbench({ page, folder, images }) {
  const inputs = quickInputs(page);

  /** Waits until an element shows the text (or matches the pattern). */
  const see = (selector, text, timeout = patience) =>
    page.locator(selector).filter({ hasText: text }).first().waitFor({ timeout });

  /** Waits until no element matches. */
  const gone = (selector) => page.locator(selector).first().waitFor({ state: 'hidden', timeout: patience });

  const locate = (selector) => page.locator(selector).first();

  /** Types a command into a new terminal. */
  async function terminal(line) {
    await inputs.command('Terminal: Create New Terminal');
    await page.locator('.terminal-wrapper.active .xterm-rows').first().waitFor({ timeout: patience });
    await page.waitForTimeout(1000);
    await page.keyboard.type(line);
    await page.keyboard.press('Enter');
  }

  /** A picture for the README and the guide, with the tooltip of this row where one is named. */
  async function picture(name, row = null) {
    // No tooltip under the mouse unless it is wanted; colours and icons settle a moment after the text.
    await page.mouse.move(0, 0);
    if (row !== null) {
      await page.locator(treeRow).filter({ hasText: row }).first().hover();
      await page.locator('.monaco-hover').first().waitFor({ timeout: patience });
    }
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(images, `${name}.png`) });
  }

  return {
    page,
    folder,
    ...inputs,
    ...editing(page, folder, inputs),
    ...phaseTree(page),
    ...{ see, gone, locate, terminal, picture },
  };
}
