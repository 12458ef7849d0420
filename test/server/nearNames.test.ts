/** Names that a packager misspelt: where they are marked, and what is offered in their place, over real Nix. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { CodeAction, Diagnostic } from 'vscode-languageserver/node';
import { replaced } from '../../server/src/syntax/replacement';
import { LineIndex } from '../../server/src/syntax/lineIndex';
import { TestClient, until } from './testClient';

/** A set with a `callPackage` that gives more than the set has, and that says in nixpkgs' words (`lib/customisation.nix`) what it cannot give. */
const set = `{ }:
let
  makeOverridable = f: args:
    let made = f args; in
    made // {
      override.__functionArgs = builtins.functionArgs f;
      override.__functor = _: new: makeOverridable f (args // (if builtins.isFunction new then new args else new));
    };
  callPackage = file: args:
    let
      f = if builtins.isFunction file then file else import file;
      wanted = builtins.functionArgs f;
      given = builtins.intersectAttrs wanted (self // { inherit sources; }) // args;
      missing = builtins.filter (name: !(given ? \${name} || wanted.\${name})) (builtins.attrNames wanted);
      name = builtins.head missing;
      place = builtins.unsafeGetAttrPos name wanted;
    in
    if missing == [ ] then makeOverridable f given
    else builtins.abort "lib.customisation.callPackageWith: Function called without required argument \\"\${name}\\" at \${place.file}:\${toString place.line}, did you mean \\"zlib\\" or \\"zlip\\"?";
  sources = "sources";
  made = attrs:
    derivation ({ builder = "/bin/sh"; system = builtins.currentSystem; } // attrs)
    // { drvAttrs = attrs; overrideAttrs = change: made (attrs // change attrs); };
  self = {
    inherit callPackage;
    stdenv.mkDerivation = made;
    lib = { };
    zlib = "zlib";
    fetchurl = "fetchurl";
    greeter = callPackage ./greeter { };
    generic = callPackage ./generic { version = "1"; };
  };
in
self
`;
const package_ = (formals: string, uses = ''): string =>
  `{\n  lib,\n  stdenv,\n${formals}}:\n\nstdenv.mkDerivation {\n  name = "greeter";\n${uses}}\n`;

describe('names that are misspelt, over real Nix', function () {
  this.timeout(60_000);
  let client: TestClient;

  before(async () => {
    client = await TestClient.overNix();
    await client.file('pkgs/default.nix', set);
    await client.file('pkgs/greeter/default.nix', package_(''));
    await client.file('pkgs/generic/default.nix', package_('  version,\n'));
    const settings = {
      evaluation: { debounceMs: 50 },
      nix: { searchPath: [`nixpkgs=${join(client.folder, 'pkgs')}`] },
    };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings });
  });
  after(() => client.end());

  const drawn = (uri: string, version: number) =>
    until('the drawing', () => {
      const drawing = client.drawing(uri);
      return drawing?.version === version && !drawing.busy;
    });
  interface Told {
    readonly code: Diagnostic['code'];
    readonly severity: Diagnostic['severity'];
    readonly at: string;
    readonly message: string;
  }
  const told = (uri: string, text: string): readonly Told[] =>
    (client.published(uri) ?? [])
      .filter(({ source }) => source === 'nix')
      .map(({ code, severity, range, message }) => {
        const lines = new LineIndex(text);
        const at = text.slice(lines.offsetAt(range.start), lines.offsetAt(range.end));
        return { code, severity, at, message: typeof message === 'string' ? message : message.value };
      });
  /** The text after each fix that writes a name, offered at a place. */
  async function fixed(uri: string, text: string, at: string): Promise<readonly string[]> {
    const lines = new LineIndex(text);
    const start = text.indexOf(at);
    const range = lines.rangeOf({ start, end: start + at.length });
    const diagnostics = client.published(uri) ?? [];
    const params = { textDocument: { uri }, range, context: { diagnostics, only: ['quickfix'] } };
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', params);
    return actions
      .filter(({ title }) => title.startsWith('Write `'))
      .map(({ edit }) =>
        replaced(
          text,
          (edit?.changes?.[uri] ?? []).map(({ range: place, newText }) => ({
            start: lines.offsetAt(place.start),
            end: lines.offsetAt(place.end),
            newText,
          })),
        ),
      );
  }

  it('an argument of a file that nobody calls is marked where it is written, if the package set has one like it', async () => {
    const text = package_('  zlbi,\n', '  buildInputs = [ zlbi ];\n');
    const { uri } = await client.file('alone/default.nix', text);
    await client.open(uri, text);
    await drawn(uri, 1);
    await until('what is wrong', () => told(uri, text).length > 0);
    const [first, ...more] = told(uri, text);
    assert.deepEqual([first?.code, first?.severity, first?.at, more.length], ['nix-arguments', 2, 'zlbi', 0]);
    assert.match(first?.message ?? '', /The package set has no 'zlbi'[^]*\nDid you mean zlib\?/);
    assert.deepEqual(await fixed(uri, text, 'zlbi'), [text.replaceAll('zlbi', 'zlib')]);
    // Somebody else may give these.
    for (const [version, formals] of [
      '  version,\n',
      '  zlbi,\n  version,\n',
      '  zlbi ? null,\n',
    ].entries()) {
      const other = package_(formals);
      await client.change(uri, version + 2, other);
      await drawn(uri, version + 2);
      assert.deepEqual(told(uri, other), [], formals);
    }
  });

  it('of a file that is called, while it is typed; what the set or its callPackage gives is none', async () => {
    const { uri } = await client.file('pkgs/greeter/default.nix');
    await client.open(uri, package_(''));
    await drawn(uri, 1);
    const text = package_('  zlbi,\n');
    await client.change(uri, 2, text);
    await drawn(uri, 2);
    await until('what is wrong', () => told(uri, text).length > 0);
    const [first, ...more] = told(uri, text);
    assert.deepEqual([first?.code, first?.severity, first?.at, more.length], ['nix-arguments', 1, 'zlbi', 0]);
    assert.match(first?.message ?? '', /does not give 'zlbi'[^]*\nDid you mean zlib\?/);
    assert.deepEqual(await fixed(uri, text, 'zlbi'), [package_('  zlib,\n')]);
    for (const [index, formals] of ['  zlib,\n', '  sources,\n', '  unheardOf ? 1,\n'].entries()) {
      const other = package_(formals);
      await client.change(uri, index + 3, other);
      await drawn(uri, index + 3);
      assert.equal(client.drawing(uri)?.derivations[0]?.drvPath?.endsWith('-greeter.drv'), true, formals);
      assert.deepEqual(told(uri, other), [], formals);
    }
    const unknown = package_('  nothingLikeIt,\n');
    await client.change(uri, 6, unknown);
    await drawn(uri, 6);
    await until('what is wrong', () => told(uri, unknown).length > 0);
    assert.equal(told(uri, unknown)[0]?.at, 'nothingLikeIt');
    assert.deepEqual(await fixed(uri, unknown, 'nothingLikeIt'), []);
    await client.close(uri);
  });

  it('of a file that is called with more than the set has, what the call gives is none', async () => {
    const { uri } = await client.file('pkgs/generic/default.nix');
    const text = package_('  version,\n  zlib,\n');
    await client.open(uri, package_('  version,\n'));
    await drawn(uri, 1);
    await client.change(uri, 2, text);
    await drawn(uri, 2);
    assert.deepEqual(told(uri, text), []);
    assert.equal(client.drawing(uri)?.derivations[0]?.drvPath?.endsWith('-greeter.drv'), true);
    await client.close(uri);
  });

  it('of a file that is saved, where its own callPackage says so', async () => {
    const text = package_('  zlbi,\n');
    const { uri } = await client.file('pkgs/greeter/default.nix', text);
    await client.open(uri, text);
    await drawn(uri, 1);
    await until('what is wrong', () => told(uri, text).length > 0);
    const [first] = told(uri, text);
    assert.equal(first?.at, 'zlbi');
    assert.match(first.message, /without required argument "zlbi"/);
    assert.deepEqual(await fixed(uri, text, 'zlbi'), [package_('  zlib,\n'), package_('  zlip,\n')]);
    await client.close(uri);
    await client.file('pkgs/greeter/default.nix', package_(''));
  });

  it('a name in a `with`, and one of a set, for which the evaluated sets have one like it', async () => {
    const use = (list: string): string =>
      `let pkgs = import <nixpkgs> { }; in\npkgs.stdenv.mkDerivation {\n  name = "a";\n  buildInputs = ${list};\n}\n`;
    const { uri } = await client.file('uses/default.nix', '');
    await client.open(uri, use('with pkgs; [ ziib ]'));
    for (const [index, list] of ['with pkgs; [ ziib ]', '[ pkgs.ziib ]'].entries()) {
      const text = use(list);
      await client.change(uri, index + 2, text);
      await drawn(uri, index + 2);
      await until('what is wrong', () => told(uri, text).length > 0);
      assert.deepEqual((await fixed(uri, text, 'ziib'))[0], use(list.replace('ziib', 'zlib')));
    }
  });
});
