// What somebody has before their eyes in a window of VS Code: letters, and what may follow them, while a build prints a million lines;
// and how soon the log of that build is there.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBrowser } from '../browser.mjs';
import { startCodeServer, windowAddress } from '../codeServer.mjs';
import { makePackage } from '../package.mjs';
import { openWorkbench } from '../workbench.mjs';
import { benchFolder, failingPlace, failingText, lineBytes } from './nixFiles.mjs';
import { median, row } from './rows.mjs';

const lines = 1_000_000;
const letters = 21;
/** Also more than is shown at once. */
const shortLines = 250_000;
const others = ['alpha', 'beta', 'gamma'];
const patience = 300_000;
/** What an editor shows has other blanks than its text. */
const line = '.editor-instance .view-line';

const typed = `let pkgs = { hello = 1; help = 2; }; in {
  name = "typed";
  value = pkgs.;
}
`;

/** Milliseconds from a key to the frame in which the page shows text in an element, in the page's own clock. */
function watchKey([selector, text]) {
  globalThis.seen = new Promise((resolve) => {
    let pressed = null;
    const { document, performance } = globalThis;
    const shown = () =>
      [...document.querySelectorAll(selector)].some((element) => element.textContent.includes(text));
    const observer = new globalThis.MutationObserver(() => {
      if (pressed === null || !shown()) return;
      observer.disconnect();
      globalThis.requestAnimationFrame(() => resolve(performance.now() - pressed));
    });
    document.addEventListener('keydown', (event) => (pressed = event.timeStamp), {
      capture: true,
      once: true,
    });
    const changes = { subtree: true, childList: true, characterData: true, attributes: true };
    observer.observe(document.body, changes);
  });
}

async function timeKey(page, key, selector, text) {
  await page.evaluate(watchKey, [selector, text]);
  await page.keyboard.press(key);
  return page.evaluate(() => globalThis.seen);
}

/** The middle of how long letters took to be shown, and lists of completions to follow them; those that were begun before it was over. */
async function timeLetters(page, isOver = () => Promise.resolve(false)) {
  const [shown, completed] = [[], []];
  while (shown.length < letters && !(await isOver())) {
    shown.push(await timeKey(page, 'h', line, 'pkgs.h;'));
    await page.keyboard.press('Escape');
    await page.keyboard.press('Backspace');
    completed.push(await timeKey(page, 'Control+Space', '.suggest-widget.visible', 'help'));
    await page.keyboard.press('Escape');
    await sleep(100);
  }
  if (shown.length < letters / 3) throw new Error('The build was over before enough was typed');
  return { shown: median(shown), completed: median(completed) };
}

/** Bytes that our log of the build has so far. */
async function loggedBytes(folder) {
  const logs = join(folder, 'state/phasewise/logs');
  const names = (await readdir(logs).catch(() => [])).filter((name) => name.endsWith('.log'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(logs, name))).size));
  return Math.max(0, ...sizes);
}

/** Letters at rest, and while the lines pour in. */
async function timeTyping({ page, command, openFile, goToLine, row: treeRow }, folder) {
  await openFile('loud/default.nix');
  await command('Phasewise: Focus on Phases View');
  await treeRow(/^loud/);
  await openFile('typed/default.nix');
  await goToLine(3);
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await timeLetters(page);
  const idle = await timeLetters(page);
  await openFile('loud/default.nix');
  await command('Phasewise: Build Derivation');
  while ((await loggedBytes(folder)) < lineBytes * 1000) await sleep(20);
  await openFile('typed/default.nix');
  const busy = await timeLetters(page, async () => (await loggedBytes(folder)) >= lines * lineBytes);
  return [
    row(
      'letter to its sight while a build prints a million lines, of at rest',
      busy.shown / idle.shown,
      '×',
      2,
    ),
    row('… at rest', idle.shown, 'ms'),
    row('Ctrl+Space to completions meanwhile, of at rest', busy.completed / idle.completed, '×', 2),
    row('… at rest', idle.completed, 'ms'),
  ];
}

/** From the key that asks for the log of a failed build, which nobody has opened yet, to the line that failed. */
async function timeOpening({ page, command, openFile, gone, row: treeRow }, name) {
  await openFile(`${name}/default.nix`);
  await treeRow(new RegExp(`${name}.*failed`, 's'), patience);
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input').first().waitFor();
  await page.keyboard.type('Phasewise: Open Log', { delay: 5 });
  await page
    .locator('.quick-input-list .monaco-list-row.focused', { hasText: /Open Log/ })
    .first()
    .waitFor();
  const took = await timeKey(page, 'Enter', line, failingPlace);
  await command('View: Close Editor');
  await gone('.quick-input-widget');
  return took;
}

async function timeOpenings(workbench) {
  const first = await timeOpening(workbench, 'loud');
  const times = [];
  for (const name of others) {
    await workbench.openFile(`${name}/default.nix`);
    await workbench.row(new RegExp(`^${name}`));
    await workbench.command('Phasewise: Build Derivation');
    times.push(await timeOpening(workbench, name));
  }
  return [
    row('first log, of a million lines, from the key to the line that failed', first, 'ms'),
    row(`… of ${shortLines} lines, the middle of ${others.length} others`, median(times), 'ms', 300),
  ];
}

export async function measure({ tools, env }) {
  const { file: vsix } = await makePackage();
  const files = await benchFolder(env);
  const { page, close } = await openBrowser(tools.browserProgram);
  let server = null;
  try {
    await files.write('work/loud/default.nix', failingText('loud', lines));
    for (const name of others) await files.write(`work/${name}/default.nix`, failingText(name, shortLines));
    await files.write('work/typed/default.nix', typed);
    const folder = join(files.folder, 'work');
    // A browser without a graphics card draws a terminal's canvas so slowly that nothing else would be measured.
    const settings = { 'phasewise.builds.replay': 'off', 'terminal.integrated.gpuAcceleration': 'off' };
    server = await startCodeServer(tools.codeServerEntry, { env: files.env, vsix, settings });
    await page.goto(windowAddress(server, folder));
    const workbench = openWorkbench({ page, folder, images: '' });
    return [...(await timeTyping(workbench, files.folder)), ...(await timeOpenings(workbench))];
  } finally {
    await close();
    await server?.stop();
    await files.remove();
  }
}
