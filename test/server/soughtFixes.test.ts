/** What no package of a large set is known to bring: looked for in the background, over real Nix. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { CodeAction } from 'vscode-languageserver/node';
import { buildRequest } from '../../server/src/protocol/messages';
import { nixConfig } from '../support/nixEnvironment';
import { TestClient, until } from './testClient';

const pkgs = join(__dirname, '../../examples/pkgs');
const unique = `${Date.now()}-${process.pid}`;
/** The program is that of a package whose name does not tell; another ends any evaluation. */
const set = `let
  base = import ${pkgs} { };
  plain = name: meta: { type = "derivation"; inherit name meta; pname = name; };
  many = builtins.listToAttrs (builtins.genList (n: { name = "z\${toString n}"; value = plain "z\${toString n}" { }; }) 2500);
  pkgs = many // base // {
    callPackage = base.lib.callPackageWith pkgs;
    hidden = plain "hidden" { mainProgram = "frob-${unique}"; };
    aborting = abort "no";
  };
in pkgs
`;
const text = `{ pkgs ? import ./set.nix }:\n\npkgs.callPackage\n  ({ stdenv }:\n\n  stdenv.mkDerivation {\n    name = "sought-${unique}";\n    dontUnpack = true;\n    installPhase = "frob-${unique} > $out";\n  }) { }\n`;

describe('a program that no name of a large package set tells of', function () {
  this.timeout(120_000);

  const opened = async (settings: Readonly<Record<string, unknown>>) => {
    const client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig },
      { inWorkspace: true, settings: { builds: { replay: 'off', ...settings } } },
    );
    await client.file('set.nix', set);
    const { uri } = await client.file('default.nix', text);
    await client.open(uri, text);
    const problem = (): string => {
      const message = client.published(uri)?.find(({ source }) => source === 'build')?.message;
      return typeof message === 'string' ? message : '';
    };
    const build = () =>
      client.connection.sendRequest(buildRequest, { uri, attr: '', rebuild: false, keepFailed: false });
    const fixes = async (): Promise<readonly string[]> => {
      const all = { start: { line: 0, character: 0 }, end: { line: 90, character: 0 } };
      const params = { textDocument: { uri }, range: all, context: { diagnostics: [], only: ['quickfix'] } };
      const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', params);
      return actions.map(({ title }) => title);
    };
    return { client, uri, problem, build, fixes };
  };

  it('is looked for, and its package offered when it is found; the next failure has it at once', async () => {
    const { client, problem, build, fixes } = await opened({});
    try {
      const first = await build();
      assert.equal(first?.failure?.sought?.kind, 'command');
      assert.deepEqual(first.failure.edits, []);
      await until('the fix', () => problem().includes('Add hidden to nativeBuildInputs.'), 90_000);
      assert.ok((await fixes()).includes('Add hidden to nativeBuildInputs'));
      assert.equal((await build())?.failure?.fixTitle, 'Add hidden to nativeBuildInputs');
    } finally {
      await client.end();
    }
  });

  it('is not looked for where the settings say so', async () => {
    const { client, problem, build, fixes } = await opened({ lookThroughPackages: false });
    try {
      await build();
      await until('the failure', () => problem() !== '');
      assert.doesNotMatch(problem(), /Looking through/);
      assert.deepEqual(
        (await fixes()).filter((title) => title.startsWith('Add')),
        [],
      );
    } finally {
      await client.end();
    }
  });
});
