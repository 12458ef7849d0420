/** What is told of the options of modules while one writes them, over real Nix and a small module system. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type {
  CompletionItem,
  CompletionList,
  Hover,
  Location,
  MarkupContent,
} from 'vscode-languageserver/node';
import { LineIndex } from '../../server/src/syntax/lineIndex';
import { atCursor } from '../support/cursor';
import { nixConfig } from '../support/nixEnvironment';
import { pause, TestClient, until } from './testClient';

const modules = join(__dirname, '../fixtures/modules');
const web = join(modules, 'nixos/modules/web.nix');

describe('options of modules, over real Nix', function () {
  this.timeout(60_000);
  let client: Awaited<ReturnType<typeof TestClient.spawned>>;
  let files = 0;

  const start = (more: object = {}) =>
    TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig, NIX_PATH: `nixpkgs=${modules}:darwin=${modules}/darwin` },
      { settings: { evaluation: { debounceMs: 50, ...more } }, inWorkspace: true },
    );
  before(async () => {
    client = await start();
  });
  after(() => client.end());

  async function opened(withCursor: string, name = `nixos-${files++}.nix`, to: TestClient = client) {
    const { text, offset } = atCursor(withCursor);
    // What is on the disk was saved before.
    const { uri } = await to.file(name, '{ }\n');
    await to.open(uri, text);
    const position = new LineIndex(text).positionAt(offset);
    return <T>(method: string): Promise<T> =>
      to.connection.sendRequest<T>(`textDocument/${method}`, { textDocument: { uri }, position });
  }
  /** Asks again while the answer may become more, as an editor does. */
  async function completed(
    withCursor: string,
    name?: string,
    to = client,
  ): Promise<readonly CompletionItem[]> {
    const ask = await opened(withCursor, name, to);
    for (let tries = 0; tries < 200; tries++) {
      const told = await ask<CompletionList | CompletionItem[]>('completion');
      if (Array.isArray(told)) return told;
      await pause(50);
    }
    throw new Error('never complete');
  }
  const options = (items: readonly CompletionItem[]): readonly string[] =>
    items.flatMap(({ label, data }) =>
      typeof data === 'object' && data !== null && 'option' in data ? [label] : [],
    );
  const values = (items: readonly CompletionItem[]): readonly string[] =>
    items.flatMap(({ label, kind }) => (kind === 20 ? [label] : []));
  async function hovered(withCursor: string, name?: string): Promise<string> {
    const ask = await opened(withCursor, name);
    return ((await ask<Hover | null>('hover'))?.contents as MarkupContent | undefined)?.value ?? '';
  }
  const module = (body: string): string => `{ config, lib, pkgs, ... }:\n{\n  ${body}\n}\n`;

  it('names of options, also half typed, in sets, below any name, in lists, and read from `config`', async () => {
    assert.deepEqual(options(await completed(module('|'))), ['services']);
    assert.deepEqual(options(await completed(module('services.|'))), ['web']);
    assert.deepEqual(options(await completed(module('services.web = { enable = true; | };'))), [
      'broken',
      'hosts',
      'mode',
    ]);
    assert.deepEqual(options(await completed(module('services.web.hosts."a.b".|'))), ['aliases', 'root']);
    assert.deepEqual(options(await completed(module('services.web.hosts.a.aliases = [ { | } ];'))), ['name']);
    assert.deepEqual(options(await completed(module('services.web = lib.mkIf config.services.web.|;'))), [
      'broken',
      'enable',
      'hosts',
      'mode',
    ]);
  });

  it('in a file that looks like none, where a module imports it', async () => {
    await client.file('nixos-top.nix', '{ imports = [ ./plain.nix ]; }\n');
    const text = '{ inputs, pkgs, ... }: {\n  wall = inputs.wall;\n  |\n}\n';
    const { uri } = await client.file('plain.nix', text.replace('|', ''));
    await client.open(uri, text.replace('|', ''));
    await until('its kind', () => client.kinds.findLast((params) => params.uri === uri)?.kind === 'module');
    await client.close(uri);
    const ask = await opened(text, 'plain.nix');
    await until('its kind', () => client.kinds.findLast((params) => params.uri === uri)?.kind === 'module');
    let names: readonly string[] = [];
    for (let tries = 0; tries < 100 && !names.includes('services'); tries++) {
      const told = await ask<CompletionList | CompletionItem[]>('completion');
      names = options(Array.isArray(told) ? told : told.items);
      await pause(50);
    }
    assert.deepEqual(names, ['services']);
  });

  it('what an option may be given', async () => {
    assert.deepEqual(values(await completed(module('services.web.enable = |;'))), ['true', 'false']);
    const mode = await completed(module('services.web.mode = |;'));
    assert.deepEqual(values(mode), ['null', '"fast"', '"safe"']);
    assert.equal(mode.find(({ label }) => label === '"safe"')?.detail, 'default');
  });

  it('an item tells type and description when it is looked at', async () => {
    const item = (await completed(module('services.web.|'))).find(({ label }) => label === 'mode');
    const { detail, documentation } = await client.connection.sendRequest<CompletionItem>(
      'completionItem/resolve',
      item,
    );
    assert.equal(detail, 'null or one of ["fast","safe"]');
    assert.match((documentation as MarkupContent).value, /How `services\.web\.hosts` are served\./);
  });

  it('a hover tells type, description, default, example and where it is declared', async () => {
    const mode = await hovered(module('services.web.mo|de = null;'));
    assert.match(mode, /\*\*services\.web\.mode\*\* · null or one of/);
    assert.match(mode, /Default: `"safe"`/);
    assert.match(mode, /declared in \[.*web\.nix:5\]/);
    assert.match(await hovered(module('services.web.hosts.a.ro|ot = "/";')), /Example: `"\/srv"`/);
    assert.match(await hovered(module('services.w|eb.enable = true;')), /4 options/);
    assert.match(
      await hovered(module('x = config.services.web.en|able;')),
      /Whether to enable the web server\./,
    );
  });

  it('the definition of an option is its declaration', async () => {
    const ask = await opened(module('services.web.en|able = true;'));
    const [found] = await ask<Location[]>('definition');
    assert.equal(found?.uri, `file://${web}`);
    assert.equal(found.range.start.line, 3);
  });

  it('options that the module or one that it is imported with declares', async () => {
    await client.file('top/nixos.nix', '{ ... }:\n{ imports = [ ./own.nix ./uses.nix ]; }\n');
    await client.file(
      'top/own.nix',
      '{ lib, ... }:\n{ options.own.tool = lib.mkEnableOption "the tool"; config = { }; }\n',
    );
    assert.deepEqual(options(await completed(module('own.|'), 'top/uses.nix')), ['tool']);
  });

  it('one whose own modules have no value gets the options of the system', async () => {
    await client.file('bad/nixos.nix', '{ ... }:\n{ imports = [ ./missing.nix ./uses.nix ]; }\n');
    assert.deepEqual(options(await completed(module('services.|'), 'bad/uses.nix')), ['web']);
  });

  it('an option that has no value does not take the others along', async () => {
    assert.equal(
      await hovered(module('services.web.brok|en.x = 1;')).then((text) => text.includes('broken')),
      true,
    );
    assert.deepEqual(options(await completed(module('services.|'))), ['web']);
  });

  it('sets of options that the user names come first', async () => {
    const own = await start({
      moduleOptions: ['{ a.b = { _type = "option"; type.description = "own"; }; }'],
    });
    try {
      assert.deepEqual(options(await completed(module('a.|'), 'own.nix', own)), ['b']);
    } finally {
      await own.end();
    }
  });

  it('options of the configuration of the flake that the module belongs to', async () => {
    await client.file(
      'flaked/flake.nix',
      `{ outputs = { self }: { nixosConfigurations.mine.options = { mine.tool = { _type = "option"; type.description = "own"; }; }; }; }\n`,
    );
    assert.deepEqual(options(await completed(module('mine.|'), 'flaked/hosts/mine.nix')), ['tool']);
    // It has no homes.
    assert.deepEqual(options(await completed(module('home.|'), 'flaked/hosts/home.nix')), []);
  });

  it('options of nix-darwin, by its search path or the configurations of a flake', async () => {
    assert.deepEqual(options(await completed(module('system.defaults.dock.|'), 'darwin-one.nix')), [
      'autohide',
    ]);
    await client.file(
      'mac/flake.nix',
      `{ outputs = { self }: { darwinConfigurations.mac.options = { mac.tool = { _type = "option"; }; }; }; }\n`,
    );
    assert.deepEqual(options(await completed(module('mac.|'), 'mac/darwin/mac.nix')), ['tool']);
  });

  it('of several configurations of a flake, that whose modules bring the file, else the first, else the one that is named', async () => {
    const configuration = (name: string): string =>
      `${name} = { options.which = { ${name} = { _type = "option"; }; }; modules = [ ./hosts/${name}.nix ]; };`;
    await client.file(
      'several/flake.nix',
      `{ outputs = { self }: { nixosConfigurations = { ${configuration('first')} ${configuration('second')} }; }; }\n`,
    );
    await client.file('several/hosts/second.nix', '{ ... }: { imports = [ ../parts/used.nix ]; }\n');
    const which = async (name: string, before = '') =>
      options(await completed(`${before}${module('which.|')}`, `several/parts/${name}`));
    assert.deepEqual(await which('used.nix'), ['second']);
    assert.deepEqual(await which('nixos-other.nix'), ['first']);
    const named = '# phasewise: entry ../flake.nix#nixosConfigurations.second\n';
    assert.deepEqual(await which('nixos-named.nix', named), ['second']);
  });

  it('options that were just written, in the text itself and in another one that is not saved', async () => {
    const declared = 'let what = "it"; in {\n  options.fresh.tool = lib.mkEnableOption what;\n  config';
    assert.deepEqual(
      options(await completed(`{ lib, config, ... }:\n${declared}.fresh.|\n}\n`, 'fresh/own.nix')),
      ['tool'],
    );
    await client.file('fresh/nixos.nix', '{ imports = [ ./declares.nix ./uses.nix ]; }\n');
    const { uri } = await client.file(
      'fresh/declares.nix',
      '{ lib, ... }: { options.old.tool = lib.mkEnableOption "it"; }\n',
    );
    await client.open(
      uri,
      '{ lib, ... }:\n{\n  imports = [ ./more.nix ];\n  options.new.tool = lib.mkEnableOption "it";\n  config.x = \n}\n',
    );
    await client.file('fresh/more.nix', '{ lib, ... }: { options.new.more = lib.mkEnableOption "it"; }\n');
    assert.deepEqual(options(await completed(module('new.|'), 'fresh/uses.nix')), ['more', 'tool']);
    assert.deepEqual(options(await completed(module('old.|'), 'fresh/uses.nix')), []);
  });

  it('options are proposed in modules alone', async () => {
    assert.deepEqual(options(await completed('{ lib }: { a.|', 'plain.nix')), []);
    assert.deepEqual(options(await completed('{ a = { | }; }', 'set.nix')), []);
  });

  it('nothing is asked in a workspace that is not trusted', async () => {
    const untrusted = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig, NIX_PATH: `nixpkgs=${modules}` },
      { inWorkspace: true, trusted: false },
    );
    try {
      assert.deepEqual(options(await completed(module('services.|'), 'nixos.nix', untrusted)), []);
    } finally {
      await untrusted.end();
    }
  });
});
