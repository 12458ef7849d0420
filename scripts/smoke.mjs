// The whole story by itself in a headless window, with the pictures that the README shows. The steps are the files in smoke/, in order
// of their names; each tells its part and fails by throwing.
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from './bootstrap/cleanUp.mjs';
import { projectRoot, say } from './bootstrap/commands.mjs';
import { openBrowser } from './browser.mjs';
import { startCodeServer, windowAddress } from './codeServer.mjs';
import { ownState } from './ownState.mjs';
import { makePackage } from './package.mjs';
import { openWorkbench } from './workbench.mjs';

const images = join(projectRoot, 'docs/images');

/** Pictures show the text, not its surroundings. */
const pictureSettings = {
  'editor.minimap.enabled': false,
  // Otherwise a terminal is one canvas, and its text cannot be read from the page.
  'terminal.integrated.gpuAcceleration': 'off',
};

/** A copy of the examples whose sources are new to the store, so that building them is a build. */
async function copyExamples(home) {
  const folder = join(home, 'examples');
  await cp(join(projectRoot, 'examples'), folder, { recursive: true });
  for (const source of ['hello/src', 'greeting-library/src']) {
    await writeFile(join(folder, source, '.copied'), new Date().toISOString());
  }
  return folder;
}

async function readChapters() {
  const folder = join(projectRoot, 'scripts/smoke');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.mjs')).sort();
  return Promise.all(
    names.map(async (name) => ({ name, ...(await import(pathToFileURL(join(folder, name)).href)) })),
  );
}

/** Tells each chapter until one fails; gives the number that failed. */
async function tellStory(workbench) {
  for (const { name, title, tell } of await readChapters()) {
    const started = Date.now();
    try {
      await tell(workbench);
      say(`${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    } catch (error) {
      await workbench.page.screenshot({ path: join(tmpdir(), `phasewise-smoke-${name}.png`) });
      console.error(`✗ ${title} (scripts/smoke/${name}):\n${error.stack}`);
      console.error(`What the window showed: ${join(tmpdir(), `phasewise-smoke-${name}.png`)}`);
      return 1;
    }
  }
  return 0;
}

/** The command line on PATH, as `npm install --global` would put it; without a nixpkgs, which the examples would use. */
async function withCommandLine(home, env) {
  const folder = join(home, 'bin');
  await mkdir(folder);
  await symlink(join(projectRoot, 'dist/phasewise.js'), join(folder, 'phasewise'));
  return { ...env, PATH: `${folder}${delimiter}${env['PATH']}`, NIX_PATH: '' };
}

/** Runs the story on a copy of the examples; gives the exit code. Leaves no process and no folder. */
export async function runSmoke({ env, tools }) {
  const { folder: home, remove } = await temporaryFolder('phasewise-smoke-');
  const state = ownState(join(home, 'state'));
  const folder = await copyExamples(home);
  await mkdir(images, { recursive: true });
  const { file } = await makePackage();
  const { page, close } = await openBrowser(tools.browserProgram);
  let server = null;
  try {
    server = await startCodeServer(tools.codeServerEntry, {
      env: await withCommandLine(home, { ...env, ...state.env }),
      vsix: file,
      settings: pictureSettings,
    });
    await page.goto(windowAddress(server, folder));
    const failed = await tellStory(openWorkbench({ page, folder, images }));
    if (failed === 0) console.log(`The pictures are in ${images}`);
    return failed === 0 ? 0 : 1;
  } finally {
    await close();
    await server?.stop();
    await state.remove();
    await remove();
  }
}
