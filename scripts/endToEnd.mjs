// End-to-end tests in a real window: the same suite inside the extension host of code-server (default) or of a desktop VS Code.
import { build } from 'esbuild';
import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './bootstrap/cleanUp.mjs';
import { projectRoot } from './bootstrap/commands.mjs';
import { openBrowser } from './browser.mjs';
import { startCodeServer, windowAddress } from './codeServer.mjs';
import { runOnDesktop } from './desktop.mjs';
import { makeFoldersWorkspace } from './foldersWorkspace.mjs';
import { ownState } from './ownState.mjs';
import { recordNix } from './recordingNix.mjs';
import { startWindowDriver } from './windowDriver.mjs';
import { writeWhole } from './writeWhole.mjs';

const outFolder = join(projectRoot, 'out/e2e');
const suiteTimeoutMs = 30 * 60_000;

async function filesBelow(folder, ending) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

/** Bundles the suite; Mocha stays a package, `vscode` is the host's. Another run of it may be reading the bundles of the last one. */
async function bundleSuite() {
  const source = join(projectRoot, 'test/e2e');
  const { outputFiles } = await build({
    entryPoints: [join(source, 'index.ts'), ...(await filesBelow(source, '.test.ts'))],
    outdir: outFolder,
    outbase: source,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
    write: false,
  });
  for (const { path, contents } of outputFiles) await writeWhole(path, contents);
  const made = outputFiles.map(({ path }) => path);
  for (const file of await filesBelow(outFolder, '.test.js')) if (!made.includes(file)) await rm(file);
}

/**
 * Gives the verdict of VS Code when it comes (`exitCode`). Of what the window's console says, test results are shown at once; all of it goes to
 * `lines`, for when there is no verdict.
 */
async function listen(page, lines, print) {
  await page.exposeFunction('codeAutomationLog', (_type, args) => {
    const line = readable(args);
    lines.push(line);
    if (/^ +[✓✗↻] /.test(line)) print(line);
  });
  let give;
  const exitCode = new Promise((resolve) => (give = resolve));
  await page.exposeFunction('codeAutomationExit', (code) => give(code));
  page.on('close', () => give(1));
  setTimeout(() => give(1), suiteTimeoutMs).unref();
  return { exitCode };
}

function readable(args) {
  const list = Array.isArray(args) ? args : [args];
  return list
    .map((argument) => (typeof argument === 'string' ? argument : JSON.stringify(argument)))
    .join(' ');
}

async function runInCodeServer({ tools, env, suite, workspace, print }) {
  const { page, close } = await openBrowser(tools.browserProgram);
  const driver = await startWindowDriver(() => page, outFolder);
  let server = null;
  try {
    server = await startCodeServer(tools.codeServerEntry, {
      env: { ...env, PHASEWISE_E2E_DRIVER: driver.url },
      trusted: suite !== 'untrusted',
    });
    const lines = [];
    const verdict = await listen(page, lines, print);
    const development = { extension: projectRoot, tests: join(outFolder, 'index.js') };
    await page.goto(windowAddress(server, workspace, development), { waitUntil: 'commit' });
    const exitCode = await verdict.exitCode;
    await writeFile(join(outFolder, `${suite}.log`), lines.join('\n'));
    if (exitCode !== 0) await page.screenshot({ path: join(outFolder, `${suite}-end.png`) });
    return exitCode;
  } finally {
    await close();
    await driver.stop();
    await server?.stop();
  }
}

/** Tests edit files, so they get a copy of the examples. */
async function makeWorkspace(suite) {
  const { folder: home, remove } = await temporaryFolder('phasewise-e2e-');
  await cp(join(projectRoot, 'examples'), join(home, 'examples'), { recursive: true });
  const examples = join(home, 'examples');
  const several = suite === 'folders';
  const workspace = several ? await makeFoldersWorkspace(home, join(examples, 'pkgs')) : examples;
  return { home, remove, workspace };
}

/** Runs a suite; gives counts. `print` gets each test's result when it comes. A suite that could not run, or did not say how it went, counts as one failure. */
export async function runEndToEnd({ suite, desktop = false, grep = '', tools, print = console.log }) {
  await bundleSuite();
  const { home, remove, workspace } = await makeWorkspace(suite);
  const results = join(home, 'results.json');
  const state = ownState(join(home, 'state'));
  const env = {
    ...process.env,
    ...tools.nixEnvironment,
    ...(await recordNix(home)),
    ...state.env,
    PHASEWISE_E2E_RESULTS: results,
    PHASEWISE_E2E_SUITE: suite,
    PHASEWISE_E2E_GREP: grep,
  };
  const runSuite = desktop ? runOnDesktop : runInCodeServer;
  try {
    const exitCode = await runSuite({ tools, env, suite, workspace, outFolder, print });
    const { passed, failed } = await readFile(results, 'utf8').then(JSON.parse, () => ({
      passed: 0,
      failed: 0,
    }));
    return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
  } finally {
    await state.remove();
    await remove();
  }
}
