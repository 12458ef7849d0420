// Bundles the extension, the language server and the command line into dist/, and copies what they read at run time.
import { build, context } from 'esbuild';
import { chmod, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeWhole } from './writeWhole.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // Its ES module asks for import.meta.url, which a CommonJS bundle does not have.
  alias: { 'web-tree-sitter': require.resolve('web-tree-sitter') },
  sourcemap: !production,
  minify: production,
  logLevel: 'info',
};
const bundles = [
  { ...shared, entryPoints: ['client/src/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'] },
  { ...shared, entryPoints: ['server/src/main.ts'], outfile: 'dist/server.js' },
  {
    ...shared,
    entryPoints: ['server/src/cli/main.ts'],
    outfile: 'dist/phasewise.js',
    banner: { js: '#!/usr/bin/env node' },
  },
];

/** Where each file of dist/assets comes from. */
async function assets() {
  const single = [
    join(dirname(require.resolve('web-tree-sitter')), 'tree-sitter.wasm'),
    join(root, 'syntaxes/tree-sitter-nix/tree-sitter-nix.wasm'),
    require.resolve('tree-sitter-bash/tree-sitter-bash.wasm'),
  ].map((source) => [basename(source), source]);
  const folders = ['server/src/phases/driver', 'server/src/nix/expressions'].map(async (folder) => {
    const names = await readdir(join(root, folder));
    return names.map((name) => [join(basename(folder), name), join(root, folder, name)]);
  });
  return new Map([...single, ...(await Promise.all(folders)).flat()]);
}

async function copyAssets() {
  const wanted = await assets();
  for (const [name, source] of wanted) {
    await writeWhole(join(root, 'dist/assets', name), await readFile(source));
  }
  const present = await readdir(join(root, 'dist/assets'), { recursive: true, withFileTypes: true });
  for (const entry of present.filter((one) => one.isFile())) {
    const file = join(entry.parentPath ?? entry.path, entry.name);
    if (!wanted.has(relative(join(root, 'dist/assets'), file))) await rm(file, { force: true });
  }
}

async function bundle(options) {
  const { outputFiles } = await build({ ...options, write: false });
  for (const { path, contents } of outputFiles) await writeWhole(path, contents);
}

await copyAssets();
if (watch) {
  for (const options of bundles) await (await context(options)).watch();
} else {
  await Promise.all(bundles.map(bundle));
  if (production)
    await Promise.all(bundles.map(({ outfile }) => rm(join(root, `${outfile}.map`), { force: true })));
  await chmod(join(root, 'dist/phasewise.js'), 0o755);
}
