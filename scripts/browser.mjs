// Opens a window of the editor in a headless browser.
import { chromium } from 'playwright-core';
import { temporaryFolder, toUndo } from './bootstrap/cleanUp.mjs';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Playwright and the browser keep their temporary files where they are told to only here. */
async function launchIn(folder, options) {
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = folder;
  try {
    return await chromium.launch(options);
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  }
}

/** Gives the page and `close`. `viewport` is the window's size. */
export async function openBrowser(executablePath, viewport = { width: 1400, height: 900 }) {
  // Ended with everything else: Playwright would end this script, too, before the editor is stopped.
  const ours = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const { folder, remove } = await temporaryFolder('phasewise-');
  const browser = await launchIn(folder, { executablePath, args: flags, headless: true, ...ours });
  const context = await browser.newContext({ viewport, permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  const close = toUndo(async () => {
    await browser.close();
    await remove();
  });
  return { page, close };
}
