// Makes sure of everything that trying and testing needs, saying what it does; quick when all is there.
//   node scripts/bootstrap.mjs [nix] [browser] [host]     (all of them when none is named)
import { alone } from './bootstrap/alone.mjs';
import { ensureBrowser } from './bootstrap/browser.mjs';
import { isInterrupted, watchInterruptions } from './bootstrap/cleanUp.mjs';
import { ensureCodeServer } from './bootstrap/codeServerHost.mjs';
import { SetupError } from './bootstrap/commands.mjs';
import { ensureExampleTools, ensureNix, ensureTestPrograms } from './bootstrap/nix.mjs';
import { ensureNpmPackages } from './bootstrap/npmPackages.mjs';
import { pathToFileURL } from 'node:url';

/**
 * Sets up what is asked for, npm packages always. Gives the environment in which Nix works (to be added to a child's), the
 * browser's program and the script of code-server; null for what was not asked for. Fails with a SetupError.
 */
export function bootstrap(wanted) {
  return alone(() => setUp(wanted));
}

async function setUp({ nix = false, browser = false, host = false, testPrograms = false }) {
  await ensureNpmPackages();
  if (nix) await ensureExampleTools();
  if (testPrograms) await ensureTestPrograms();
  return {
    nixEnvironment: nix ? await ensureNix() : null,
    codeServerEntry: host ? await ensureCodeServer() : null,
    browserProgram: browser ? await ensureBrowser() : null,
  };
}

/** Runs a script's main function: a SetupError is a message to its user, anything else a bug with its stack. */
export async function runMain(main) {
  watchInterruptions();
  try {
    const exitCode = await main();
    if (!isInterrupted()) process.exitCode = exitCode;
  } catch (error) {
    // What was under way when the script was told to end fails, as it must.
    if (isInterrupted()) return;
    if (!(error instanceof SetupError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = process.argv.slice(2);
  const wants = (name) => names.length === 0 || names.includes(name);
  await runMain(async () => {
    await bootstrap({ nix: wants('nix'), browser: wants('browser'), host: wants('host') });
    console.log('Ready.');
    return 0;
  });
}
