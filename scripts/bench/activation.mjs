// How long the extension takes to activate, as VS Code itself measured it: "Developer: Show Running Extensions".
import { join } from 'node:path';
import { projectRoot } from '../bootstrap/commands.mjs';
import { openBrowser } from '../browser.mjs';
import { startCodeServer, windowAddress } from '../codeServer.mjs';
import { makePackage } from '../package.mjs';
import { openWorkbench } from '../workbench.mjs';
import { median, row } from './rows.mjs';

/** Milliseconds of activation in a fresh window that opens a Nix file. */
async function timeActivation(tools, env, vsix) {
  const folder = join(projectRoot, 'examples');
  const { page, close } = await openBrowser(tools.browserProgram);
  let server = null;
  try {
    server = await startCodeServer(tools.codeServerEntry, { env, vsix });
    await page.goto(windowAddress(server, folder));
    const workbench = openWorkbench({ page, folder, images: '' });
    await workbench.openFile('hello/default.nix');
    await workbench.command('Developer: Show Running Extensions');
    const row = page
      .locator('.runtime-extensions-editor .extension')
      .filter({ hasText: /phasewise/i })
      .first();
    const activation = row.locator('.activation-time');
    await activation.filter({ hasText: /\d+ms/ }).waitFor({ timeout: 20_000 });
    return Number(/(\d+)ms/.exec(await activation.innerText())[1]);
  } finally {
    await close();
    await server?.stop();
  }
}

export async function measure({ tools, env }) {
  const { file } = await makePackage();
  const times = [];
  for (let round = 0; round < 3; round++) times.push(await timeActivation(tools, env, file));
  return [row('activation, as VS Code measured it', median(times), 'ms', 150)];
}
