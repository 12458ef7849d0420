// npm run package: the production build as dist/phasewise.vsix, no larger than agreed and without native modules.
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap, runMain } from './bootstrap.mjs';
import { alone } from './bootstrap/alone.mjs';
import { temporaryFolder } from './bootstrap/cleanUp.mjs';
import { projectRoot, runOrFail, SetupError } from './bootstrap/commands.mjs';
import { writeWhole } from './writeWhole.mjs';

const largestBytes = 3 * 1024 * 1024;
const vsix = join(projectRoot, 'dist/phasewise.vsix');

/** What the package would hold, as paths below the project. */
async function listFiles(vsce) {
  const { stdout } = await runOrFail('Listing the package', process.execPath, [
    vsce,
    'ls',
    '--no-dependencies',
  ]);
  return stdout.split('\n').filter((line) => line !== '' && !line.includes(' '));
}

/** Files that the manifest names: a package without one of them would be broken in the editor only. */
async function namedByManifest() {
  const { contributes, main, bin, icon } = JSON.parse(
    await readFile(join(projectRoot, 'package.json'), 'utf8'),
  );
  const grammars = (contributes?.grammars ?? []).map(({ path }) => path);
  const languages = (contributes?.languages ?? []).map(({ configuration }) => configuration);
  return [main, bin.phasewise, icon, ...grammars, ...languages]
    .filter((path) => path !== undefined)
    .map((path) => path.replace(/^\.\//, ''));
}

function nativeModules(files) {
  return files.filter((file) => file.endsWith('.node'));
}

function checkFiles(files, named) {
  const native = nativeModules(files);
  if (native.length > 0)
    throw new SetupError(`Native modules do not belong in the package: ${native.join(', ')}`);
  for (const needed of ['package.json', 'README.md', 'LICENSE', 'dist/server.js', ...named]) {
    if (!files.includes(needed)) throw new SetupError(`The package lacks ${needed}`);
  }
}

/** Builds and packs; gives the file, its size and how many native modules it has. Fails with a SetupError when it breaks a promise of the product. */
export function makePackage() {
  return alone(buildAndPack);
}

async function buildAndPack() {
  const build = join(projectRoot, 'scripts/build.mjs');
  await runOrFail('The production build', process.execPath, [build, '--production']);
  const vsce = join(projectRoot, 'node_modules/@vscode/vsce/vsce');
  const files = await listFiles(vsce);
  checkFiles(files, await namedByManifest());
  // Where the project is published is nothing that its files know: links in the README stay as they are.
  const { folder, remove } = await temporaryFolder('phasewise-package-');
  const packed = join(folder, basename(vsix));
  const args = ['package', '--no-dependencies', '--no-rewrite-relative-links', '--out', packed];
  await runOrFail('Packing', process.execPath, [vsce, ...args]);
  await writeWhole(vsix, await readFile(packed));
  await remove();
  const { size } = await stat(vsix);
  if (size > largestBytes)
    throw new SetupError(`${vsix} has ${size} bytes; at most ${largestBytes} are agreed`);
  return { file: vsix, bytes: size, natives: nativeModules(files).length };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runMain(async () => {
    await bootstrap({});
    const { file, bytes } = await makePackage();
    console.log(`${file}: ${(bytes / 1024).toFixed(0)} KiB`);
    return 0;
  });
}
