import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  CodeLens,
  CompletionItem,
  DocumentSymbol,
  FoldingRange,
  Hover,
  Location,
  MarkupContent,
} from 'vscode-languageserver/node';
import type { NixProbe } from '../../server/src/nix/nix';
import { FakeEngine } from '../support/fakeEngine';
import { derivationOf, phaseOf } from '../support/modelSamples';
import { TestClient, until } from './testClient';

const text = `stdenv.mkDerivation {
  name = "hello";
  src = ./src;
  preBuild = ''
    runHook postBuild
  '';
  buildPhase = ''
    make
  '';
  checkPhase = "make check";
  postBuild = "true";
}
`;
const missing = { code: 'nix-missing', message: 'Nix was not found.', advice: 'Install Nix.' } as const;
const at = (line: number, start: number, end: number) => ({
  start: { line, character: start },
  end: { line, character: end },
});
const setup = '/nix/store/22222222222222222222222222222222-stdenv/setup';

describe('in the editor', () => {
  let engine: FakeEngine;
  let client: TestClient;
  let file: string;
  let uri: string;

  beforeEach(async () => {
    engine = new FakeEngine();
    // Which Nix there is is not known yet.
    engine.onNix = () => new Promise(() => undefined);
    client = await TestClient.over(engine, {
      capabilities: { workspace: { codeLens: { refreshSupport: true } } },
    });
    ({ file, uri } = await client.file('default.nix', text));
    const attribute = (line: number, name: string) => ({ file, range: at(line, 2, 2 + name.length) });
    const attributes = Object.fromEntries(
      [
        [1, 'name'],
        [2, 'src'],
        [3, 'preBuild'],
        [6, 'buildPhase'],
        [9, 'checkPhase'],
        [10, 'postBuild'],
      ].map(([line, name]) => [String(name), attribute(Number(line), String(name))]),
    );
    const written = (name: string) => ({
      kind: 'attribute' as const,
      file,
      range: attributes[name]?.range ?? null,
      input: null,
    });
    const hook = (name: string, when: 'pre' | 'post') => ({
      name,
      when,
      kind: 'attribute' as const,
      origin: written(name),
      body: null,
    });
    const derivation = derivationOf(file, {
      range: at(0, 0, 19),
      attributes,
      phases: [
        phaseOf('unpackPhase', {
          origin: { kind: 'setup', file: setup, range: at(41, 0, 11), input: null },
        }),
        phaseOf('buildPhase', {
          origin: written('buildPhase'),
          hooks: [hook('preBuild', 'pre'), hook('postBuild', 'post')],
        }),
        phaseOf('checkPhase', {
          origin: written('checkPhase'),
          runs: false,
          skipReason: 'doCheck is not set',
        }),
      ],
    });
    engine.onEvaluate = () => Promise.resolve({ diagnostics: [], derivations: [derivation], message: null });
    await client.open(uri, text);
    await until('the drawing', () => client.drawing(uri)?.busy === false);
  });
  afterEach(() => client.end());

  const ask = <T>(method: string, params: object = {}) =>
    client.connection.sendRequest<T>(`textDocument/${method}`, { textDocument: { uri }, ...params });
  const hoverText = async (line: number, character: number) => {
    const hover = await ask<Hover | null>('hover', { position: { line, character } });
    return hover === null ? null : (hover.contents as MarkupContent).value;
  };
  const definition = (line: number, character: number) =>
    ask<Location[]>('definition', { position: { line, character } });

  it('a hover over the call tells the derivation, its outputs and its store derivation', async () => {
    engine.onNix = () => new FakeEngine().onNix();
    const hover = await hoverText(0, 10);
    assert.match(hover ?? '', /hello\\-1\.0/);
    assert.match(hover ?? '', /- out: `\/nix\/store\/1+-hello-1\.0`/);
    assert.match(hover ?? '', /\(file:\/\/\/nix\/store\/0+-hello-1\.0\.drv\)/);
  });

  it('a hover leads to the file of the store derivation, also in a store of the user’s own', async () => {
    const installation = { storeDir: '/nix/store', physicalStoreDir: '/home/me/own store/nix/store' };
    engine.onNix = () => Promise.resolve({ ok: true, value: { installation } } as NixProbe);
    const hover = await hoverText(0, 10);
    assert.match(hover ?? '', /\(file:\/\/\/home\/me\/own%20store\/nix\/store\/0+-hello-1\.0\.drv\)/);
  });

  it('the bash of a phase is completed, explained and led to its place by what the stdenv itself answered', async () => {
    const items = async (line: number, character: number) =>
      (await ask<CompletionItem[]>('completion', { position: { line, character } })).map(
        ({ label }) => label,
      );
    // Before it was asked: what every stdenv has.
    assert.ok((await items(7, 6)).includes('substituteInPlace'));
    const greet = { name: 'greet', body: 'greet () { :; }', file: setup, line: 7 };
    engine.shells.set(`/nix/store/${'0'.repeat(32)}-hello-1.0.drv`, {
      functions: [greet],
      values: { own: 'a value' },
      named: null,
      optional: [],
    });
    assert.deepEqual(await items(7, 6), ['greet']);
    await client.change(uri, 2, text.replace('    make\n', '    greet $own\n'));
    assert.ok((await items(7, 13)).includes('own'));
    assert.match((await hoverText(7, 6)) ?? '', /Defined in `.*setup`, line 7/);
    assert.match((await hoverText(7, 12)) ?? '', /When the first phase begins: `a value`/);
    const [place] = await ask<Location[]>('definition', { position: { line: 7, character: 6 } });
    assert.equal(place?.uri, pathToFileURL(setup).href);
    assert.equal(place.range.start.line, 6);
  });

  it('the bash of a phase is explained by what is known of hooks, phases, options and attributes', async () => {
    const bash = [
      'stdenv.mkDerivation {',
      '  makeFlags = [ ]; own = "1";',
      "  installPhase = ''",
      '    runHook preInstall; configurePhase',
      '    substituteInPlace a --replace-fail b c',
      '    make $makeFlags $own $makeFlagsArray',
      '    wrapProgram $out/bin/a --pre',
      "  '';",
      '}',
    ];
    await client.change(uri, 2, bash.join('\n'));
    const told = async (line: number, word: string) =>
      (await hoverText(line, (bash[line] ?? '').indexOf(word) + 1)) ?? '';
    assert.match(await told(3, 'preInstall'), /at the beginning of `installPhase`/);
    assert.match(await told(3, 'configurePhase'), /runs `\.\/configure`/);
    assert.match(await told(4, '--replace-fail'), /fails where it does not occur/);
    assert.match(await told(5, 'makeFlags'), /What is given to make.*Read in `buildPhase`/s);
    assert.match(await told(5, 'makeFlagsArray'), /added to `makeFlags`/);
    const [place] = await definition(5, (bash[5] ?? '').indexOf('$own') + 2);
    assert.deepEqual(place?.range.start, { line: 1, character: (bash[1] ?? '').indexOf('own') });
    const position = { line: 6, character: (bash[6] ?? '').length };
    const options = await ask<CompletionItem[]>('completion', { position });
    assert.ok(options.some(({ label }) => label === '--prefix'));
  });

  it('strings that are one of a few are completed with those that are not there yet', async () => {
    const labels = async (withCursor: string) => {
      const line = withCursor.indexOf('|');
      await client.change(uri, ++version, withCursor.replace('|', ''));
      const found = await ask<CompletionItem[]>('completion', { position: { line: 0, character: line } });
      return found.map(({ label }) => label);
    };
    let version = 2;
    const outputs = await labels('stdenv.mkDerivation { outputs = [ "out" "|" ]; }');
    assert.ok(outputs.includes('dev') && !outputs.includes('out'), outputs.join(' '));
    const conditional = 'stdenv.mkDerivation { outputs = [ "out" ] ++ lib.optionals c [ "m|" ]; }';
    assert.ok((await labels(conditional)).includes('man'));
    assert.ok((await labels('stdenv.mkDerivation { hardeningDisable = [ "|" ]; }')).includes('format'));
    assert.ok(!(await labels('stdenv.mkDerivation { pname = "|"; }')).includes('dev'));
  });

  it('a hover over a phase or hook tells which it is and whether it runs', async () => {
    assert.match((await hoverText(6, 4)) ?? '', /phase of hello.*\n\nIt runs\./);
    assert.match((await hoverText(3, 4)) ?? '', /hook before `buildPhase`/);
    assert.match((await hoverText(9, 4)) ?? '', /does not run: doCheck is not set/);
    assert.equal(await hoverText(7, 5), null);
  });

  it('a path literal leads to its file, a folder to its default.nix, and a path to nothing nowhere', async () => {
    assert.deepEqual(await definition(2, 10), []);
    const folder = join(dirname(file), 'src');
    await mkdir(folder);
    await writeFile(join(folder, 'default.nix'), '1');
    const [place] = await definition(2, 10);
    assert.equal(place?.uri, pathToFileURL(join(folder, 'default.nix')).href);
  });

  it('a hook named in bash leads to its attribute, and an attribute nowhere when it is itself the definition', async () => {
    assert.deepEqual(await definition(4, 16), [{ uri, range: at(10, 2, 11) }]);
    assert.deepEqual(await definition(6, 4), []);
  });

  it('symbols are the derivation and what is written for it, each inside it', async () => {
    const [symbol, ...others] = await ask<DocumentSymbol[]>('documentSymbol');
    assert.deepEqual(others, []);
    assert.equal(symbol?.name, 'hello-1.0');
    assert.deepEqual(
      symbol.children?.map(({ name, detail }) => [name, detail]),
      [
        ['name', undefined],
        ['src', undefined],
        ['preBuild', 'hook of buildPhase'],
        ['buildPhase', 'phase'],
        ['checkPhase', 'phase'],
        ['postBuild', 'hook of buildPhase'],
      ],
    );
    const phase = symbol.children[3];
    assert.deepEqual(phase?.range, { start: { line: 6, character: 2 }, end: { line: 8, character: 5 } });
    assert.deepEqual(phase.selectionRange, at(6, 2, 12));
  });

  it('lenses run and build, at each phase and hook, and say why one does not run', async () => {
    const lenses = await ask<CodeLens[]>('codeLens');
    assert.deepEqual(
      lenses.map(({ range, command }) => [range.start.line, command?.title, command?.command]),
      [
        [0, '▶ Run all phases', 'phasewise.run'],
        [0, 'Build', 'phasewise.build'],
        [6, '▶ buildPhase', 'phasewise.run'],
        [3, '▶ buildPhase', 'phasewise.run'],
        [10, '▶ buildPhase', 'phasewise.run'],
        [9, 'checkPhase does not run: doCheck is not set', ''],
      ],
    );
    assert.deepEqual(lenses[2]?.command?.arguments, [{ uri, attr: '', phase: 'buildPhase' }]);
  });

  it('lenses tell how a phase went, and the client is asked to look again', async () => {
    engine.onRun = (_derivation, _selection, onEvent) => {
      onEvent({ type: 'phaseStarted', phase: 'buildPhase' });
      onEvent({ type: 'phaseFinished', phase: 'buildPhase', status: 'failed', seconds: 1.25, lines: 3 });
      return Promise.resolve({
        ok: true,
        value: { session: '', isolation: 'none', phases: [], outputs: {}, verify: null },
      });
    };
    const lens = (await ask<CodeLens[]>('codeLens'))[2]?.command;
    await until('the first refresh', () => client.lensRefreshes > 0);
    const before = client.lensRefreshes;
    await client.connection.sendRequest('workspace/executeCommand', lens);
    await until('another refresh', () => client.lensRefreshes > before);
    assert.match((await ask<CodeLens[]>('codeLens'))[2]?.command?.title ?? '', /^▶ buildPhase ✗$/);
  });

  it('lenses offer nothing to run or build where Nix is missing', async () => {
    engine.onNix = () => Promise.resolve({ ok: false, error: missing });
    const before = client.lensRefreshes;
    await client.save(uri);
    await until('the status', () => client.statuses.at(-1)?.state === 'nixMissing');
    await until('the client is asked to look again', () => client.lensRefreshes > before);
    assert.deepEqual(
      (await ask<CodeLens[]>('codeLens')).map(({ command }) => command?.title),
      ['checkPhase does not run: doCheck is not set'],
    );
  });

  it('lenses are absent when turned off', async () => {
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { codeLens: { enable: false } },
    });
    assert.deepEqual(await ask<CodeLens[]>('codeLens'), []);
  });

  it('what spans lines can be folded, its last line stays to be seen', async () => {
    const ranges = await ask<FoldingRange[]>('foldingRange');
    assert.deepEqual(
      ranges.map(({ startLine, endLine }) => [startLine, endLine]),
      [
        [0, 10],
        [3, 4],
        [6, 7],
      ],
    );
  });

  it('runs of comments can be folded, but not what only looks like one in a string', async () => {
    const commented = "# one\n# two\n''\n  # no\n  # comment\n''\n";
    await client.change(uri, 2, commented);
    const ranges = await ask<FoldingRange[]>('foldingRange');
    assert.deepEqual(
      ranges.map(({ startLine, endLine, kind }) => [startLine, endLine, kind]),
      [
        [0, 1, 'comment'],
        [2, 4, undefined],
      ],
    );
  });

  it('a text nested ten thousand levels deep neither ends the server nor goes unanswered', async () => {
    await client.change(uri, 2, `${'[\n'.repeat(10_000)}${']\n'.repeat(10_000)}`);
    assert.ok((await ask<FoldingRange[]>('foldingRange')).length > 0);
    assert.deepEqual(await definition(5000, 0), []);
    assert.deepEqual(client.logged, []);
  });
});
