/** What the server says of each name for its colour: whole, as what changed, of a part. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Range, SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver/node';
import { tokenModifiers, tokenTypes } from '../../server/src/analysis/semanticTokens';
import { allTokens } from '../../server/src/features/semanticTokens';
import { LineIndex } from '../../server/src/syntax/lineIndex';
import { FakeEngine } from '../support/fakeEngine';
import { mutate, randomNumbers } from '../support/mutations';
import { parsed } from '../support/syntax';
import { TestClient } from './testClient';

interface Told {
  readonly line: number;
  readonly character: number;
  readonly text: string;
  readonly kind: string;
}

/** What the numbers of LSP mean in this text. */
function told(text: string, data: readonly number[]): Told[] {
  const lines = new LineIndex(text);
  const found: Told[] = [];
  let line = 0;
  let character = 0;
  for (let at = 0; at < data.length; at += 5) {
    const [down = 0, along = 0, length = 0, type = 0, bits = 0] = data.slice(at, at + 5);
    character = down === 0 ? character + along : along;
    line += down;
    const start = lines.offsetAt({ line, character });
    const modifiers = tokenModifiers.filter((_, index) => (bits & (1 << index)) !== 0);
    const kind = [tokenTypes[type], ...modifiers].join('.');
    found.push({ line, character, text: text.slice(start, start + length), kind });
  }
  return found;
}

/** The same of a text that was never edited. */
async function ofFresh(text: string): Promise<Told[]> {
  const tree = await parsed(text);
  try {
    return allTokens(tree).map(({ span, type, modifiers }) => ({
      ...tree.lines.positionAt(span.start),
      text: text.slice(span.start, span.end),
      kind: [type, ...modifiers].join('.'),
    }));
  } finally {
    tree.dispose();
  }
}

describe('semantic tokens', () => {
  let client: TestClient;
  const example = readFileSync(resolve(__dirname, '../../examples/hello/default.nix'), 'utf8');
  const capabilities = {
    textDocument: {
      semanticTokens: {
        requests: { full: { delta: true }, range: true },
        tokenTypes: [...tokenTypes],
        tokenModifiers: [...tokenModifiers],
        formats: ['relative' as const],
      },
    },
  };

  beforeEach(async () => {
    client = await TestClient.over(new FakeEngine(), { trusted: false, capabilities });
  });
  afterEach(() => client.end());

  async function opened(text: string) {
    const { uri } = await client.file('default.nix');
    await client.open(uri, text);
    const ask = <T>(method: string, more: object = {}) =>
      client.connection.sendRequest<T>(`textDocument/semanticTokens/${method}`, {
        textDocument: { uri },
        ...more,
      });
    return { uri, ask };
  }

  it('are counted in lines and UTF-16 units, of Nix and of bash', async () => {
    const text = "x: {\r\n  # é\n  a = \"😀\" + x; buildPhase = ''\n    runHook $out é$out\n  ''; }";
    const { ask } = await opened(text);
    const { data } = await ask<SemanticTokens>('full');
    assert.deepEqual(
      told(text, data).map(({ line, character, text: of, kind }) => `${line}:${character} ${of} ${kind}`),
      [
        '0:0 x parameter.declaration',
        '2:2 a property.definition',
        '2:13 x parameter',
        '2:16 buildPhase property.definition',
        '3:4 runHook function.defaultLibrary',
        '3:13 out variable.defaultLibrary',
        '3:19 out variable.defaultLibrary',
      ],
    );
  });

  it('after any edits are what a fresh text has; those of a part are a part of them', async () => {
    const random = randomNumbers(11);
    const { uri, ask } = await opened(example);
    const first = await ask<SemanticTokens>('full');
    let { data, resultId } = first;
    let text = example;
    for (let version = 2; version < 40; version++) {
      text = mutate(version % 5 === 0 ? example : text, random)?.text ?? example;
      await client.change(uri, version, text);
      const answer = await ask<SemanticTokensDelta | SemanticTokens>('full/delta', {
        previousResultId: resultId,
      });
      assert.ok('edits' in answer, 'a text that changed is told of by what changed');
      data = [...data];
      for (const { start, deleteCount, data: made = [] } of answer.edits)
        data.splice(start, deleteCount, ...made);
      resultId = answer.resultId;
      const fresh = await ask<SemanticTokens>('full/delta', { previousResultId: 'another' });
      assert.deepEqual(data, fresh.data);
      assert.deepEqual(told(text, data), await ofFresh(text));
      const range: Range = { start: { line: 3, character: 0 }, end: { line: 3 + version, character: 0 } };
      const part = await ask<SemanticTokens>('range', { range });
      assert.deepEqual(
        told(text, part.data),
        told(text, data).filter(({ line }) => line >= 3 && line < 3 + version),
      );
    }
    await client.change(uri, 40, example);
    const { data: again } = await ask<SemanticTokens>('full');
    assert.deepEqual(again, first.data);
  });

  it('of a long text are told for what is shown', async () => {
    const text = `{ a }: [\n${'  (a "x")\n'.repeat(45_000)}]\n`;
    const { ask } = await opened(text);
    assert.equal(await ask('full'), null);
    const range: Range = { start: { line: 40_000, character: 0 }, end: { line: 40_001, character: 0 } };
    const part = await ask<SemanticTokens>('range', { range });
    assert.deepEqual(told(text, part.data), [{ line: 40_000, character: 3, text: 'a', kind: 'function' }]);
  });
});
