/** What values tell while one types, over real Nix and the package set of the examples. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  CompletionItem,
  CompletionList,
  Hover,
  Location,
  InlayHint,
  MarkupContent,
  SignatureHelp,
} from 'vscode-languageserver/node';
import { trustNotification } from '../../server/src/protocol/messages';
import { explainRequest, type ExplainParams } from '../../server/src/protocol/valueMessages';
import { LineIndex } from '../../server/src/syntax/lineIndex';
import { atCursor } from '../support/cursor';
import { readProc } from '../support/processes';
import { nixConfig } from '../support/nixEnvironment';
import { pause, TestClient } from './testClient';

const examples = join(__dirname, '../../examples');

describe('answers from values, over real Nix', function () {
  this.timeout(60_000);
  let client: Awaited<ReturnType<typeof TestClient.spawned>>;
  let files = 0;
  let packages: string;

  const start = (options: { readonly trusted?: boolean } = {}, more: Readonly<Record<string, string>> = {}) =>
    TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig, NIX_PATH: `nixpkgs=${packages}`, ...more },
      { settings: { evaluation: { debounceMs: 50 } }, inWorkspace: true, ...options },
    );
  before(async () => {
    packages = await mkdtemp(join(tmpdir(), 'phasewise-values-'));
    // What the texts alone do not tell.
    await writeFile(
      join(packages, 'default.nix'),
      `{ }: builtins.mapAttrs (_: value: value) (import ${examples}/pkgs { })\n`,
    );
    client = await start();
  });
  after(async () => {
    await client.end();
    await rm(packages, { recursive: true, force: true });
  });

  async function opened(withCursor: string, name = `${files++}.nix`, to: TestClient = client) {
    const { text, offset } = atCursor(withCursor);
    const { uri, file } = await to.file(name, text);
    await to.open(uri, text);
    const position = new LineIndex(text).positionAt(offset);
    const ask = <T>(method: string): Promise<T> =>
      to.connection.sendRequest<T>(`textDocument/${method}`, { textDocument: { uri }, position });
    return { uri, file, ask };
  }

  /** Asks again while the answer may become more, as an editor does. */
  async function completed(
    withCursor: string,
    name?: string,
    to = client,
  ): Promise<readonly CompletionItem[]> {
    const { ask } = await opened(withCursor, name, to);
    for (let tries = 0; tries < 100; tries++) {
      const told = await ask<CompletionList | CompletionItem[]>('completion');
      if (Array.isArray(told)) return told;
      await pause(50);
    }
    throw new Error('never complete');
  }
  const labels = (items: readonly CompletionItem[]): ReadonlySet<string> =>
    new Set(items.map(({ label }) => label));
  const has = (items: readonly CompletionItem[], ...names: readonly string[]): void => {
    const all = labels(items);
    assert.deepEqual(
      names.filter((name) => !all.has(name)),
      [],
    );
  };

  async function hovered(withCursor: string, name?: string): Promise<string> {
    const { ask } = await opened(withCursor, name);
    const hover = await ask<Hover | null>('hover');
    return (hover?.contents as MarkupContent | undefined)?.value ?? '';
  }

  it('members of an argument that the settings give', async () => {
    await client.file('mylib.nix', '{ }: builtins.mapAttrs (_: value: value) { twice = x: x + x; }');
    const given = {
      'given.nix': { mylib: 'import ./mylib.nix { }', broken: '(', pkgs: '{ onlyThis = 1; }' },
    };
    const settings = { evaluation: { debounceMs: 50, arguments: given } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings });
    has(await completed('{ mylib, ... }: mylib.|', 'given.nix'), 'twice');
    has(await completed('{ mylib ? { }, ... }: with mylib; [ tw|', 'given.nix'), 'twice');
    has(await completed('{ pkgs }: pkgs.|', 'given.nix'), 'onlyThis');
    has(await completed('{ stdenv, my| }: stdenv.mkDerivation { }', 'given.nix'), 'mylib', 'bignum');
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { evaluation: { debounceMs: 50 } },
    });
  });

  it('names of sets, of a set in a set, of `with`, of what a function is given', async () => {
    has(await completed('let pkgs = import <nixpkgs> { }; in { x = pkgs.|; }'), 'bignum', 'lineread', 'lib');
    has(await completed('let pkgs = import <nixpkgs> { }; in pkgs.lib.|'), 'hasSuffix', 'licenses');
    has(await completed('let pkgs = import <nixpkgs> { }; in { i = with pkgs; [ big|'), 'bignum');
    has(
      await completed('{ lib, stdenv }:\nstdenv.mkDerivation {\n  name = "x";\n  y = lib.|\n}'),
      'hasSuffix',
    );
    has(
      await completed(
        '{ pkgs ? (let n = builtins.tryEval <nixpkgs>; in if n.success then import n.value { } else { }) }: pkgs.|',
      ),
      'bignum',
    );
    has(await completed('final: prev: { x = prev.|; }'), 'bignum');
    has(await completed('{ stdenv, | }: stdenv.mkDerivation { name = "x"; }'), 'bignum', 'fetchurl');
    has(await completed('with import <nixpkgs> { }; fetchurl { url = "x"; | }'), 'hash');
  });

  it('in a list of a package, what it does not take yet, with the edit that makes it take it', async () => {
    const text = '{ lib, stdenv }:\nstdenv.mkDerivation {\n  name = "x";\n  buildInputs = [ big| ];\n}\n';
    const item = (await completed(text)).find(({ label }) => label === 'bignum');
    assert.deepEqual(
      item?.additionalTextEdits?.map(({ newText, range }) => [newText, range.start]),
      [[', bignum', { line: 0, character: 13 }]],
    );
  });

  it('an item tells what it is when it is looked at', async () => {
    const items = await completed('let pkgs = import <nixpkgs> { }; in pkgs.bi|');
    const item = items.find(({ label }) => label === 'bignum');
    const resolved = await client.connection.sendRequest<CompletionItem>('completionItem/resolve', item);
    assert.equal(resolved.detail, '1.0');
    assert.match((resolved.documentation as MarkupContent).value, /Powers of whole numbers/);
  });

  it('names of the set that calls the file come first', async () => {
    await client.file(
      'set/default.nix',
      `{ }: let
        callPackage = f: a: import f (builtins.intersectAttrs (builtins.functionArgs (import f)) self // a);
        self = { inherit callPackage; ownTool = { inside = 1; }; made = callPackage ./made.nix { special.deep = 1; }; };
      in self`,
    );
    has(await completed('{ ownTool, | }: { x = ownTool; }', 'set/made.nix'), 'made', 'callPackage');
    has(await completed('{ ownTool }: { x = ownTool.|; }', 'set/made.nix'), 'inside');
    has(await completed('{ special }: { x = special.|; }', 'set/made.nix'), 'deep');
  });

  it('what changed on the disk is seen', async () => {
    const { file } = await client.file('changing.nix', '{ before = 1; }');
    has(await completed(`(import ${file}).|`), 'before');
    await client.file('changing.nix', '{ after = 1; }');
    await pause(500);
    has(await completed(`(import ${file}).|`), 'after');
  });

  it('a value that cannot be had leaves what the text tells, and the next question is answered', async () => {
    const items = await completed('let a = { b = 1; }; broken = a.missing; in broken.|');
    assert.equal(labels(items).has('b'), false);
    await completed('(builtins.abort "no").|');
    await completed('let x = x; in x.|');
    has(await completed('let pkgs = import <nixpkgs> { }; in pkgs.|'), 'bignum');
  });

  it('an evaluator that is killed is no answer', async function () {
    if (process.platform !== 'linux') this.skip();
    has(await completed('let pkgs = import <nixpkgs> { }; in pkgs.|'), 'bignum');
    const server = String(client.server.pid);
    const own = readdirSync('/proc').filter(
      (pid) =>
        /^\d+$/.test(pid) &&
        readProc(pid, 'cmdline').includes('values.nix') &&
        /^PPid:\s*(\d+)/m.exec(readProc(pid, 'status'))?.[1] === server,
    );
    assert.equal(own.length, 1);
    process.kill(Number(own[0]), 'SIGKILL');
    has(await completed('let pkgs = import <nixpkgs> { }; in (pkgs.bignum).|'), 'drvPath', 'overrideAttrs');
  });

  it('a hover tells what a package is, and where it is written', async () => {
    const text = await hovered('let pkgs = import <nixpkgs> { }; in pkgs.big|num');
    assert.match(text, /\*\*bignum\\-1\.0\*\* · (?:not )?built/);
    assert.match(text, /Powers of whole numbers/);
    assert.match(text, /- out: `\/nix\/store\/[^`]+-bignum-1\.0`/);
    assert.match(text, /defined in \[.*bignum\/default\\?\.nix:\d+\]/);
    assert.match(await hovered('with import <nixpkgs> { }; [ line|read ]'), /\*\*lineread/);
    const local = await hovered('let p = (import <nixpkgs> { }).bignum; in p|');
    assert.match(local, /\*\*bignum/);
    assert.match(local, /bound by `let`/);
  });

  it('of any other value its kind and a short form; of a function what it takes', async () => {
    assert.match(
      await hovered('let a = { n = 1 + 1; l = [ 1 "x" ]; }; in a|'),
      /\{ l = \[ 1 "x" \]; n = 2; \}/,
    );
    assert.match(await hovered('(import <nixpkgs> { }).fetch|url'), /\{ hash \? ….*url.*\}: …/s);
    const text = await hovered('(import <nixpkgs> { }).lib.has|Suffix');
    assert.match(text, /hasSuffix suffix string/);
    assert.match(text, /defined in \[.*lib\\?\.nix:25\]/);
  });

  it('a definition is the file that callPackage reads, and of the library its attribute', async () => {
    const pkgs = await opened('let pkgs = import <nixpkgs> { }; in pkgs.big|num');
    const [place] = await pkgs.ask<Location[]>('definition');
    assert.match(place?.uri ?? '', /examples\/pkgs\/bignum\/default\.nix$/);
    const formal = await opened('{ big|num, stdenv }: stdenv.mkDerivation { x = bignum; }');
    const [other] = await formal.ask<Location[]>('definition');
    assert.match(other?.uri ?? '', /examples\/pkgs\/bignum\/default\.nix$/);
    const lib = await opened('{ lib }: lib.has|Suffix');
    const [function_] = await lib.ask<Location[]>('definition');
    assert.match(function_?.uri ?? '', /examples\/pkgs\/lib\.nix$/);
    assert.equal(function_?.range.start.line, 24);
  });

  it('what a function takes, from its value, and from its text where Nix says that it is written', async () => {
    const signature = async (withCursor: string): Promise<readonly [string, number | null | undefined]> => {
      const { ask } = await opened(withCursor);
      const help = await ask<SignatureHelp | null>('signatureHelp');
      return [help?.signatures[0]?.label ?? '', help?.activeParameter];
    };
    const set = await signature('let pkgs = import <nixpkgs> { }; in pkgs.fetchurl { url| = 1; }');
    assert.deepEqual(set, ['{ hash ? …, name ? …, sha256 ? …, url }', 3]);
    assert.deepEqual(await signature('{ pkgs }: pkgs.lib.hasSuffix "x" |'), ['hasSuffix suffix string', 1]);
    const inBash = "{ pkgs }: pkgs.stdenv.mkDerivation { name = \"x\"; buildPhase = ''\n  echo | a\n''; }";
    assert.deepEqual(await signature(inBash), ['', undefined], 'nothing pops up over bash');
  });

  it('versions stand beside the packages of a list when that is wished', async () => {
    const settings = { evaluation: { debounceMs: 50 }, inlayHints: { packageVersions: true } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings });
    const text = 'with import <nixpkgs> { }; { a = [ bignum lib.licenses (1 + 1) 2 ]; }';
    const { uri } = await client.file(`${files++}.nix`, text);
    await client.open(uri, text);
    const range = new LineIndex(text).rangeOf({ start: 0, end: text.length });
    const asked = () =>
      client.connection.sendRequest<InlayHint[]>('textDocument/inlayHint', { textDocument: { uri }, range });
    let hints = await asked();
    for (let tries = 0; tries < 100 && hints.length === 0; tries++) hints = await asked();
    assert.deepEqual(
      hints.map(({ label, position }) => [label, position.character]),
      [['1.0', text.indexOf('bignum') + 'bignum'.length]],
    );
  });

  it('an expression is evaluated, and explained with what is in scope there', async () => {
    const explained = async (
      text: string,
      selected: string,
      about: ExplainParams['about'],
    ): Promise<string> => {
      const { uri } = await client.file(`${files++}.nix`, text);
      await client.open(uri, text);
      const start = text.indexOf(selected);
      const range = new LineIndex(text).rangeOf({ start, end: start + selected.length });
      return (await client.connection.sendRequest(explainRequest, { uri, range, about })).text;
    };
    const set = await explained(
      'let a = 1; in x: { b = [ a 2 ]; "c d" = { }; }',
      '{ b = [ a 2 ]; "c d" = { }; }',
      'value',
    );
    assert.equal(set, '# { b = [ a 2 ]; "c d" = { }; }\n{\n  b = [\n    1\n    2\n  ];\n  "c d" = { };\n}\n');
    assert.match(
      await explained('{ a = builtins.head [ ]; }', 'builtins.head [ ]', 'value'),
      /^# builtins\.head \[ \]\n# [^\n]*(?:empty list|out of bounds)[^\n]*\n$/,
    );
    const scopes = await explained(
      'with rec { pkgs = import <nixpkgs> { }; };\nlet x = 1; in pkgs.bignum',
      'pkgs.bignum',
      'meaning',
    );
    assert.match(scopes, /Takes an attribute of a set/);
    assert.match(scopes, /\*\*bignum/);
    assert.match(scopes, /- line 2, `let`: `x`\n\n- line 1, with rec .*: `pkgs`/);
    assert.match(await hovered('wi|th rec { pkgs = 1; b = 2; }; pkgs'), /brings into scope: `b`, `pkgs`/);
    const own = client.connection.sendRequest(explainRequest, {
      uri: 'file:///none.nix',
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      about: 'value',
    });
    await assert.rejects(own, /No expression stands here/);
  });

  it('where temporary files have names that are no paths of Nix’s language', async () => {
    const temporary = join(packages, 'a "b" ${c} d');
    await mkdir(temporary);
    const other = await start({}, { TMPDIR: temporary });
    try {
      has(await completed('let pkgs = import <nixpkgs> { }; in pkgs.|', 'a.nix', other), 'bignum');
    } finally {
      await other.end();
      await rm(other.folder, { recursive: true, force: true });
    }
  });

  it('nothing is evaluated in an untrusted workspace', async () => {
    const stranger = await start({ trusted: false });
    try {
      const { ask } = await opened('let pkgs = import <nixpkgs> { }; in pkgs.|', 'a.nix', stranger);
      const items = await ask<CompletionItem[]>('completion');
      assert.equal(labels(items).has('bignum'), false);
      await stranger.connection.sendNotification(trustNotification, { trusted: true });
      has(await completed('let pkgs = import <nixpkgs> { }; in pkgs.|', 'b.nix', stranger), 'bignum');
    } finally {
      await stranger.end();
      await rm(stranger.folder, { recursive: true, force: true });
    }
  });
});
