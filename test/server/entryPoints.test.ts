import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { nixConfig } from '../support/nixEnvironment';
import { entriesRequest } from '../../server/src/protocol/kindMessages';
import { TestClient, until } from './testClient';

/** As small as a set with `callPackage` and `override` can be. */
const set = `{ }:
let
  secret = "hi";
  makeOverridable = f: taking (builtins.functionArgs f) f;
  taking = formals: f: args: f args // {
    override = {
      __functor = _: new: taking formals f (args // (if builtins.isFunction new then new args else new));
      __functionArgs = formals;
    };
    overrideAttrs = change: makeOverridable (args: (f args).overrideAttrs change) args;
  };
  callPackages = path: args:
    let
      f = import path;
      formals = builtins.functionArgs f;
      given = builtins.intersectAttrs formals self // args;
    in
    builtins.mapAttrs (name: _: taking formals (new: (f new).\${name}) given) (f given);
  callPackage = path: args:
    let f = if builtins.isFunction path then path else import path; in
    makeOverridable f (builtins.intersectAttrs (builtins.functionArgs f) self // args);
  self = {
    inherit callPackage;
    stdenv.mkDerivation = attrs:
      derivation ({ builder = "/bin/sh"; system = builtins.currentSystem; } // attrs)
      // { drvAttrs = attrs; overrideAttrs = change: self.stdenv.mkDerivation (attrs // change attrs); };
    word = "set";
    secondWord = "more";
    greeter = callPackage ./greeter { greeting = secret; };
    changed = (callPackage ./changed { }).overrideAttrs (old: { more = "more"; });
    found = callPackage (./. + "/by-folder/found") { };
    inherit (callPackages ./by-folder/several { }) first several;
    inherit (callPackages ./by-folder/fetcher { }) fetcher wrapper;
    many = callPackage (import (./. + "/by-folder/many/generic.nix") { version = "1"; }) { };
  };
in
self
`;
const greeter =
  '{ stdenv, word, greeting }: stdenv.mkDerivation { name = "greeter"; inherit word greeting; }\n';
const found = '{ stdenv, word }: stdenv.mkDerivation { name = "found"; inherit word; }\n';
const several = `{ stdenv, word }:
let make = version: stdenv.mkDerivation { name = "several-\${version}"; inherit word; };
in { first = make "1"; several = make "2"; }
`;
/** What it is named for is a function. */
const fetcher = `{ stdenv, word }:
{
  fetcher.__functor = _: { hash ? "" }: stdenv.mkDerivation { name = "fetched"; inherit hash; };
  wrapper = stdenv.mkDerivation { name = "wrapper"; inherit word; };
}
`;
/** What it calls is no attribute of it. */
const local = `{ pkgs ? import ../. { } }:
with pkgs;
let
  secret = "told";
  tool = callPackage ./tool.nix { greeting = secret; };
  plain = callPackage ./plain.nix { greeting = secret; };
  wrapped = inner: { inherit inner; };
in
{
  tools = wrapped tool;
  plains = wrapped plain;
}
`;
const plain =
  '{ word, greeting }: derivation { name = "plain"; builder = "/bin/sh"; system = "x"; inherit word greeting; }\n';
const many =
  '{ version }: { stdenv, word }: stdenv.mkDerivation { name = "many-${version}"; inherit word; }\n';

describe('where a package is called from, over real Nix', function () {
  this.timeout(60_000);
  let client: TestClient;

  before(async () => {
    client = await TestClient.overNix();
    await client.file('default.nix', set);
    await client.file('greeter/default.nix', greeter);
    await client.file('by-folder/found/default.nix', found);
    await client.file('by-folder/many/generic.nix', many);
    await client.file('changed/default.nix', found);
    await client.file('by-folder/several/default.nix', several);
    await client.file('by-folder/fetcher/default.nix', fetcher);
  });
  after(() => client.end());

  const drawn = async (uri: string, version: number): Promise<string | null> => {
    await until('the drawing', () => {
      const drawing = client.drawing(uri);
      return drawing?.version === version && !drawing.busy;
    });
    return client.drawing(uri)?.derivations[0]?.drvPath ?? null;
  };
  const instantiated = async (attr: string, folder = client.folder): Promise<string> => {
    const env = { ...process.env, NIX_CONFIG: nixConfig };
    const { stdout } = await promisify(execFile)('nix-instantiate', [folder, '-A', attr], { env });
    return stdout.trim();
  };

  it('the attribute of the file that calls it, also while it is edited', async () => {
    const { uri } = await client.file('greeter/default.nix');
    await client.open(uri, greeter);
    const saved = await instantiated('greeter');
    assert.equal(await drawn(uri, 1), saved);
    // With the argument that only the calling file knows.
    await client.change(uri, 2, `# edited\n${greeter}`);
    assert.equal(await drawn(uri, 2), saved);
    const edited = greeter.replace('name = "greeter"', 'name = "other"');
    await client.change(uri, 3, edited);
    const other = await drawn(uri, 3);
    await client.file('greeter/default.nix', edited);
    assert.equal(other, await instantiated('greeter'));
    assert.notEqual(other, saved);
    assert.deepEqual(client.published(uri), []);
  });

  it('as a comment says, told with what the file is', async () => {
    const { uri } = await client.file('other/default.nix', greeter);
    const kind = () => client.kinds.findLast((params) => params.uri === uri);
    await client.open(uri, greeter);
    assert.equal(await drawn(uri, 1), null);
    const missing = ['greeting', 'stdenv', 'word'];
    assert.deepEqual(kind(), { uri, kind: 'package', entry: null, missing });
    await client.change(uri, 2, `# phasewise: entry ..#greeter\n${greeter}`);
    assert.match((await drawn(uri, 2)) ?? '', /-greeter\.drv$/);
    await until('what it is', () => kind()?.entry !== null);
    const entry = { file: '../default.nix', attr: 'greeter', from: 'comment', serves: true };
    assert.deepEqual(kind(), { uri, kind: 'package', entry });
    const choices = await client.connection.sendRequest(entriesRequest, { uri });
    assert.deepEqual(choices, {
      name: 'other/default.nix',
      comment: '..#greeter',
      choices: ['default.nix#greeter', 'default.nix'],
    });
    await client.change(uri, 3, `# phasewise: entry ../missing.nix\n${greeter}`);
    await until('that it does not serve', () => kind()?.entry?.serves === false);
  });

  it('of a set that finds it by its folder; of a file that is not in the set, none', async () => {
    const { uri } = await client.file('by-folder/found/default.nix');
    await client.open(uri, found);
    assert.equal(await drawn(uri, 1), await instantiated('found'));
    const stranger = await client.file('by-folder/stranger/default.nix', found);
    await client.open(stranger.uri, found);
    assert.equal(await drawn(stranger.uri, 1), null);
    assert.match(client.drawing(stranger.uri)?.message ?? '', /needs the arguments 'stdenv', 'word'/);
  });

  it('one of several that the file makes, also while it is edited', async () => {
    const { uri } = await client.file('by-folder/several/default.nix');
    await client.open(uri, several);
    const saved = await instantiated('several');
    assert.equal(await drawn(uri, 1), saved);
    const drawnPaths = () => client.drawing(uri)?.derivations.map(({ drvPath }) => drvPath);
    assert.deepEqual(drawnPaths(), [saved]);
    await client.change(uri, 2, `# edited\n${several}`);
    await drawn(uri, 2);
    assert.deepEqual(drawnPaths(), [saved]);
  });

  it('all of several, when what the file is named for is a function', async () => {
    const { uri } = await client.file('by-folder/fetcher/default.nix');
    await client.open(uri, fetcher);
    const wrapper = await instantiated('wrapper');
    assert.equal(await drawn(uri, 1), wrapper);
    await client.change(uri, 2, `# edited\n${fetcher}`);
    assert.equal(await drawn(uri, 2), wrapper);
    assert.deepEqual(
      client.drawing(uri)?.derivations.map(({ attr }) => attr),
      ['wrapper'],
    );
  });

  it('of a package that the set changes after it is made when it is saved, and waits for that', async () => {
    const { uri } = await client.file('changed/default.nix');
    await client.open(uri, found);
    assert.equal(await drawn(uri, 1), await instantiated('changed'));
    await client.change(uri, 2, `# edited\n${found}`);
    await drawn(uri, 2);
    assert.match(client.drawing(uri)?.message ?? '', /^Evaluated when the file is saved/);
    assert.deepEqual(client.published(uri), []);
  });

  it('of a file that is called with arguments before those of the set when it is saved, and waits for that', async () => {
    const { uri } = await client.file('by-folder/many/generic.nix');
    await client.open(uri, many);
    assert.equal(await drawn(uri, 1), await instantiated('many'));
    await client.change(uri, 2, `# edited\n${many}`);
    await drawn(uri, 2);
    assert.equal(
      client.drawing(uri)?.message,
      "Evaluated when the file is saved: whether who calls it gives 'version' is known only then.",
    );
    assert.deepEqual(client.published(uri), []);
  });

  describe('where its value is no attribute', () => {
    let folder: string;
    before(async () => {
      const { file } = await client.file('local/default.nix', local);
      folder = dirname(file);
    });

    it('the call alone, also while it is edited, takes more and is wrong', async () => {
      const { uri } = await client.file('local/tool.nix', greeter);
      await client.open(uri, greeter);
      const saved = await drawn(uri, 1);
      assert.equal(saved, await instantiated('tools.inner', folder));
      const edited = greeter.replace('name = "greeter"', 'name = "tool"');
      await client.change(uri, 2, edited);
      const other = await drawn(uri, 2);
      assert.notEqual(other, saved);
      const taking = edited
        .replace('{ stdenv,', '{ stdenv, secondWord,')
        .replace('inherit', 'inherit secondWord');
      await client.change(uri, 3, taking);
      const more = await drawn(uri, 3);
      const wrong = taking.replace('"tool";', '"tool";\n  failing = throw "told so";');
      await client.change(uri, 4, wrong);
      await until('what is wrong', () => (client.published(uri) ?? []).length > 0);
      const [problem] = client.published(uri) ?? [];
      assert.match((problem?.message ?? '') as string, /told so/);
      assert.equal(problem?.range.start.line, 1);
      await client.file('local/tool.nix', edited);
      assert.equal(other, await instantiated('tools.inner', folder));
      await client.file('local/tool.nix', taking);
      assert.equal(more, await instantiated('tools.inner', folder));
    });

    it('the same of a file that ends in no builder that it is given', async () => {
      const { uri } = await client.file('local/plain.nix', plain);
      await client.open(uri, plain);
      assert.equal(await drawn(uri, 1), await instantiated('plains.inner', folder));
      const edited = plain.replace('"plain"', '"other"');
      await client.change(uri, 2, edited);
      const other = await drawn(uri, 2);
      await client.file('local/plain.nix', edited);
      assert.equal(other, await instantiated('plains.inner', folder));
    });

    it('nothing where the call hangs on what a function is called with', async () => {
      const { uri } = await client.file('deep/tool.nix', greeter);
      await client.file(
        'deep/default.nix',
        'let set = import ../. { }; made = greeting: set.callPackage ./tool.nix { inherit greeting; }; in { all = map made [ "a" ]; }\n',
      );
      await client.open(uri, greeter);
      assert.equal(await drawn(uri, 1), null);
      assert.deepEqual(client.published(uri), []);
    });
  });

  it('without the arguments that nobody gives, which are told; those of the settings count from then on', async () => {
    const text =
      '{ version, flags ? [ ] }: derivation { name = "a-${version}"; builder = "/bin/sh"; system = "x"; }\n';
    const { uri } = await client.file('alone/tool.nix', text);
    await client.open(uri, text);
    assert.equal(await drawn(uri, 1), null);
    const kind = () => client.kinds.findLast((params) => params.uri === uri);
    await until('what is missing', () => kind()?.missing !== undefined);
    assert.deepEqual(kind()?.missing, ['version']);
    const settings = {
      evaluation: { debounceMs: 50, arguments: { 'alone/tool.nix': { version: '"1." + "0"' } } },
    };
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { phasewise: settings },
    });
    await until('the derivation', () => client.drawing(uri)?.derivations[0]?.drvPath != null);
    assert.match(client.drawing(uri)?.derivations[0]?.drvPath ?? '', /-a-1\.0\.drv$/);
    await until('that nothing is missing', () => kind()?.missing === undefined);
    await client.change(uri, 2, text.replace('"a-', '"b-'));
    assert.match((await drawn(uri, 2)) ?? '', /-b-1\.0\.drv$/);
  });
});
