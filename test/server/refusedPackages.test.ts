/** Packages that the set does not give because of their `meta`: where that is marked, and the config that allows it, over real Nix. */
import assert from 'node:assert/strict';
import type { CodeAction, Diagnostic } from 'vscode-languageserver/node';
import { LineIndex } from '../../server/src/syntax/lineIndex';
import { replaced } from '../../server/src/syntax/replacement';
import { checkedSet } from '../support/checkedSet';
import { TestClient, until } from './testClient';

describe('packages that the set refuses, over real Nix', function () {
  this.timeout(60_000);
  let client: TestClient;

  before(async () => {
    client = await TestClient.overNix();
    await client.file('nixpkgs/default.nix', checkedSet);
  });
  after(() => client.end());

  const errors = (uri: string): readonly Diagnostic[] =>
    (client.published(uri) ?? []).filter(({ severity, source }) => severity === 1 && source === 'nix');
  async function marked(name: string, text: string) {
    const { uri } = await client.file(name, text);
    await client.open(uri, text);
    await until('the error', () => errors(uri).length > 0);
    const [error] = errors(uri);
    assert.ok(error !== undefined);
    const lines = new LineIndex(text);
    const at = text.slice(lines.offsetAt(error.range.start), lines.offsetAt(error.range.end));
    const message = typeof error.message === 'string' ? error.message : error.message.value;
    return { uri, error, at, firstLine: message.split('\n')[0] ?? '' };
  }

  it('an input is marked as the element that it is, said in a sentence, and allowed where the set is imported', async () => {
    const text = `let pkgs = import ./nixpkgs { }; in
with pkgs;
stdenv.mkDerivation {
  pname = "mine";
  version = "1";
  buildInputs = [ zlib unfreeThing ];
}
`;
    const { uri, error, at, firstLine } = await marked('uses.nix', text);
    assert.equal(at, 'unfreeThing');
    assert.match(firstLine, /^unfree-thing-1\.0 has an unfree license \(unfree\)\. .*NIXPKGS_ALLOW_UNFREE=1/);
    const params = {
      textDocument: { uri },
      range: error.range,
      context: { diagnostics: [error], only: ['quickfix'] },
    };
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', params);
    const fix = actions.find(({ title }) => title.startsWith('Allow unfree-thing-1.0'));
    const lines = new LineIndex(text);
    const allowed = replaced(
      text,
      (fix?.edit?.changes?.[uri] ?? []).map(({ range, newText }) => ({
        start: lines.offsetAt(range.start),
        end: lines.offsetAt(range.end),
        newText,
      })),
    );
    await client.change(uri, 2, allowed);
    await until(
      'the package',
      () => client.drawing(uri)?.derivations[0]?.drvPath?.endsWith('-mine-1.drv') === true,
    );
    assert.deepEqual(errors(uri), []);
  });

  it('one’s own is marked at what it says of itself', async () => {
    const text = `let pkgs = import ./nixpkgs { }; in
pkgs.stdenv.mkDerivation {
  pname = "mine";
  version = "1";
  meta = {
    broken = true;
  };
}
`;
    const { at, firstLine } = await marked('own.nix', text);
    assert.equal(at, 'broken');
    assert.match(firstLine, /^mine-1 is marked as broken\./);
  });
});
