/** The bash of open documents is checked, and what was said is published and mended. */
import assert from 'node:assert/strict';
import type { CodeAction } from 'vscode-languageserver/node';
import type { Finding } from '../../server/src/analysis/finding';
import { failure, success } from '../../server/src/result';
import type { SyntaxTree } from '../../server/src/syntax/syntaxTree';
import { FakeEngine } from '../support/fakeEngine';
import { TestClient, until } from './testClient';

/** That the word stands there unquoted. */
function unquoted(word: string, { text }: SyntaxTree): readonly Finding[] {
  const start = text.indexOf(word);
  if (start < 0) return [];
  const end = start + word.length;
  const edits = [
    { start, end: start, newText: '"' },
    { start: end, end, newText: '"' },
  ];
  const said = {
    code: 'SC2086',
    severity: 'information',
    source: 'shellcheck',
    message: 'Quote it.',
  } as const;
  return [
    {
      ...said,
      span: { start, end },
      tag: null,
      related: [],
      isSafe: false,
      fixes: [{ title: 'Fix SC2086: Quote it.', edits }],
    },
  ];
}

describe('the bash of a document', () => {
  let engine: FakeEngine;
  let client: TestClient;

  async function begin(settings: object = {}): Promise<string> {
    client = await TestClient.over(engine, { settings: { evaluation: { debounceMs: 5 }, ...settings } });
    return (await client.file('a.nix', '')).uri;
  }
  const last = () => client.diagnostics.at(-1)?.diagnostics ?? [];

  beforeEach(() => {
    engine = new FakeEngine();
    engine.onBash = (tree) => success(unquoted('$x', tree));
  });
  afterEach(() => client.end());

  it('has what shellcheck says at its place, with its page and its fix, and loses it with the edit that mends it', async () => {
    const uri = await begin();
    await client.open(uri, "{\n  buildPhase = ''\n    cp $x\n  ''; }");
    await until('it is said', () => last().some(({ code }) => code === 'SC2086'));
    const [problem] = last();
    assert.ok(problem !== undefined);
    const range = { start: { line: 2, character: 7 }, end: { line: 2, character: 9 } };
    assert.deepEqual(problem.range, range);
    assert.deepEqual([problem.source, problem.severity], ['shellcheck', 3]);
    assert.equal(problem.codeDescription?.href, 'https://www.shellcheck.net/wiki/SC2086');
    const params = { textDocument: { uri }, range, context: { diagnostics: [problem] } };
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', params);
    const fix = actions.find(({ title }) => title.startsWith('Fix SC2086'));
    assert.deepEqual(fix?.diagnostics, [problem]);
    assert.deepEqual(
      fix.edit?.changes?.[uri]?.map(({ newText }) => newText),
      ['"', '"'],
    );
    await client.change(uri, 2, "{\n  buildPhase = ''\n    cp \"$y\"\n  ''; }");
    await until('nothing is said', () => last().length === 0);
  });

  it('is not checked when that is off, and the want of a program that was named is told once', async () => {
    const uri = await begin({ shellcheck: { program: 'off' } });
    await client.open(uri, '{ buildPhase = "cp $x"; }');
    await until('it was evaluated', () => engine.calls.includes('evaluate'));
    assert.ok(!engine.calls.includes('bash'));
    engine.onBash = () => failure({ code: 'no-shellcheck', message: 'No “mine”.', advice: null });
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { phasewise: { shellcheck: { program: 'mine' } } },
    });
    await until('it is told', () => client.toasts.includes('No “mine”.'));
    const asked = () => engine.calls.filter((call) => call === 'bash').length;
    const before = asked();
    await client.save(uri);
    await until('it is asked again', () => asked() > before);
    await client.settle();
    assert.equal(client.toasts.filter((toast) => toast === 'No “mine”.').length, 1);
  });
});
