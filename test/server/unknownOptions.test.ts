/** Definitions of options that no module declares, over real Nix and a small module system: where it is sure which options there are, and nowhere else. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeAction, CompletionItem, CompletionList, Diagnostic } from 'vscode-languageserver/node';
import { LineIndex } from '../../server/src/syntax/lineIndex';
import { replaced } from '../../server/src/syntax/replacement';
import { nixConfig } from '../support/nixEnvironment';
import { pause, TestClient, until } from './testClient';

const modules = join(__dirname, '../fixtures/modules');

describe('options that do not exist, over real Nix', function () {
  this.timeout(60_000);
  let client: Awaited<ReturnType<typeof TestClient.spawned>>;

  before(async () => {
    client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig, NIX_PATH: `nixpkgs=${modules}` },
      { settings: { evaluation: { debounceMs: 50 } }, inWorkspace: true },
    );
  });
  after(() => client.end());

  const unknown = (uri: string): readonly Diagnostic[] =>
    (client.published(uri) ?? []).filter(({ code }) => code === 'unknown-option');
  const module = (body: string): string => `{ config, lib, ... }:\n{\n  ${body}\n}\n`;
  async function opened(name: string, text: string): Promise<string> {
    const { uri } = await client.file(name, text);
    await client.open(uri, text);
    return uri;
  }
  /** The texts that are marked, once one of them is as expected. */
  async function marked(name: string, text: string): Promise<readonly string[]> {
    const uri = await opened(name, text);
    await until('something is marked', () => unknown(uri).length > 0);
    const lines = new LineIndex(text);
    return unknown(uri).map(({ range }) =>
      text.slice(lines.offsetAt(range.start), lines.offsetAt(range.end)),
    );
  }
  /** `sentinel` is an option that does not exist and is the last one that is marked. */
  async function markedBut(name: string, body: string): Promise<readonly string[]> {
    const found = await marked(name, module(`${body}\n  services.web.sentinal = 1;`));
    return found.filter((one) => one !== 'sentinal');
  }

  it('are marked at the first name that leads nowhere, with names like it, which a fix writes', async () => {
    const text = module('services.web.enabel = true;\n  services.web.mode = "fast";');
    const uri = await opened('a/configuration.nix', text);
    await until('it is marked', () => unknown(uri).length > 0);
    const [problem] = unknown(uri);
    assert.ok(problem !== undefined);
    assert.equal(
      problem.message,
      "The option `services.web.enabel' does not exist.\nDid you mean `services.web.enable'?",
    );
    assert.equal(problem.severity, 2);
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: problem.range,
      context: { diagnostics: [problem], only: ['quickfix'] },
    });
    const lines = new LineIndex(text);
    const edits = actions.find(({ title }) => title === 'Write `enable`')?.edit?.changes?.[uri] ?? [];
    const fixed = replaced(
      text,
      edits.map(({ range, newText }) => ({
        start: lines.offsetAt(range.start),
        end: lines.offsetAt(range.end),
        newText,
      })),
    );
    assert.equal(fixed, text.replace('enabel', 'enable'));
    await client.change(uri, 2, fixed);
    await until('nothing is marked', () => unknown(uri).length === 0);
  });

  it('are marked in sets, conditions, submodules and lists of them', async () => {
    assert.deepEqual(
      await marked(
        'b/configuration.nix',
        module(`services = {
    wbe.enable = true;
    web = lib.mkIf true {
      hosts."a.b" = { rot = "/"; aliases = [ { nmae = "c"; } ]; };
    };
  };
  servces.web.enable = true;`),
      ),
      ['wbe', 'rot', 'nmae', 'servces'],
    );
  });

  it('are none that the module, or one that it is imported with, declares, also unsaved', async () => {
    await client.file('c/own.nix', '{ lib, ... }: { options.own.tool = lib.mkEnableOption "it"; }\n');
    const found = await markedBut('c/configuration.nix', 'imports = [ ./own.nix ];\n  own.tool = true;');
    assert.deepEqual(found, []);
    const text =
      '{ lib, ... }:\n{\n  options.mine.deep.tool = lib.mkEnableOption "it";\n  config.mine.deep.tool = true;\n  config.mine.deep.tol = true;\n}\n';
    const { uri } = await client.file('d/configuration.nix', '{ }\n');
    await client.open(uri, text);
    await until('one is marked', () => unknown(uri).length > 0);
    assert.deepEqual(
      unknown(uri).map(({ range }) => range.start.line),
      [4],
    );
  });

  it('are none below values of free form, of several types, and of names that are computed', async () => {
    await client.file(
      'e/loose.nix',
      `{ lib, ... }: with lib; with types; { options.loose = {
  settings = mkOption { type = submodule { freeformType = anything; options.known = mkOption { type = str; }; }; };
  free = mkOption { type = anything; };
  either = mkOption { type = either bool (submodule { options.name = mkOption { type = str; }; }); };
}; }\n`,
    );
    const found = await markedBut(
      'e/configuration.nix',
      `imports = [ ./loose.nix ];
  loose = { settings.any.thing = 1; free.more = 1; either.x = 1; };
  services.\${config.x}.y = 1;
  services.web.hosts.a = { imports = [ ]; other = 1; };`,
    );
    assert.deepEqual(found, []);
  });

  it('are not looked for in modules of which it is not known who imports them', async () => {
    const quiet = await opened(
      'f/nixos-part.nix',
      module('services.web.enable = true;\n  sops.secrets.a = { };'),
    );
    const strange = await opened(
      'g/configuration.nix',
      '{ lib, ... }: { vim.enable = true; plugins.x = 1; }\n',
    );
    const other = await opened(
      'h/configuration.nix',
      module('services.web.enabel = true;\n  services.web.mode = "fast";'),
    );
    await until('another is marked', () => unknown(other).length > 0);
    await pause(1000);
    assert.deepEqual([...unknown(quiet), ...unknown(strange)], []);
  });

  it('are those that no configuration of the flake has whose modules bring the file', async () => {
    const configuration = (options: string, file: string): string =>
      `{ options = ${options}; modules = [ ./${file} ]; }`;
    const option = '{ _type = "option"; type.name = "str"; }';
    await client.file(
      'flaked/flake.nix',
      `{ outputs = { self }: { nixosConfigurations = {
  other = ${configuration(`{ only.other = ${option}; }`, 'other.nix')};
  mine = ${configuration(`{ mine.tool = ${option}; }`, 'hosts/mine.nix')};
}; }; }\n`,
    );
    await client.file('flaked/hosts/mine.nix', '{ imports = [ ./part.nix ]; }\n');
    const found = await marked(
      'flaked/hosts/part.nix',
      '{ lib, ... }:\n{\n  config.mine.tool = "a";\n  config.mine.tol = "b";\n  config.only.other = "c";\n}\n',
    );
    assert.deepEqual(found, ['tol', 'only']);
  });

  it('keep no answer waiting while a module system that is slow to evaluate is asked about', async () => {
    const gate = join(client.folder, 'slow/gate');
    await client.file(
      'slow/module.nix',
      'builtins.seq (builtins.readFile ./gate) ({ lib, ... }: { options.slow.tool = lib.mkEnableOption "it"; })\n',
    );
    execFileSync('mkfifo', [gate]);
    const text = module('imports = [ ./module.nix ];\n  slow.tool = true;\n  slow.tol = true;');
    const slow = await opened('slow/configuration.nix', text);
    // Nix reads the other end from here on.
    const reading = await open(gate, 'w');
    try {
      const begin = 'with import ./set.nix; [ ';
      await client.file('elsewhere/set.nix', 'builtins.listToAttrs [ { name = "evaluated"; value = 1; } ]\n');
      const elsewhere = await opened('elsewhere/list.nix', `${begin} ]\n`);
      const complete = () =>
        client.connection.sendRequest<CompletionList | CompletionItem[] | null>('textDocument/completion', {
          textDocument: { uri: elsewhere },
          position: { line: 0, character: begin.length },
        });
      let items: readonly CompletionItem[] = [];
      const deadline = performance.now() + 10_000;
      while (!items.some(({ label }) => label === 'evaluated') && performance.now() < deadline) {
        const told = await complete();
        items = told === null ? [] : 'items' in told ? told.items : told;
        await pause(50);
      }
      assert.ok(items.some(({ label }) => label === 'evaluated'));
      assert.deepEqual(unknown(slow), []);
    } finally {
      // Whoever reads it again finds a plain file.
      await rm(gate);
      await writeFile(gate, '');
      await reading.close();
    }
    await until('it is marked', () => unknown(slow).length > 0);
    assert.equal(unknown(slow)[0]?.range.start.line, 4);
  });

  it('can be told otherwise, or not at all', async () => {
    const text = module('services.web.enabel = true;\n  services.web.mode = "fast";');
    const uri = await opened('i/configuration.nix', text);
    await until('it is marked', () => unknown(uri).length > 0);
    const configure = (more: object): Promise<void> =>
      client.connection.sendNotification('workspace/didChangeConfiguration', {
        settings: { phasewise: { evaluation: { debounceMs: 50 }, ...more } },
      });
    await configure({ checks: { severity: { 'unknown-option': 'off' } } });
    await until('it is not marked', () => unknown(uri).length === 0);
    await configure({});
  });
});
