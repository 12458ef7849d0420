/** A workspace of several folders with settings of their own, over real Nix. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompletionItem, CompletionList, Hover, Location } from 'vscode-languageserver/node';
import { buildRequest, runRequest } from '../../server/src/protocol/messages';
import { LineIndex } from '../../server/src/syntax/lineIndex';
import { atCursor } from '../support/cursor';
import { nixConfig } from '../support/nixEnvironment';
import { pause, TestClient, until } from './testClient';

const examples = join(__dirname, '../../examples');
const workspaceSettings = { evaluation: { debounceMs: 50 } };
const tool = `{ stdenv, word }: stdenv.mkDerivation {
  name = "tool-\${word}";
  dontUnpack = true;
  buildPhase = "echo built with \${word}";
  installPhase = "echo \${word} > $out";
}
`;

describe('a workspace of two folders with different search paths, over real Nix', function () {
  this.timeout(60_000);
  let client: TestClient;
  let sets: string;

  /** A package set in which `word` tells which one it is, and `only…` is nowhere else. */
  const packageSet = async (word: string): Promise<void> => {
    await mkdir(join(sets, word), { recursive: true });
    const own = `word = "${word}"; only${word} = pkgs.stdenv.mkDerivation { name = "only${word}-1.0"; };`;
    await writeFile(
      join(sets, word, 'default.nix'),
      `{ }: let pkgs = import ${examples}/pkgs { }; self = pkgs // { ${own} callPackage = pkgs.lib.callPackageWith self; }; in self\n`,
    );
  };
  const searching = (word: string, evaluation = {}) => ({
    nix: { searchPath: [`nixpkgs=${sets}/${word}`] },
    evaluation,
  });
  const configure = (folders: Readonly<Record<string, unknown>>): Promise<void> =>
    client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { phasewise: client.withFolders(workspaceSettings, folders) },
    });

  beforeEach(async () => {
    sets = await mkdtemp(join(tmpdir(), 'phasewise-sets-'));
    for (const word of ['one', 'two', 'three']) await packageSet(word);
    client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig, NIX_PATH: '' },
      { settings: workspaceSettings, folders: { a: searching('one'), ab: searching('two') } },
    );
  });
  afterEach(async () => {
    await client.end();
    await rm(sets, { recursive: true, force: true });
  });

  const opened = async (name: string, withCursor = tool) => {
    const { text, offset } = withCursor.includes('|')
      ? atCursor(withCursor)
      : { text: withCursor, offset: 0 };
    const { uri } = await client.file(name, text);
    await client.open(uri, text);
    const position = new LineIndex(text).positionAt(offset);
    const ask = <T>(method: string): Promise<T> =>
      client.connection.sendRequest<T>(`textDocument/${method}`, { textDocument: { uri }, position });
    return { uri, ask };
  };
  const nameDrawn = (uri: string): string | null => {
    const drawing = client.drawing(uri);
    return drawing?.busy === false ? (drawing.derivations[0]?.name ?? null) : null;
  };
  const drawn = (uri: string, name: string): Promise<void> =>
    until(`${name}, and not ${nameDrawn(uri)}`, () => nameDrawn(uri) === name);
  const hovered = async (withCursor: string, name: string): Promise<string> => {
    const { ask } = await opened(name, withCursor);
    for (let tries = 0; tries < 100; tries++) {
      const told = await ask<Hover | null>('hover');
      if (told !== null) return JSON.stringify(told.contents);
      await pause(50);
    }
    throw new Error('no hover');
  };
  const completed = async (withCursor: string, name: string): Promise<readonly string[]> => {
    const { ask } = await opened(name, withCursor);
    for (let tries = 0; tries < 100; tries++) {
      const told = await ask<CompletionList | CompletionItem[]>('completion');
      if (Array.isArray(told)) return told.map(({ label }) => label);
      await pause(50);
    }
    throw new Error('never complete');
  };

  it('evaluates the files of each with its own, also of one whose name the other begins with', async () => {
    const [a, ab] = [await opened('a/tool.nix'), await opened('ab/tool.nix')];
    await drawn(a.uri, 'tool-one');
    await drawn(ab.uri, 'tool-two');
    const drvPath = (uri: string) => client.drawing(uri)?.derivations[0]?.drvPath;
    assert.notEqual(drvPath(a.uri), drvPath(ab.uri));
    await client.change(a.uri, 2, tool.replace('"tool', '"edited'));
    await drawn(a.uri, 'edited-one');
  });

  it('evaluates a file of neither with the settings of the workspace', async () => {
    const { uri } = await opened('elsewhere/tool.nix');
    await until('its message', () => /needs the arguments/.test(client.drawing(uri)?.message ?? ''));
  });

  it('shows the errors that each has, completes and tells what each has, and leads to it', async () => {
    const text = '(import <nixpkgs> { }).onlyone\n';
    const [a, ab] = [await opened('a/error.nix', text), await opened('ab/error.nix', text)];
    await until('the error', () => (client.published(ab.uri) ?? []).length > 0);
    assert.match(JSON.stringify(client.published(ab.uri)), /onlyone/);
    await drawn(a.uri, 'onlyone-1.0');
    assert.deepEqual(client.published(a.uri), []);
    const asked = 'let pkgs = import <nixpkgs> { }; in { x = pkgs.on|; }';
    assert.ok((await completed(asked, 'a/completed.nix')).includes('onlyone'));
    const ofOther = await completed(asked, 'ab/completed.nix');
    assert.ok(ofOther.includes('onlytwo') && !ofOther.includes('onlyone'));
    assert.match(await hovered('(import <nixpkgs> { }).wo|rd', 'a/hovered.nix'), /one/);
    assert.match(await hovered('(import <nixpkgs> { }).wo|rd', 'ab/hovered.nix'), /two/);
    const { ask } = await opened('ab/path.nix', 'import <nix|pkgs>');
    assert.match(JSON.stringify(await ask<Location[]>('definition')), /\/two\/default\.nix/);
  });

  it('runs and builds a derivation with the search path of its folder', async () => {
    const { uri } = await opened('ab/tool.nix');
    const { phases } =
      (await client.connection.sendRequest(runRequest, {
        ...{ uri, attr: '', selection: 'until', phase: 'buildPhase', fresh: false },
      })) ?? {};
    assert.equal(phases?.find(({ name }) => name === 'buildPhase')?.status, 'ok');
    const output = client.activities.flatMap(({ event }) => (event.type === 'output' ? event.text : []));
    assert.match(output.join(''), /built with two/);
    const built = await client.connection.sendRequest(buildRequest, {
      ...{ uri, attr: '', rebuild: false, keepFailed: false },
    });
    assert.match(built?.outputs['out'] ?? '', /-tool-two$/);
  });

  it('evaluates the files of one folder alone when its settings change', async () => {
    const [a, ab] = [await opened('a/tool.nix'), await opened('ab/tool.nix')];
    await drawn(a.uri, 'tool-one');
    await drawn(ab.uri, 'tool-two');
    const before = client.drawings.filter(({ uri }) => uri === a.uri).length;
    await configure({ a: searching('one'), ab: searching('three') });
    await drawn(ab.uri, 'tool-three');
    assert.equal(client.drawings.filter(({ uri }) => uri === a.uri).length, before);
    await configure({ a: searching('one', { enable: false }), ab: searching('three') });
    await until('the reason', () => /turned off/.test(client.drawing(a.uri)?.message ?? ''));
    await client.change(ab.uri, 2, tool.replace('"tool', '"edited'));
    await drawn(ab.uri, 'edited-three');
  });

  it('takes in a folder that comes, the inner one of nested folders, and leaves one that goes', async () => {
    const { uri } = await opened('a/inner/tool.nix');
    await drawn(uri, 'tool-one');
    const change = (added: readonly string[], removed: readonly string[]) =>
      client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
        event: {
          added: added.map((name) => client.root(name)),
          removed: removed.map((name) => client.root(name)),
        },
      });
    await change(['a/inner'], []);
    await configure({ a: searching('one'), ab: searching('two'), 'a/inner': searching('three') });
    await drawn(uri, 'tool-three');
    await change([], ['a/inner']);
    await drawn(uri, 'tool-one');
  });

  it('reads paths in settings from the folder that has them', async () => {
    const text = '{ version }: derivation { name = "a-${version}"; builder = "/bin/sh"; system = "x"; }\n';
    const given = (version: string) => ({ evaluation: { arguments: { 'alone.nix': { version } } } });
    await configure({ a: given('"1"'), ab: given('"2"') });
    const [a, ab] = [await opened('a/alone.nix', text), await opened('ab/alone.nix', text)];
    await drawn(a.uri, 'a-1');
    await drawn(ab.uri, 'a-2');
  });

  it('says in which folder Nix cannot be used, and shows what can be done in the other', async () => {
    await until('the first status', () => client.statuses.at(-1)?.state === 'ready');
    await configure({ a: searching('one'), ab: { nix: { path: '/nowhere' } } });
    await until('what is wrong', () => /^In ab: /.test(client.statuses.at(-1)?.message ?? ''));
    assert.equal(client.statuses.at(-1)?.state, 'ready');
    const [a, ab] = [await opened('a/tool.nix'), await opened('ab/tool.nix')];
    await drawn(a.uri, 'tool-one');
    const lenses = (ask: <T>(method: string) => Promise<T>) =>
      ask<readonly { readonly command: { readonly command: string } }[]>('codeLens');
    assert.ok((await lenses(a.ask)).some(({ command }) => command.command !== ''));
    assert.ok((await lenses(ab.ask)).every(({ command }) => command.command === ''));
  });
});
