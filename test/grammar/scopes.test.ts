/**
 * What the grammar makes of whole texts, written down; and what holds for any text that Nix accepts.
 * `PHASEWISE_UPDATE_SCOPES=1` writes the snapshots anew; `npm run test:conformance -- PATH…` reads other files.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { allNodes } from '../../server/src/syntax/nodes';
import type { Span } from '../../server/src/syntax/syntaxTree';
import { corpora, nixFiles } from '../support/corpora';
import { parsed } from '../support/syntax';
import { tokensOf, type Token } from './support/textmate';

const repository = resolve(__dirname, '../..');
const folder = join(__dirname, 'scopes');
const snapshots = [
  ...readdirSync(folder).filter((name) => name.endsWith('.nix')),
  '../../../examples/hello/default.nix',
].map((name) => join(folder, name));

/** Each line of a text, and below it each token that has more than the text's own scope. */
function written(text: string, tokens: readonly Token[]): string {
  return text
    .split('\n')
    .map((line, index) => {
      const marks = tokens
        .filter((token) => token.line === index && token.scopes.length > 1 && token.text.trim() !== '')
        .map(({ start, text: of, scopes }) => {
          const [, ...inner] = scopes;
          return `#${' '.repeat(start)}${'^'.repeat(of.length)} ${inner.join(' ')}`;
        });
      return [`>${line}`, ...marks].join('\n');
    })
    .join('\n');
}

describe('snapshots of scopes', () => {
  if (process.env['PHASEWISE_CORPORA'] !== undefined) return;
  for (const file of snapshots) {
    const name = relative(repository, file);
    const snapshot = join(folder, `${name.replace(/^test\/grammar\/scopes\//, '').replaceAll('/', '-')}.snap`);
    it(`are those of ${name}`, async () => {
      const text = await readFile(file, 'utf8');
      const now = written(text, await tokensOf('source.nix', text));
      if (process.env['PHASEWISE_UPDATE_SCOPES'] !== undefined) await writeFile(snapshot, now);
      assert.equal(now, await readFile(snapshot, 'utf8'));
    });
  }
});

/** The scopes at the beginning of each span, which come in order. */
function* scopesAtStarts(text: string, tokens: readonly Token[], spans: readonly Span[]) {
  const starts: number[] = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  let index = 0;
  for (const span of spans) {
    const isBefore = (token: Token | undefined): boolean =>
      token !== undefined && (starts[token.line] ?? 0) + token.start <= span.start;
    while (isBefore(tokens[index + 1])) index++;
    yield { span, scopes: tokens[index]?.scopes ?? [] };
  }
}

/** Of the scopes that say what a text is in, the innermost: the text of an interpolation is code again. */
function isIn(scopes: readonly string[]): string {
  return scopes.findLast((scope) => /^(?:string|comment|meta\.embedded)\./.test(scope)) ?? 'code';
}

/** What the grammar says of a text that cannot be so. */
async function faultsOf(text: string): Promise<readonly string[]> {
  const tree = await parsed(text);
  try {
    if (tree.faults.length > 0) return [];
    const tokens = await tokensOf('source.nix', text);
    const faults: string[] = [];
    const at = ({ start }: Span): string => `line ${tree.lines.lineAt(start) + 1}`;
    for (const { line, scopes } of tokens) {
      if (/illegal|invalid/.test(scopes.join(' '))) faults.push(`line ${line + 1}: called illegal`);
    }
    for (const { span, scopes } of scopesAtStarts(text, tokens, tree.comments)) {
      if (!isIn(scopes).startsWith('comment.')) faults.push(`${at(span)}: a comment is ${isIn(scopes)}`);
    }
    const names = [...allNodes(tree.root)].flatMap((node) => (node.kind === 'variable' ? [node.span] : []));
    names.sort((one, other) => one.start - other.start);
    for (const { span, scopes } of scopesAtStarts(text, tokens, names)) {
      if (!/^(?:code|meta\.embedded\.interpolation.*)$/.test(isIn(scopes)))
        faults.push(`${at(span)}: ${text.slice(span.start, span.end)} is ${isIn(scopes)}`);
    }
    return faults;
  } finally {
    tree.dispose();
  }
}

describe('the TextMate grammar and Nix', () => {
  it('agree on what is a comment, what is a name and that nothing is illegal', async () => {
    const faults: string[] = [];
    const files = [...corpora, folder].flatMap(nixFiles);
    for (const file of files) {
      for (const fault of await faultsOf(await readFile(file, 'utf8')))
        faults.push(`${relative(repository, file)}: ${fault}`);
    }
    assert.deepEqual(
      faults.filter((fault) => fault.includes('illegal')),
      [],
    );
    // The shell's own grammar takes some interpolations for its paths or file names.
    const allowed = process.env['PHASEWISE_CORPORA'] === undefined ? 0 : files.length / 50;
    const told = `${files.length} files, ${faults.length} faults\n${faults.slice(0, 50).join('\n')}`;
    console.log(told);
    assert.ok(faults.length <= allowed, told);
  });
});
