// npm run test:evaluation -- PATH [COUNT]: whether the language server, as the user types, gives the store derivation that
// `nix-instantiate -A` gives. PATH is a folder whose default.nix makes a set of packages; COUNT of them are taken, spread over the set
// (300 when not said), as far as Nix has a value for them. Each package's own file is asked four times: opened; with a comment that is not saved; with another version that
// is not saved; and with a file beside it changed on the disk that it names. Works on two copies of PATH, one edited in the server and
// one on the disk; what differs is judged again at the server's own place. Needs `npm run build` before.
import { appendFile, cp, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { bootstrap, runMain } from './bootstrap.mjs';
import { temporaryFolder } from './bootstrap/cleanUp.mjs';
import { SetupError } from './bootstrap/commands.mjs';
import { startServer } from './bench/languageServer.mjs';
import { OpenDocument } from './corpora/openDocument.mjs';
import { evaluated, fileOf, limits, run, setOf } from './corpora/packageSet.mjs';

async function main() {
  const [path, count = '300'] = process.argv.slice(2);
  if (path === undefined) throw new SetupError('usage: npm run test:evaluation -- PATH [COUNT]');
  const { nixEnvironment } = await bootstrap({ nix: true });
  const env = { ...process.env, ...nixEnvironment };
  const { folder, remove } = await temporaryFolder('phasewise-evaluation-');
  try {
    const typed = join(await realpath(folder), 'typed');
    const saved = join(await realpath(folder), 'saved');
    for (const copy of [typed, saved])
      await cp(resolve(path), copy, { recursive: true, verbatimSymlinks: true });
    const names = await evaluated(env, `builtins.attrNames ${setOf(typed)}`);
    return await compareAll({
      env,
      typed,
      saved,
      names: names.filter((name) => /^[\w'-]+$/.test(name)),
      count: Number(count),
    });
  } finally {
    await remove();
  }
}

/** Every so manieth first, then those between. */
function* spread(names, count) {
  const step = Math.max(1, Math.floor(names.length / count));
  for (let first = 0; first < step; first++)
    for (let index = first; index < names.length; index += step) yield names[index];
}

async function compareAll({ env, typed, saved, names, count }) {
  const settings = { evaluation: { debounceMs: 0 } };
  const server = await startServer({ folder: typed, env, trusted: true, settings });
  const counts = { packages: 0, same: 0, differs: 0, waits: 0, itself: 0, other: 0 };
  try {
    for (const attr of spread(names, count)) {
      if (counts.packages === count) break;
      // Nix has no value for it, or it is made elsewhere.
      const file = await evaluated(env, fileOf(typed, attr)).catch(() => null);
      if (file?.startsWith(`${typed}/`) !== true) continue;
      const verdicts = await comparePackage({ env, server, typed, saved, attr, file });
      if (verdicts.some(({ verdict }) => verdict !== 'other')) counts.packages++;
      for (const { verdict, what, told } of verdicts) {
        counts[verdict]++;
        if (verdict !== 'same') console.log(`${verdict.padEnd(7)} ${attr}, ${what}: ${told}`);
      }
    }
  } finally {
    await server.end();
  }
  const { packages, same, differs, waits, itself, other } = counts;
  console.log(`${packages} packages: ${same} answers are the same, ${differs} differ`);
  console.log(
    `besides, ${waits} wait for a save, ${itself} are of packages that are made with themselves, ${other} are not of the set`,
  );
  return counts.differs === 0 ? 0 : 1;
}

/** One verdict for each way of asking. */
async function comparePackage({ env, server, typed, saved, attr, file }) {
  const text = await readFile(file, 'utf8');
  const copy = join(saved, relative(typed, file));
  const document = new OpenDocument(server, file, text);
  const verdicts = [];
  let opened = null;
  const judge = async (what, place, edited) => {
    const answer = document.answer(attr);
    if (answer.entry === null) return void verdicts.push({ verdict: 'other', what, told: 'as it stands' });
    // Where only the set is known, it is called as the set calls it.
    const asked = answer.entry === '' ? attr : answer.entry;
    // A comment makes no difference for Nix.
    let expected = edited === text || !edited.includes(text) ? null : opened;
    expected ??= await instantiated(env, saved, place, edited, asked);
    // A path of the tree itself may be part of the derivation.
    if (expected !== answer.drvPath) expected = await instantiated(env, typed, file, edited, asked);
    const told = `${asked}: ${answer.drvPath ?? answer.told}, Nix: ${expected}`;
    opened ??= expected;
    verdicts.push({ verdict: await verdictOf(env, answer, expected), what, told });
  };
  try {
    await document.open();
    await judge('opened', copy, text);
    const commented = `# edited\n${text}\n\n# and at the end\n`;
    await document.change(commented);
    await judge('a comment', copy, commented);
    const versioned = text.replace(/\bversion = "([^"$]+)"/, 'version = "$1.1"');
    if (versioned !== text) {
      await document.change(versioned);
      await judge('another version', copy, versioned);
    }
    const source = await sourceNamed(file, text);
    if (source !== null) {
      const [before, other] = [await readFile(source), join(saved, relative(typed, source))];
      await appendFile(source, '\n# changed\n');
      await appendFile(other, '\n# changed\n');
      await document.change(`${text}\n# again\n`);
      await judge(`with ${relative(dirname(file), source)} changed`, copy, text);
      await writeFile(source, before);
      await writeFile(other, before);
    }
  } finally {
    document.close();
  }
  return verdicts;
}

async function verdictOf(env, { drvPath, told }, expected) {
  if (drvPath === expected || (drvPath === null && expected.startsWith('error: '))) return 'same';
  if (expected.startsWith('error: ')) return 'differs';
  if (drvPath === null) {
    if (told.includes('called without required argument')) return 'other';
    return told.includes('Evaluated when the file is saved') ? 'waits' : 'differs';
  }
  // Its own inputs are made with it: what is not saved counts for the package, not for what the set makes of it.
  const { stdout } = await run('nix-store', ['--query', '--requisites', expected], { env, ...limits });
  const name = expected.replace(/^.*\/[0-9a-z]{32}-/, '');
  const same = stdout.split('\n').filter((path) => path !== expected && isOfPackage(path, name));
  return same.length > 0 ? 'itself' : 'differs';
}

/** Whether it is the same version of what may be built in another way, such as `git-minimal-1.drv` of `git-1.drv`. */
function isOfPackage(path, name) {
  const [, version] = /-(\d[^-]*(?:-\w+)?)\.drv$/.exec(name) ?? [];
  return path.endsWith(`-${name}`) || (version !== undefined && path.endsWith(`-${version}.drv`));
}

/** What Nix gives for the attribute while the file has this text; what it says where it fails. */
async function instantiated(env, tree, file, text, attr) {
  const before = await readFile(file, 'utf8');
  try {
    if (before !== text) await writeFile(file, text);
    const { stdout } = await run('nix-instantiate', [tree, '-A', attr], { env, ...limits });
    return stdout.trim().split('!')[0];
  } catch (error) {
    return `error: ${/error:[^]*/.exec(error.stderr ?? '')?.[0].split('\n')[0] ?? error.message}`;
  } finally {
    if (before !== text) await writeFile(file, before);
  }
}

/** The first file beside it, no Nix file, that the text names. */
async function sourceNamed(file, text) {
  for (const [, name] of text.matchAll(/(?<![\w.$}/])\.\/([\w.+-]+(?:\/[\w.+-]+)*)/g)) {
    const source = join(dirname(file), name);
    const found = name.endsWith('.nix') ? null : await stat(source).catch(() => null);
    if (found?.isFile() === true) return source;
  }
  return null;
}

await runMain(main);
