// A desktop VS Code for the end-to-end suite: the one on PATH, or the one that @vscode/test-electron downloads. The window is driven
// through its debugging port.
import { runTests } from '@vscode/test-electron';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { temporaryFolder } from './bootstrap/cleanUp.mjs';
import { projectRoot } from './bootstrap/commands.mjs';
import { startWindowDriver } from './windowDriver.mjs';

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** The workbench's page, once the window is up. */
async function connect(port) {
  for (;;) {
    try {
      const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
      const pages = browser.contexts().flatMap((context) => context.pages());
      const workbench = pages.find((page) => page.url().includes('workbench'));
      if (workbench) return workbench;
      await browser.close();
    } catch {
      // The port is not open yet.
    }
    await pause(200);
  }
}

export async function runOnDesktop({ env, suite, workspace, outFolder }) {
  const port = await freePort();
  let page = null;
  const driver = await startWindowDriver(() => (page ??= connect(port)), outFolder);
  const { folder: home, remove } = await temporaryFolder('phasewise-desktop-');
  try {
    return await runTests({
      version: 'stable',
      ...(process.env['PHASEWISE_VSCODE'] ? { vscodeExecutablePath: process.env['PHASEWISE_VSCODE'] } : {}),
      extensionDevelopmentPath: projectRoot,
      extensionTestsPath: join(outFolder, 'index.js'),
      extensionTestsEnv: { ...env, PHASEWISE_E2E_DRIVER: driver.url },
      launchArgs: [
        workspace,
        ...['--user-data-dir', home, '--extensions-dir', join(home, 'extensions')],
        `--remote-debugging-port=${port}`,
        ...(suite !== 'untrusted' ? ['--disable-workspace-trust'] : []),
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    });
  } catch (error) {
    console.error(error.message);
    return 1;
  } finally {
    await driver.stop();
    await remove();
  }
}
