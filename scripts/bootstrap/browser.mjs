// A browser to drive without a window: an installed Chromium, Chrome or Edge, else the distribution's Chromium, else the one that
// Playwright brings.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, projectRoot, run, say, SetupError } from './commands.mjs';
import { browserPrograms, installPackages, isUbuntu } from './distribution.mjs';

const macApplications = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

/** Ubuntu's `chromium` packages are stubs that fetch a snap, so a program counts only when it says its version. */
async function answers(file) {
  return (await run(file, ['--version'], { timeoutMs: 15_000 })).exitCode === 0;
}

async function findBrowser() {
  const named = process.env['PHASEWISE_BROWSER'];
  if (named) {
    if (await answers(named)) return named;
    throw new SetupError(`PHASEWISE_BROWSER names ${named}, which does not run`);
  }
  for (const name of browserPrograms) {
    const file = findProgram(name);
    if (file !== null && !file.startsWith('/snap/') && (await answers(file))) return file;
  }
  return macApplications.find(existsSync) ?? null;
}

async function playwrightBrowser() {
  const { chromium } = await import('playwright-core');
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null;
}

/** Absolute path of a browser that runs. npm packages have to be there. */
export async function ensureBrowser() {
  const installed = (await findBrowser()) ?? (await playwrightBrowser());
  if (installed !== null) return installed;
  if (findProgram('apt-get') !== null && !isUbuntu()) {
    await installPackages(['chromium']);
  } else {
    say('Downloading a Chromium for Playwright');
    const cli = join(projectRoot, 'node_modules/playwright-core/cli.js');
    const { exitCode } = await run(process.execPath, [cli, 'install', '--with-deps', 'chromium'], {
      output: 'terminal',
    });
    if (exitCode !== 0) {
      throw new SetupError(
        'Chromium could not be downloaded. Install Google Chrome or Microsoft Edge (their .deb packages), or set PHASEWISE_BROWSER to a Chromium that is no snap.',
      );
    }
  }
  const found = (await findBrowser()) ?? (await playwrightBrowser());
  if (found === null) throw new SetupError('No browser: install Chromium, Chrome or Edge');
  return found;
}
