// Regenerates the tree-sitter parser for Nix and its WebAssembly from grammar.js and scanner.c, and records what belongs together.
//   node scripts/grammar.mjs           regenerate and record
//   node scripts/grammar.mjs --check   say whether the committed files belong together (no tools needed)
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder, findProgram, projectRoot, run, say, SetupError } from './bootstrap/commands.mjs';

const grammar = join(projectRoot, 'syntaxes/tree-sitter-nix');
const record = join(grammar, 'src/grammar.sha256');
const cache = join(cacheFolder, 'tree-sitter-cli');
const sources = ['grammar.js', 'src/scanner.c'];
const made = ['src/grammar.json', 'src/node-types.json', 'src/parser.c', 'tree-sitter-nix.wasm'];

/** web-tree-sitter 0.25 loads ABI 13 to 15; `reserved` in grammar.js needs 15. */
const abi = '15';

/** What a program prints; that it fails is a SetupError with what it said. */
async function outputOf(program, args, cwd) {
  const { exitCode, output, stdout } = await run(program, args, { cwd });
  if (exitCode !== 0) throw new SetupError(`${program} ${args.join(' ')} failed:\n${output}`);
  return stdout;
}

/** The text of the record, as sha256sum writes it: `sha256sum -c src/grammar.sha256` reads it too. */
function currentRecord() {
  const lines = [...sources, ...made].map((file) => {
    const hash = createHash('sha256')
      .update(readFileSync(join(grammar, file)))
      .digest('hex');
    return `${hash}  ${file}`;
  });
  return `${lines.join('\n')}\n`;
}

/** Where apt gets Debian's own packages on this machine, as its sources say. */
async function debianArchive() {
  const format = '$(ORIGIN)\t$(LABEL)\t$(REPO_URI)';
  const archives = (
    await outputOf('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'])
  ).split('\n');
  const debian = archives.map((line) => line.split('\t')).find(([, label]) => label === 'Debian');
  if (debian === undefined) throw new SetupError('apt has no Debian archive in its sources here.');
  return debian[2];
}

/** Newest Debian's tree-sitter-cli and what it runs on, unpacked into the cache; nothing of the system is changed. */
async function unpackNewestDebian() {
  for (const tool of ['apt-get', 'dpkg']) {
    if (findProgram(tool) === null) {
      throw new SetupError(
        'No tree-sitter on the PATH or in node_modules, and this is no Debian to take one from.',
      );
    }
  }
  const unpacked = join(cache, 'root');
  if (existsSync(join(unpacked, 'usr/bin/tree-sitter'))) return unpacked;
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const list = join(cache, 'sources.list');
  const packages = join(cache, 'packages');
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'packages', 'root']) {
    mkdirSync(join(cache, folder), { recursive: true });
  }
  writeFileSync(list, `deb [signed-by=${keyring}] ${await debianArchive()} sid main\n`);
  const settings = {
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State': join(cache, 'state'),
    'Dir::State::Lists': join(cache, 'state/lists'),
    'Dir::Cache': join(cache, 'cache'),
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  await outputOf('apt-get', [...options, 'update']);
  await outputOf('apt-get', [...options, 'download', 'tree-sitter-cli', 'libc6', 'libgcc-s1'], packages);
  for (const file of readdirSync(packages)) await outputOf('dpkg', ['-x', join(packages, file), unpacked]);
  return unpacked;
}

/** Files of that name anywhere below the folder. */
async function filesNamed(folder, pattern) {
  const found = await outputOf('find', [folder, '-name', pattern]);
  return found.split('\n').filter((line) => line !== '');
}

/** The newest Debian's program runs through the newest Debian's own loader and libraries. */
async function throughOwnLoader(unpacked) {
  const [loader] = await filesNamed(unpacked, 'ld-linux*.so.*');
  if (loader === undefined) throw new SetupError(`No loader was unpacked in ${unpacked}.`);
  const libraries = [
    ...(await filesNamed(unpacked, 'libc.so.6')),
    ...(await filesNamed(unpacked, 'libgcc_s.so.1')),
  ];
  const folders = [...new Set(libraries.map((file) => dirname(file)))].join(':');
  return [loader, '--library-path', folders, join(unpacked, 'usr/bin/tree-sitter')];
}

/** The command of a tree-sitter that starts, as a list: the PATH's, npm's, or the newest Debian's. */
async function treeSitter() {
  for (const command of ['tree-sitter', join(projectRoot, 'node_modules/.bin/tree-sitter')]) {
    if ((await run(command, ['--version'])).exitCode === 0) return [command];
  }
  return throughOwnLoader(await unpackNewestDebian());
}

/** Clang without emscripten: this target links position-independent modules, wasi's headers serve for its few functions. */
async function compileWasm() {
  for (const tool of ['clang', 'wasm-ld']) {
    if (findProgram(tool) === null)
      throw new SetupError(`${tool} is missing: install clang, lld and wasi-libc.`);
  }
  const headers = '/usr/include/wasm32-wasi';
  if (!existsSync(headers)) throw new SetupError(`${headers} is missing: install wasi-libc.`);
  const target = ['--target=wasm32-unknown-emscripten', '-isystem', headers, '-D__wasi__'];
  const code = ['-O2', '-fPIC', '-nostdlib', '-fvisibility=hidden', '-Wall', '-Wextra', '-Wno-unused'];
  const link = ['--shared', '--experimental-pic', '--allow-undefined', '--no-entry', '--strip-all'];
  const files = ['-I', 'src', 'src/parser.c', 'src/scanner.c', '-o', 'tree-sitter-nix.wasm'];
  const linker = [...link, '--export=tree_sitter_nix'].map((option) => `-Wl,${option}`);
  await outputOf('clang', [...target, ...code, ...linker, ...files], grammar);
  chmodSync(join(grammar, 'tree-sitter-nix.wasm'), 0o644);
}

async function regenerate() {
  const [command, ...first] = await treeSitter();
  await outputOf(command, [...first, 'generate', '--abi', abi], grammar);
  await compileWasm();
  writeFileSync(record, currentRecord());
  say('The parser and its WebAssembly are made anew; commit them together with grammar.js.');
}

function check() {
  const recorded = existsSync(record) ? readFileSync(record, 'utf8') : '';
  if (recorded === currentRecord()) return;
  throw new SetupError(
    'The committed parser does not belong to grammar.js and scanner.c: run node scripts/grammar.mjs',
  );
}

try {
  if (process.argv.includes('--check')) check();
  else await regenerate();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
