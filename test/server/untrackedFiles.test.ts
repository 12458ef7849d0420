/** Files that git does not know, in a flake that is evaluated where it is: over real git and real Nix. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CodeAction,
  type Diagnostic,
  DiagnosticSeverity,
  DidChangeWatchedFilesNotification,
  FileChangeType,
} from 'vscode-languageserver/node';
import { nixConfig } from '../support/nixEnvironment';
import { TestClient, until } from './testClient';

const textOf = (message: Diagnostic['message']) => (typeof message === 'string' ? message : message.value);
const range = { start: { line: 0, character: 0 }, end: { line: 90, character: 0 } };
const derivation = (more: string) =>
  `derivation { name = "x"; builder = "/bin/sh"; inherit system; ${more} }`;
const flake = `{
  outputs = { self }:
    let
      forEach = f: builtins.listToAttrs (map (name: { inherit name; value = f (set name); }) [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ]);
      set = system:
        let
          override = f: args: f args // { override = new: override f (args // (if builtins.isFunction new then new args else new)); };
          all = { inherit system; callPackage = path: args: let f = import path; in override f (builtins.intersectAttrs (builtins.functionArgs f) all // args); };
        in
        all;
    in
    {
      packages = forEach (pkgs: {
        default = pkgs.callPackage ./package.nix { };
      });
    };
}
`;

describe('a file that git does not know', function () {
  this.timeout(60_000);
  let client: TestClient;
  let top: string;
  let made = 0;

  before(async () => {
    client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig, NIX_PATH: '' },
      { settings: { evaluation: { debounceMs: 50 } }, inWorkspace: true },
    );
  });
  after(() => client.end());
  beforeEach(() => {
    top = join(client.folder, `flake-${++made}`);
  });

  const git = (...args: string[]) => execFileSync('git', ['-C', top, ...args], { encoding: 'utf8' });
  const uriOf = (name: string) => pathToFileURL(join(top, name)).href;
  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(top, name)), { recursive: true });
    await writeFile(join(top, name), text);
  };
  /** A flake of these files, of which git knows the named ones. */
  const repository = async (files: Readonly<Record<string, string>>, tracked: readonly string[]) => {
    for (const [name, text] of Object.entries({ 'flake.nix': flake, ...files })) await write(name, text);
    git('init', '--quiet');
    git('add', '-f', ...tracked);
  };
  const opened = async (name: string, text: string, version = 1) => {
    await client.open(uriOf(name), text);
    await evaluated(name, version);
  };
  const evaluated = (name: string, version: number) =>
    until('the evaluation', () => {
      const drawing = client.drawing(uriOf(name));
      return drawing?.version === version && !drawing.busy && drawing.derivations[0]?.drvPath != null;
    });
  const told = (name: string) =>
    (client.published(uriOf(name)) ?? [])
      .filter(({ code }) => code === 'untracked-file')
      .map((one) => ({ ...one, message: textOf(one.message) }));
  const fixesOf = (name: string) =>
    client.connection
      .sendRequest<CodeAction[]>('textDocument/codeAction', {
        textDocument: { uri: uriOf(name) },
        range,
        context: { diagnostics: told(name), only: ['quickfix'] },
      })
      .then((all) => all.filter(({ title }) => title.startsWith('Tell git of')));

  it('is told at the path that names it, also while one types, and a quick fix has git know it', async () => {
    const text = `{ system }:\n${derivation('script = ./build.sh; words = import ./words.nix; read = builtins.readFile ./notes.txt;')}\n`;
    const files = { 'package.nix': text, 'build.sh': 'x', 'words.nix': '"a"', 'notes.txt': 'n' };
    await repository(files, ['flake.nix', 'package.nix']);
    await opened('package.nix', text);
    await until('all are told', () => told('package.nix').length === 3);
    const places = told('package.nix').map(({ range: { start, end } }) =>
      (text.split('\n')[start.line] ?? '').slice(start.character, end.character),
    );
    assert.deepEqual(places.sort(), ['./build.sh', './notes.txt', './words.nix']);
    for (const { severity, message, source } of told('package.nix')) {
      assert.deepEqual([severity, source], [DiagnosticSeverity.Warning, 'phasewise']);
      assert.match(message, /^Git does not know .*`nix build` of the flake does not see it/s);
    }

    await client.change(uriOf('package.nix'), 2, `# typed\n${text.replace('"x"', '"y"')}`);
    await evaluated('package.nix', 2);
    await until('they are told of what is typed', () => told('package.nix').length === 3);
    assert.deepEqual(
      told('package.nix').map(({ range: place }) => place.start.line),
      [2, 2, 2],
    );
    await client.change(uriOf('package.nix'), 3, text);
    await evaluated('package.nix', 3);

    for (const name of ['build.sh', 'words.nix', 'notes.txt']) {
      const fix = (await fixesOf('package.nix')).find(({ title }) => title.includes(name));
      assert.equal(fix?.title, `Tell git of ${name} (git add -N)`);
      assert.equal(fix.diagnostics?.length, 1);
      const { command } = fix;
      await client.connection.sendRequest('workspace/executeCommand', {
        ...{ command: command?.command, arguments: command?.arguments },
      });
      await until(
        `${name} is told no longer`,
        () => !told('package.nix').some(({ message }) => message.includes(name)),
      );
    }
    assert.deepEqual(told('package.nix'), []);
    assert.match(git('status', '--porcelain'), /^ A build\.sh$/m);
  });

  it('may be the file itself, or one that git ignores, of which the fix says so', async () => {
    const text = `{ system }: ${derivation('config = import ./local.nix;')}\n`;
    await repository({ 'package.nix': text, 'local.nix': '1', '.gitignore': 'local.nix\n' }, ['flake.nix']);
    await opened('package.nix', text);
    await until('both are told', () => told('package.nix').length === 2);
    const [own, ignored] = [...told('package.nix')].sort(
      (a, b) => a.range.start.character - b.range.start.character,
    );
    assert.match(own?.message ?? '', /^Git does not know package\.nix\./);
    assert.match(ignored?.message ?? '', /^Git does not know local\.nix, as \.gitignore says\./);
    const fixes = await fixesOf('package.nix');
    assert.deepEqual(fixes.map(({ title }) => title).sort(), [
      'Tell git of local.nix (git add -N -f)',
      'Tell git of package.nix (git add -N)',
    ]);
    const { command } = fixes.find(({ title }) => title.includes('local')) ?? {};
    await client.connection.sendRequest('workspace/executeCommand', {
      ...{ command: command?.command, arguments: command?.arguments },
    });
    await until('one is told no longer', () => told('package.nix').length === 1);
    assert.equal(git('ls-files', 'local.nix'), 'local.nix\n');
  });

  it('in a folder that is copied is information, but not when it is ignored', async () => {
    const text = `{ system }: ${derivation('src = ./src;')}\n`;
    const files = {
      'package.nix': text,
      'src/main.c': '',
      'src/new.c': '',
      'src/main.o': '',
      '.gitignore': '*.o',
    };
    await repository(files, ['flake.nix', 'package.nix', 'src/main.c']);
    await opened('package.nix', text);
    await until('it is told', () => told('package.nix').length === 1);
    const [one] = told('package.nix');
    assert.equal(one?.severity, DiagnosticSeverity.Information);
    assert.match(one.message, /^Git does not know all that is in src: new\.c\. It is copied here/);
    assert.equal(one.range.start.character, text.indexOf('./src'));
    assert.deepEqual(
      (await fixesOf('package.nix')).map(({ title }) => title),
      ['Tell git of src/new.c (git add -N)'],
    );
  });

  it('is told where another file names it, and what git learns elsewhere is seen', async () => {
    const text = `{ system }: ${derivation('more = import ./parts;')}\n`;
    const files = {
      'package.nix': text,
      'parts/default.nix': '[\n  (import ./deep.nix)\n]\n',
      'parts/deep.nix': '1',
    };
    await repository(files, ['flake.nix', 'package.nix', 'parts/default.nix']);
    await opened('package.nix', text);
    await until('it is told', () => told('package.nix').length === 1);
    const [related] = told('package.nix')[0]?.relatedInformation ?? [];
    assert.equal(related?.location.uri, uriOf('parts/default.nix'));
    assert.equal(related.location.range.start.line, 1);
    git('add', 'parts/deep.nix');
    await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: uriOf('.git/index'), type: FileChangeType.Changed }],
    });
    await until('it is told no longer', () => told('package.nix').length === 0);
  });

  it('is none where git knows all, where there is no repository, and where git does not answer', async () => {
    const text = `{ system }: ${derivation('config = import ./known.nix;')}\n`;
    const files = { 'package.nix': text, 'known.nix': '1' };
    await repository(files, ['flake.nix', 'package.nix', 'known.nix']);
    await opened('package.nix', text);
    assert.deepEqual(client.published(uriOf('package.nix')), []);

    top = join(client.folder, 'no-repository');
    for (const [name, content] of Object.entries({ 'flake.nix': flake, ...files }))
      await write(name, content);
    await opened('package.nix', text);
    assert.deepEqual(client.published(uriOf('package.nix')), []);

    top = join(client.folder, 'broken-repository');
    for (const [name, content] of Object.entries({ 'flake.nix': flake, ...files }))
      await write(name, content);
    await write('.git', 'gitdir: /nowhere\n');
    await opened('package.nix', text);
    assert.deepEqual(client.published(uriOf('package.nix')), []);
  });
});
