import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile, cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Query } from 'web-tree-sitter';
import { grammarFolder, nixLanguage, withTree } from './support/parser';

interface Recorded {
  readonly hash: string;
  readonly file: string;
}

async function recorded(folder: string): Promise<readonly Recorded[]> {
  const lines = (await readFile(join(folder, 'src/grammar.sha256'), 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const [hash = '', file = ''] = line.split('  ');
    return { hash, file };
  });
}

async function changedFiles(folder: string): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const { hash, file } of await recorded(folder)) {
    const found = createHash('sha256').update(await readFile(join(folder, file))).digest('hex');
    if (found !== hash) changed.push(file);
  }
  return changed;
}

describe('the committed parser', () => {
  it('was made from the committed grammar and scanner', async () => {
    const advice = 'run node scripts/grammar.mjs and commit what it makes';
    assert.deepEqual(await changedFiles(grammarFolder), [], advice);
  });

  it('is recorded together with everything it is made from', async () => {
    const files = (await recorded(grammarFolder)).map(({ file }) => file);
    for (const file of ['grammar.js', 'src/scanner.c', 'src/parser.c', 'tree-sitter-nix.wasm']) {
      assert.ok(files.includes(file), file);
    }
  });

  it('would be found to differ from an edited grammar', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grammar-'));
    try {
      await cp(grammarFolder, folder, { recursive: true });
      await writeFile(join(folder, 'grammar.js'), '// edited\n');
      assert.deepEqual(await changedFiles(folder), ['grammar.js']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('speaks an ABI that every editor of today loads', async () => {
    const { abiVersion } = await nixLanguage();
    assert.ok(abiVersion >= 14 && abiVersion <= 15, String(abiVersion));
  });

  it('knows every node that the highlighting query names', async () => {
    const source = await readFile(join(grammarFolder, 'queries/highlights.scm'), 'utf8');
    const query = new Query(await nixLanguage(), source);
    const text = '{ a ? 1 }: with b; "x${y}\\n" + lib.f true ./z';
    const names = await withTree(text, ({ rootNode }) => query.captures(rootNode).map(({ name }) => name));
    query.delete();
    for (const name of ['keyword', 'variable.parameter', 'string', 'string.escape', 'function', 'operator']) {
      assert.ok(names.includes(name), `${name} is not among ${names.join(' ')}`);
    }
  });
});
