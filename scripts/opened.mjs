// npm run test:opened -- PATH [COUNT]: what a stranger's repository looks like when it is opened. PATH is a folder whose default.nix makes a
// set of packages. COUNT of its files (10 when not said), drawn by PHASEWISE_SEED, are opened in the language server as they are:
//   - no diagnostic is an error, as Nix has a value for each of them;
//   - the tree is that of the store derivation which `nix-instantiate -A` gives: name, outputs, phases and their order, which are skipped,
//     texts of phases and hooks (that the phases and hooks of a stdenv really run so, `npm run test:corpus` asks a build's log);
//   - in `nativeBuildInputs = [ | ]` packages are completed, and on a line of its own the derivation's attributes.
// Then the lints of derivations are counted over all Nix files of PATH, by name. How many are right is in scripts/corpora/reviewed/NAME.json,
// NAME being the folder's: what is more, or of a name that is not there, has to be looked at. PHASEWISE_UPDATE_REVIEWED=1 writes the counts.
// Needs `npm run build` before.
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { bootstrap, runMain } from './bootstrap.mjs';
import { projectRoot, SetupError } from './bootstrap/commands.mjs';
import { startServer } from './bench/languageServer.mjs';
import { treeDifferences } from './corpora/drawnTree.mjs';
import { OpenDocument } from './corpora/openDocument.mjs';
import { evaluated, fileOf, limits, run, setOf } from './corpora/packageSet.mjs';
import { writeWhole } from './writeWhole.mjs';

async function main() {
  const [path, count = '10'] = process.argv.slice(2);
  if (path === undefined) throw new SetupError('usage: npm run test:opened -- PATH [COUNT]');
  const { nixEnvironment } = await bootstrap({ nix: true });
  const env = { ...process.env, ...nixEnvironment };
  const folder = await realpath(resolve(path));
  const wrong = (await openSome(env, folder, Number(count))) + (await countLints(env, folder));
  return wrong === 0 ? 0 : 1;
}

/** How many of them are not as they should be. */
async function openSome(env, folder, count) {
  const seed = Number(process.env.PHASEWISE_SEED ?? '1');
  const names = (await evaluated(env, `builtins.attrNames ${setOf(folder)}`)).filter((name) =>
    /^[\w'-]+$/.test(name),
  );
  const server = await startServer({
    folder,
    env,
    trusted: true,
    settings: { evaluation: { debounceMs: 0 } },
  });
  const seen = new Set();
  let wrong = 0;
  try {
    for (const attr of shuffled(names, seed)) {
      if (seen.size === count) break;
      // Nix has no value for it, or it is made elsewhere.
      const file = await evaluated(env, fileOf(folder, attr)).catch(() => null);
      if (file?.startsWith(`${folder}/`) !== true || seen.has(file)) continue;
      const { told, found } = await openPackage({ env, server, folder, file });
      if (told === null) continue;
      seen.add(file);
      console.log(
        `${found.length === 0 ? 'right  ' : 'wrong  '} ${attr}, ${relative(folder, file)}: ${told}`,
      );
      for (const each of found) console.log(`        ${each}`);
      wrong += found.length === 0 ? 0 : 1;
    }
  } finally {
    await server.end();
  }
  console.log(`${seen.size} packages of seed ${seed}: ${wrong} are not as they should be`);
  return wrong + (seen.size < count ? 1 : 0);
}

async function openPackage({ env, server, folder, file }) {
  const text = await readFile(file, 'utf8');
  const document = new OpenDocument(server, file, text);
  const errors = new Map();
  const listener = server.connection.onNotification(
    'textDocument/publishDiagnostics',
    ({ uri, diagnostics }) =>
      errors.set(
        uri,
        diagnostics.filter(({ severity }) => severity === 1),
      ),
  );
  try {
    await document.open();
    const { drawn, entry } = document;
    // A file of no package, or one that the set makes many of.
    if (entry === null || entry === '') return { told: null, found: [] };
    const found = (errors.get(document.uri) ?? []).map(
      ({ message }) => `an error: ${message.split('\n')[0]}`,
    );
    if (drawn === undefined) return { told: 'no tree', found: [...found, (await document.answer()).told] };
    const drvPath = (await run('nix-instantiate', [folder, '-A', entry], { env, ...limits })).stdout
      .trim()
      .split('!')[0];
    if (drvPath !== drawn.drvPath) found.push(`${drawn.drvPath} is drawn; of ${entry} Nix makes ${drvPath}`);
    const name = await evaluated(env, `${setOf(folder)}.${entry}.name`);
    found.push(...treeDifferences(drawn, { ...(await derivation(env, drvPath)), name }));
    const { told, missing } = await completions(server, document, text);
    return { told: `${drawn.source}, ${drawn.phases.length} phases, ${told}`, found: [...found, ...missing] };
  } finally {
    listener.dispose();
    document.close();
  }
}

/** The command got another name in Nix 2.15. */
async function derivation(env, drvPath) {
  const shown = (...command) =>
    run('nix', ['--extra-experimental-features', 'nix-command', ...command, drvPath], { env, ...limits });
  const { stdout } = await shown('derivation', 'show').catch(() => shown('show-derivation'));
  const [of] = Object.values(JSON.parse(stdout).derivations ?? JSON.parse(stdout));
  return of;
}

async function completions(server, document, text) {
  const list = /\bnativeBuildInputs =(?: with \w+;)? \[/.exec(text);
  const binding = /^(?=[ \t]*(?:meta|pname|version)\b[^\n]*[={])/m.exec(text);
  const places = [
    ...(list === null ? [] : [['inputs', list.index + list[0].length, ' ']]),
    ...(binding === null ? [] : [['attributes', binding.index, '  \n']]),
  ];
  const told = [];
  const missing = [];
  for (const [what, offset, typed] of places) {
    const edited = `${text.slice(0, offset)}${typed}${text.slice(offset)}`;
    server.change(document.uri, edited);
    const before = edited.slice(0, offset + typed.replace('\n', '').length).split('\n');
    const position = { line: before.length - 1, character: before.at(-1).length };
    const answer = await server.connection.sendRequest('textDocument/completion', {
      textDocument: { uri: document.uri },
      position,
    });
    const items = Array.isArray(answer) ? answer : (answer?.items ?? []);
    told.push(`${items.length} ${what}`);
    if (items.length === 0) missing.push(`no ${what} are completed at line ${position.line + 1}`);
  }
  return { told: told.length === 0 ? 'no place to complete at' : `completed: ${told.join(', ')}`, missing };
}

/** Of each name, where more is found. */
const shown = 10;

/** How many names have more findings than were looked at. */
async function countLints(env, folder) {
  const { stdout } = await run(
    process.execPath,
    [join(projectRoot, 'dist/phasewise.js'), 'check', folder, '--format', 'json'],
    {
      env,
      ...limits,
    },
  ).catch((error) => error);
  const known = await lintCodes();
  const counts = {};
  for (const { code, file, range } of JSON.parse(stdout)) {
    if (!known.has(code)) continue;
    (counts[code] ??= []).push(`${relative(folder, file)}:${range.start.line + 1}`);
  }
  const table = join(projectRoot, 'scripts/corpora/reviewed', `${basename(folder)}.json`);
  const reviewed = JSON.parse(await readFile(table, 'utf8').catch(() => '{}'));
  let more = 0;
  for (const [code, places] of Object.entries(counts).sort(([a], [b]) => a.localeCompare(b))) {
    const isMore = places.length > (reviewed[code] ?? 0);
    more += isMore ? 1 : 0;
    console.log(
      `${isMore ? 'more   ' : 'right  '} ${code}: ${places.length}, ${reviewed[code] ?? 0} of them looked at`,
    );
    if (isMore) for (const place of places.slice(0, shown)) console.log(`        ${place}`);
  }
  if (process.env.PHASEWISE_UPDATE_REVIEWED !== '1') return more;
  const now = Object.fromEntries(
    Object.entries(counts)
      .map(([code, places]) => [code, places.length])
      .sort(),
  );
  await writeWhole(table, `${JSON.stringify(now, null, 2)}\n`);
  return 0;
}

/** Those of derivations; checks of the language alone are held by the tests. */
async function lintCodes() {
  const folder = join(projectRoot, 'server/src/derivation/lints');
  const texts = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
  );
  return new Set(texts.flatMap((text) => /^ {2}code: '([\w-]+)'/m.exec(text)?.[1] ?? []));
}

/** In an order that the seed alone decides. */
function shuffled(names, seed) {
  let state = seed >>> 0;
  // The linear congruence of Numerical Recipes: what it takes to draw names, and the same everywhere.
  const drawn = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  return names
    .map((name) => [drawn(), name])
    .sort(([a], [b]) => a - b)
    .map(([, name]) => name);
}

await runMain(main);
