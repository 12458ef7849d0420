/** What values tell in a flake and in a package that it calls, over real Nix: of its locked inputs, without a search path. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type {
  CompletionItem,
  CompletionList,
  Hover,
  Location,
  MarkupContent,
} from 'vscode-languageserver/node';
import { explainRequest } from '../../server/src/protocol/valueMessages';
import { LineIndex } from '../../server/src/syntax/lineIndex';
import { atCursor } from '../support/cursor';
import { nixConfig } from '../support/nixEnvironment';
import { pause, TestClient } from './testClient';

const systems = '[ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ]';
/** As small as what flakes take from nixpkgs can be; a function of `system` as well. */
const set = `{ system ? builtins.currentSystem, overlays ? [ ] }:
let
  callPackage = f: args: import f (builtins.intersectAttrs (builtins.functionArgs (import f)) self // args);
  self = {
    inherit callPackage system;
    lib = import ./lib.nix;
    mkShell = attrs: derivation ({ name = "shell"; inherit system; builder = "/bin/sh"; } // attrs);
    stdenv.mkDerivation = self.mkShell;
    greeter = self.mkShell { name = "greeter-2.1"; pname = "greeter"; version = "2.1"; };
    greetings.en = "hi";
    onlyHere = { inside = 1; };
  };
in
builtins.foldl' (before: overlay: before // overlay self before) self overlays
`;
const lib = `{
  systems = ${systems};
  genAttrs = names: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
}
`;
const nixpkgs = `{
  outputs = { self }: let lib = import ./lib.nix; in {
    inherit lib;
    legacyPackages = lib.genAttrs lib.systems (system: import ./. { inherit system; });
  };
}
`;
const utils = `{
  outputs = { self }: {
    lib.eachDefaultSystem = f: builtins.listToAttrs
      (map (kind: { name = kind; value = builtins.listToAttrs (map (name: { inherit name; value = (f name).\${kind}; }) ${systems}); })
        (builtins.attrNames (f "x86_64-linux")));
  };
}
`;

describe('values in a flake, over real Nix', function () {
  this.timeout(60_000);
  let client: TestClient;
  let inputs = '';

  before(async () => {
    client = await TestClient.overNix();
    await client.file('nixpkgs/default.nix', set);
    await client.file('nixpkgs/lib.nix', lib);
    await client.file('nixpkgs/flake.nix', nixpkgs);
    await client.file('utils/flake.nix', utils);
    inputs = `inputs.nixpkgs.url = "path:${join(client.folder, 'nixpkgs')}"; inputs.flake-utils.url = "path:${join(client.folder, 'utils')}";`;
    await client.file('app/flake.nix', flake('{ self, nixpkgs, flake-utils }: { }'));
    await lock('app');
  });
  after(() => client.end());

  const flake = (outputs: string): string => `{\n  ${inputs}\n  outputs = ${outputs};\n}\n`;
  const lock = (folder: string) => {
    const features = ['--extra-experimental-features', 'nix-command flakes'];
    const args = [...features, 'flake', 'lock', `path:${join(client.folder, folder)}`];
    return promisify(execFile)('nix', args, { env: { ...process.env, NIX_CONFIG: nixConfig } });
  };

  /** In the flake whose inputs are locked, unsaved: what is on the disk stays as it is. */
  async function opened(withCursor: string, name: string) {
    const { text, offset } = atCursor(withCursor);
    const { uri } = await client.file(name);
    await client.open(uri, text);
    const position = new LineIndex(text).positionAt(offset);
    const ask = <T>(method: string): Promise<T> =>
      client.connection.sendRequest<T>(`textDocument/${method}`, { textDocument: { uri }, position });
    return { uri, text, ask, close: () => client.close(uri) };
  }

  async function completed(withCursor: string, name = 'app/flake.nix'): Promise<ReadonlySet<string>> {
    const { ask, close } = await opened(withCursor, name);
    try {
      for (let tries = 0; tries < 100; tries++) {
        const told = await ask<CompletionList | CompletionItem[]>('completion');
        if (Array.isArray(told)) return new Set(told.map(({ label }) => label));
        await pause(50);
      }
      throw new Error('never complete');
    } finally {
      await close();
    }
  }
  async function has(withCursor: string, ...names: readonly string[]): Promise<void> {
    const all = await completed(withCursor);
    assert.deepEqual(
      names.filter((name) => !all.has(name)),
      [],
      withCursor,
    );
  }

  it('names of the packages that its inputs have, in every usual shape', async () => {
    const shell = (pkgs: string, uses: string) => `let pkgs = ${pkgs}; in { x = ${uses}; }`;
    const list = 'pkgs.mkShell { packages = with pkgs; [ | ]; }';
    await has(
      flake(`{ self, nixpkgs, ... }: ${shell('nixpkgs.legacyPackages.x86_64-linux', list)}`),
      'greeter',
    );
    await has(
      flake(`{ nixpkgs, ... }: ${shell('import nixpkgs { system = "x86_64-linux"; }', 'pkgs.|')}`),
      'greeter',
    );
    await has(flake('inputs@{ nixpkgs, ... }: { x = inputs.nixpkgs.legacyPackages.|; }'), 'x86_64-linux');
    await has(flake('inputs: { x = inputs.nixpkgs.lib.|; }'), 'genAttrs');
    await has(flake('{ self, nixpkgs, ... }: { x = nixpkgs.lib.|; }'), 'genAttrs');
    await has(
      flake(
        `{ nixpkgs, flake-utils, ... }: flake-utils.lib.eachDefaultSystem (system: ${shell('import nixpkgs { inherit system; }', list)})`,
      ),
      'greeter',
    );
    await has(
      flake(
        `{ nixpkgs, ... }: let forAllSystems = nixpkgs.lib.genAttrs ${systems}; in { x = forAllSystems (system: ${shell('nixpkgs.legacyPackages.${system}', 'pkgs.|')}); }`,
      ),
      'greeter',
    );
    await has(
      flake(
        '{ nixpkgs, ... }: let each = f: nixpkgs.lib.genAttrs [ ] (system: f nixpkgs.legacyPackages.${system}); in { x = each (pkgs: pkgs.|); }',
      ),
      'greeter',
    );
    await has(
      flake(
        `{ nixpkgs, ... }: ${shell('import nixpkgs { overlays = [ (final: prev: { mine = 1; }) ]; }', 'pkgs.|')}`,
      ),
      'mine',
    );
  });

  it('of itself, as it is saved; and what else its outputs may take', async () => {
    await has(flake('{ self, nixpkgs, flake-utils }: { x = self.|; }'), 'inputs', 'outPath');
    const arguments_ = await completed(flake('{ self, | }: { }'));
    assert.ok(arguments_.has('nixpkgs') && arguments_.has('flake-utils') && !arguments_.has('greeter'));
  });

  it('a hover, a definition and the selection’s value', async () => {
    const text = flake(
      '{ self, nixpkgs, ... }: let pkgs = nixpkgs.legacyPackages.x86_64-linux; in { x = pkgs.greet|er; }',
    );
    const package_ = await opened(text, 'app/flake.nix');
    const hover = await package_.ask<Hover | null>('hover');
    assert.match((hover?.contents as MarkupContent | undefined)?.value ?? '', /\*\*greeter\\-2\.1\*\*/);
    const [place] = await package_.ask<Location[]>('definition');
    assert.match(place?.uri ?? '', /-source\/default\.nix$/);
    const start = package_.text.indexOf('pkgs.greeter');
    const end = start + 'pkgs.greeter'.length;
    const range = new LineIndex(package_.text).rangeOf({ start, end });
    const told = await client.connection.sendRequest(explainRequest, {
      uri: package_.uri,
      range,
      about: 'value',
    });
    assert.match(told.text, /name = "greeter-2\.1"/);
    await package_.close();
    const input = await opened(flake('{ self, nixp|kgs }: nixpkgs'), 'app/flake.nix');
    const ofInput = await input.ask<Hover | null>('hover');
    assert.match((ofInput?.contents as MarkupContent | undefined)?.value ?? '', /<flake legacyPackages lib>/);
    await input.close();
  });

  it('a package is completed from the set of the flake that calls it, with the arguments that are written there', async () => {
    await client.file('app/pkg/package.nix', '{ stdenv }: stdenv.mkDerivation { name = "p"; }\n');
    const outputs =
      '{ nixpkgs, ... }: let pkgs = import nixpkgs { overlays = [ (import ./overlay.nix) ]; }; special.deep = 1; in { packages.x86_64-linux.p = pkgs.callPackage ./pkg/package.nix { inherit special; }; }';
    await client.file('app/overlay.nix', 'final: prev: { ofOverlay = { far = 1; }; }\n');
    await client.file('app/flake.nix', flake(outputs));
    const of = (text: string) => completed(text, 'app/pkg/package.nix');
    const arguments_ = await of('{ stdenv, | }: stdenv.mkDerivation { name = "p"; }');
    assert.ok(arguments_.has('greeter') && arguments_.has('ofOverlay'));
    assert.ok((await of('{ special }: special.|')).has('deep'));
    assert.ok((await of('{ ofOverlay }: ofOverlay.|')).has('far'));
    assert.ok((await of('{ onlyHere }: onlyHere.|')).has('inside'));
  });

  it('an input that is locked anew is what counts from then on', async () => {
    await client.file('later/default.nix', '{ }');
    await client.file('later/flake.nix', '{ outputs = { self }: { before = 1; }; }');
    const url = `path:${join(client.folder, 'later')}`;
    const text = (use: string) =>
      `{ inputs.later.url = "${url}"; outputs = { self, later }: { x = ${use}; }; }`;
    await client.file('relocked/flake.nix', text('1'));
    assert.ok(!(await completed(text('later.|'), 'relocked/flake.nix')).has('before'), 'it has no lock yet');
    await lock('relocked');
    assert.ok((await completed(text('later.|'), 'relocked/flake.nix')).has('before'));
    // What was read is looked at a moment after the answer.
    await pause(500);
    await client.file('later/flake.nix', '{ outputs = { self }: { after = 1; }; }');
    await rm(join(client.folder, 'relocked/flake.lock'));
    await lock('relocked');
    await pause(500);
    assert.ok((await completed(text('later.|'), 'relocked/flake.nix')).has('after'));
  });
});
