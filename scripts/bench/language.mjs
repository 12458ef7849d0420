// How long the language server's own work takes on a text of a megabyte: from an edit to diagnostics, from opening to the first ones, and
// completion and hover after an edit. In this process, through the modules that the server is made of; the parse by web-tree-sitter alone
// and a whole parse and check of the same text are measured in turns with it.
import { build } from 'esbuild';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Language, Parser } from 'web-tree-sitter';
import { projectRoot } from '../bootstrap/commands.mjs';
import { benchFolder } from './nixFiles.mjs';
import { packageSet } from './packageSet.mjs';
import { median, percentile, row } from './rows.mjs';

const require = createRequire(import.meta.url);
const parserWasm = require.resolve('web-tree-sitter/tree-sitter.wasm');
const grammarWasm = join(projectRoot, 'syntaxes/tree-sitter-nix/tree-sitter-nix.wasm');
const edits = 300;
const places = 40;
const rounds = 5;
const seed = 7;
const uri = 'file:///bench/set.nix';

const entry = `
export { Documents } from './server/src/documents';
export { createNixParser } from './server/src/syntax/parser';
export { textDiagnostics } from './server/src/analysis/textDiagnostics';
export { completionsAt } from './server/src/analysis/completion';
export { pathAt } from './server/src/analysis/pathAt';
export { nameHover } from './server/src/features/nameHover';
`;

/** The modules of the server, bundled as the server is. */
async function serverModules(folder) {
  const outfile = join(folder, 'language.cjs');
  await build({
    stdin: { contents: entry, resolveDir: projectRoot, loader: 'ts' },
    ...{ outfile, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error' },
    alias: { 'web-tree-sitter': require.resolve('web-tree-sitter') },
  });
  return require(outfile);
}

/** Numbers from 0 up to below 1, the same ones in each run. */
function randomNumbers() {
  let state = (seed * 2654435761 + 1) % 2147483647;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const letters = [...'abcdefghijklmnopqrstuvwxyz', ' ', ' ', ' ', ' ', ' '];
const signs = [...';;{}[]()'];
const quotes = ['"', '"', "''"];

/** 80 % letters and blanks, 10 % `;` and brackets, 10 % quotes. */
function typedText(random) {
  const kind = random();
  const from = kind < 0.8 ? letters : kind < 0.9 ? signs : quotes;
  return from[Math.floor(random() * from.length)];
}

/** An editor over the server's modules, with one document in it. */
class Editor {
  version = 1;

  constructor(modules, parser) {
    this.modules = modules;
    this.parse = (text, previous, change) =>
      previous === null ? parser.parse(text) : parser.parse(text, previous, change === null ? [] : [change]);
    this.documents = new modules.Documents(this.parse, { warn() {} });
    this.documents.opened.add((document) => this.check(document));
    this.documents.changed.add(({ document }) => this.check(document));
  }

  check({ tree, file }) {
    this.diagnostics = this.modules.textDiagnostics(tree, file);
  }

  get tree() {
    return this.documents.get(uri).tree;
  }

  open(text) {
    this.documents.didOpen({ textDocument: { uri, languageId: 'nix', version: this.version, text } });
  }

  /** Puts a text in place of so many characters; gives the milliseconds to the diagnostics. */
  replace(offset, length, text) {
    const { lines } = this.tree;
    const range = { start: lines.positionAt(offset), end: lines.positionAt(offset + length) };
    const textDocument = { uri, version: ++this.version };
    return timed(() => this.documents.didChange({ textDocument, contentChanges: [{ range, text }] }));
  }
}

function timed(action) {
  const started = performance.now();
  action();
  return performance.now() - started;
}

async function timedAsync(action) {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

async function bareParser() {
  await Parser.init({ locateFile: () => parserWasm });
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammarWasm));
  return (text) => parser.parse(text).delete();
}

/** Types and takes back again, at places all over the text; each counts as an edit. */
function timeEdits(editor, text, random) {
  const times = [];
  while (times.length < edits) {
    const offset = Math.floor(random() * text.length);
    const typed = typedText(random);
    times.push(editor.replace(offset, 0, typed), editor.replace(offset, typed.length, ''));
  }
  return times;
}

/** After a letter was typed at the end of a name: what may stand there, and what the name means. */
async function timeAsking(editor, text, random) {
  const { completionsAt, nameHover, pathAt } = editor.modules;
  const files = { read: () => Promise.resolve(null), searchPath: () => Promise.resolve(null) };
  const times = { completion: [], hover: [] };
  for (let place = 0; place < places; place++) {
    const from = Math.floor(random() * text.length * 0.99);
    const name = /\bPackage\d+(?= |$)/g;
    name.lastIndex = from;
    const found = name.exec(text);
    const offset = found.index + found[0].length;
    editor.replace(offset, 0, 'x');
    const document = editor.documents.get(uri);
    times.completion.push(
      await timedAsync(async () => {
        pathAt(document.tree, offset + 1);
        await completionsAt(document.tree, offset + 1, editor.parse, { files, file: document.file });
      }),
    );
    editor.replace(offset, 1, '');
    const again = editor.documents.get(uri);
    times.hover.push(await timedAsync(() => nameHover(again, offset - 2, () => Promise.resolve(new Map()))));
  }
  return times;
}

export async function measure({ env }) {
  const bench = await benchFolder(env);
  try {
    const modules = await serverModules(bench.folder);
    const parser = await modules.createNixParser({ parserWasm, grammarWasm });
    const bare = await bareParser();
    const text = packageSet();
    const random = randomNumbers();
    const times = { bare: [], whole: [] };
    for (let round = 0; round < rounds; round++) {
      times.bare.push(timed(() => bare(text)));
      times.whole.push(timed(() => new Editor(modules, parser).open(text)));
    }
    const editor = new Editor(modules, parser);
    editor.open(text);
    timeEdits(editor, text, random);
    const typed = timeEdits(editor, text, random);
    const asked = await timeAsking(editor, text, random);
    const whole = median(times.whole);
    return [
      row('edit to diagnostics, text of 1 MB, median', median(typed), 'ms', 15),
      row('… of a whole parse and check', (100 * median(typed)) / whole, '%', 10),
      row('… 95 of 100', percentile(typed, 95), 'ms', 200),
      row('… the slowest', Math.max(...typed), 'ms'),
      row('completion after an edit there, median', median(asked.completion), 'ms', 30),
      row('hover after an edit there, median', median(asked.hover), 'ms', 30),
      row('web-tree-sitter’s parse of the same', median(times.bare), 'ms'),
      row('… opening it to the first diagnostics, of that', whole / median(times.bare), '×', 3),
    ];
  } finally {
    await bench.remove();
  }
}
