import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import type { Diagnostic } from '../../server/src/protocol/model';
import { success } from '../../server/src/result';
import { FakeEngine } from '../support/fakeEngine';
import { derivationOf, failureOf } from '../support/modelSamples';
import { buildResult } from './runFixture';
import { gate, pause, TestClient, until } from './testClient';

function diagnosticAt(file: string, line: number, known: Partial<Diagnostic> = {}): Diagnostic {
  const range = { start: { line, character: 0 }, end: { line, character: 1 } };
  return {
    file,
    range,
    severity: 'error',
    code: 'some-code',
    message: 'static',
    source: 'phasewise',
    related: [],
    ...known,
  };
}

describe('published diagnostics', () => {
  let engine: FakeEngine;
  let client: TestClient;

  async function begin(options: Parameters<typeof TestClient.over>[1] = {}): Promise<void> {
    client = await TestClient.over(engine, { settings: { evaluation: { debounceMs: 30 } }, ...options });
  }

  beforeEach(() => {
    engine = new FakeEngine();
  });
  afterEach(() => client.end());

  it('come from the text at once and then, for the same version, together with those of Nix', async () => {
    await begin();
    const { file, uri } = await client.file('a.nix');
    const evaluation = gate();
    engine.onCheckStatic = () => [diagnosticAt(file, 1)];
    engine.onEvaluate = async () => {
      await evaluation.promise;
      const nix = diagnosticAt(file, 2, { source: 'nix', message: 'undefined variable' });
      return { diagnostics: [nix], derivations: [], message: null };
    };
    await client.open(uri, '1\n2\n3\n', 7);
    await until('the first publication', () => client.diagnostics.length === 1);
    assert.deepEqual(
      client.diagnostics[0]?.diagnostics.map(({ message }) => message),
      ['static'],
    );
    assert.equal(client.diagnostics[0].version, 7);
    evaluation.open();
    await until('the second publication', () => client.diagnostics.length === 2);
    assert.equal(client.diagnostics[1]?.version, 7);
    assert.deepEqual(
      client.diagnostics[1].diagnostics.map(({ message, source, severity }) => [message, source, severity]),
      [
        ['static', 'phasewise', 1],
        ['undefined variable', 'nix', 1],
      ],
    );
  });

  it('wait for a pause in typing before Nix is asked, and are of the last version only', async () => {
    await begin({ settings: { evaluation: { debounceMs: 120 } } });
    const { uri } = await client.file('a.nix');
    await client.open(uri, '0');
    await until('the first evaluation', () => engine.evaluatedTexts.length === 1);
    for (const version of [2, 3, 4]) await client.change(uri, version, `${version}`);
    await pause(60);
    assert.deepEqual(engine.evaluatedTexts, ['0']);
    await until('the evaluation', () => engine.evaluatedTexts.length === 2);
    assert.deepEqual(engine.evaluatedTexts, ['0', '4']);
  });

  it('are made at once on saving', async () => {
    await begin({ settings: { evaluation: { debounceMs: 60_000 } } });
    const { uri } = await client.file('a.nix');
    await client.open(uri, '0');
    await client.change(uri, 2, '1');
    await client.save(uri);
    await until('the evaluation', () => engine.evaluatedTexts.includes('1'));
  });

  it('of an evaluation that an edit overtook are dropped, and that evaluation is cancelled', async () => {
    await begin();
    const { file, uri } = await client.file('a.nix');
    const cancelled: string[] = [];
    engine.onEvaluate = async (target, signal) => {
      const text = target.kind === 'nix' ? target.tree.text : '';
      if (text === 'old') {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        cancelled.push(text);
      }
      const late = diagnosticAt(file, 0, { source: 'nix', message: `of ${text}` });
      return { diagnostics: [late], derivations: [], message: null };
    };
    await client.open(uri, 'old');
    await until('the evaluation', () => engine.evaluatedTexts.length === 1);
    await client.change(uri, 2, 'new');
    await until('the new result', () => client.published(uri)?.[0]?.message === 'of new');
    assert.deepEqual(cancelled, ['old']);
    assert.ok(client.diagnostics.every(({ diagnostics }) => diagnostics[0]?.message !== 'of old'));
  });

  it('keep the tree of an old version alive while its evaluation still reads it', async () => {
    await begin();
    const { uri } = await client.file('a.nix');
    const release = gate();
    const read: unknown[] = [];
    engine.onEvaluate = async (target) => {
      if (target.kind === 'nix' && target.tree.text === '{ old = 1; }') {
        await release.promise;
        read.push(target.tree.root?.kind);
      }
      return { diagnostics: [], derivations: [], message: null };
    };
    await client.open(uri, '{ old = 1; }');
    await until('the evaluation', () => engine.evaluatedTexts.length === 1);
    await client.change(uri, 2, '{ new = 1; }');
    await client.settle();
    release.open();
    await until('the tree to be read', () => read.length === 1);
    assert.deepEqual(read, ['set']);
    assert.deepEqual(client.logged, []);
  });

  it('say of a fault what Nix says when both fault the same line', async () => {
    await begin();
    const { file, uri } = await client.file('a.nix');
    engine.onCheckStatic = (target) =>
      target.kind !== 'nix'
        ? []
        : target.tree.faults.map(({ span, message }) => ({
            ...diagnosticAt(file, 0, { message: `ours: ${message}`, code: 'syntax', source: 'nix' }),
            range: target.tree.lines.rangeOf(span),
          }));
    engine.onEvaluate = (target) => {
      const faults = target.kind === 'nix' ? target.tree.faults : [];
      const line = target.kind === 'nix' ? target.tree.lines.lineAt(faults[0]?.span.start ?? 0) : 0;
      const nix = diagnosticAt(file, line, { source: 'nix', message: 'syntax error, unexpected' });
      return Promise.resolve({ diagnostics: [nix], derivations: [], message: null });
    };
    await client.open(uri, '{\n  a = ;\n}\n');
    await until('both', () => client.diagnostics.length === 2);
    const first = client.diagnostics[0]?.diagnostics[0]?.message;
    assert.ok(typeof first === 'string' && first.startsWith('ours: '));
    assert.deepEqual(
      client.diagnostics[1]?.diagnostics.map(({ message }) => message),
      ['syntax error, unexpected'],
    );
  });

  it('blame other files only as related information, at the frame that is in this file', async () => {
    await begin();
    const { file, uri } = await client.file('a.nix');
    const { file: other } = await client.file('other.nix');
    const place = { start: { line: 3, character: 2 }, end: { line: 3, character: 5 } };
    engine.onEvaluate = () =>
      Promise.resolve({
        diagnostics: [
          diagnosticAt(other, 9, {
            message: 'boom',
            related: [{ file, range: place, message: 'while calling' }],
          }),
        ],
        derivations: [],
        message: null,
      });
    await client.open(uri, '1');
    await until('both', () => client.diagnostics.length === 2);
    const [shown] = client.published(uri) ?? [];
    assert.deepEqual(shown?.range, place);
    assert.equal(shown.relatedInformation?.[0]?.location.uri, pathToFileURL(other).href);
    assert.equal(shown.relatedInformation[0].location.range.start.line, 9);
    assert.ok(client.diagnostics.every((params) => params.uri === uri));
  });

  it('no longer hold what the derivation’s own stdenv speaks against, once it was asked', async () => {
    await begin();
    const text = '{ stdenv }:\nstdenv.mkDerivation {\n  buildInput = 1;\n}\n';
    const { file, uri } = await client.file('a.nix', text);
    const place = { start: { line: 2, character: 2 }, end: { line: 2, character: 12 } };
    const misspelt = diagnosticAt(file, 2, { range: place, code: 'misspelt-attribute', severity: 'warning' });
    engine.onCheckStatic = () => [misspelt, diagnosticAt(file, 1)];
    const derivation = derivationOf(file, {
      attributes: { buildInput: { file, range: place } },
    });
    engine.onEvaluate = () => Promise.resolve({ diagnostics: [], derivations: [derivation], message: null });
    engine.onInspect = (asked) => {
      const named = new Set(['buildInput']);
      engine.shells.set(asked.drvPath ?? '', { functions: [], values: {}, named, optional: [] });
      return Promise.resolve({ ...asked, source: 'stdenv' });
    };
    await client.open(uri, text);
    await until('its stdenv is asked', () => client.published(uri)?.length === 1);
    assert.deepEqual(
      client.published(uri)?.map(({ code }) => code),
      ['some-code'],
    );
  });

  it('lead to the guide of this installation', async () => {
    await begin({ guide: '/opt/phase wise/docs/diagnostics.md' });
    const { file, uri } = await client.file('a.nix');
    engine.onCheckStatic = () => [diagnosticAt(file, 0)];
    await client.open(uri, '1');
    await until('a publication', () => client.diagnostics.length >= 1);
    assert.equal(
      client.published(uri)?.[0]?.codeDescription?.href,
      'file:///opt/phase%20wise/docs/diagnostics.md#some-code',
    );
    engine.onEvaluate = () =>
      Promise.resolve({ diagnostics: [], derivations: [derivationOf(file)], message: null });
    engine.onBuild = () =>
      Promise.resolve(success(buildResult(failureOf({ file, range: diagnosticAt(file, 0).range }))));
    await client.connection.sendRequest('workspace/executeCommand', {
      command: 'phasewise.build',
      arguments: [{ uri }],
    });
    const build = (client.published(uri) ?? []).find(({ source }) => source === 'build');
    assert.equal(build?.codeDescription?.href, 'file:///opt/phase%20wise/docs/diagnostics.md#build-failed');
  });

  it('are cleared when the document is closed, and nothing comes after', async () => {
    await begin();
    const { file, uri } = await client.file('a.nix');
    const evaluation = gate();
    engine.onCheckStatic = () => [diagnosticAt(file, 0)];
    engine.onEvaluate = async () => {
      await evaluation.promise;
      return { diagnostics: [diagnosticAt(file, 0)], derivations: [], message: null };
    };
    await client.open(uri, '1');
    await until('the evaluation', () => engine.evaluationsNow === 1);
    await client.close(uri);
    await client.settle();
    const count = client.diagnostics.length;
    assert.deepEqual(client.published(uri), []);
    evaluation.open();
    await pause(30);
    assert.equal(client.diagnostics.length, count);
  });

  it('of many documents are evaluated two at a time', async () => {
    await begin();
    engine.onEvaluate = async () => {
      await pause(15);
      return { diagnostics: [], derivations: [], message: null };
    };
    const files = await Promise.all([1, 2, 3, 4, 5].map((n) => client.file(`${n}.nix`)));
    for (const { uri } of files) await client.open(uri, '1');
    await until('all evaluations', () => engine.evaluatedTexts.length === 5 && engine.evaluationsNow === 0);
    assert.equal(engine.mostEvaluationsAtOnce, 2);
  });

  it('survive an engine that throws anywhere, with a line in the log that names the document', async () => {
    await begin();
    const { uri } = await client.file('a.nix');
    const boom = (): never => {
      throw new Error('boom');
    };
    engine.onCheckStatic = boom;
    engine.onDrawStatic = boom;
    engine.onEvaluate = () => Promise.reject(new Error('bang'));
    await client.open(uri, '1');
    await until('the second publication', () => client.diagnostics.length === 2);
    await until('three log lines', () => client.logged.length === 3);
    assert.ok(client.logged.every((line) => line.includes(uri)));
    assert.deepEqual(client.toasts, []);
    assert.match(client.drawing(uri)?.message ?? '', /failed inside Phasewise/);
  });

  it('of a document that is no file come from the text alone', async () => {
    await begin();
    engine.onCheckStatic = (target) => [diagnosticAt(target.kind === 'nix' ? target.file : '', 0)];
    await client.open('untitled:Untitled-1', '{');
    await client.settle();
    await pause(60);
    assert.equal(client.published('untitled:Untitled-1')?.length, 1);
    assert.ok(!engine.calls.includes('evaluate'));
  });

  it('of a large text come from Nix when it is saved only', async () => {
    await begin();
    const { uri } = await client.file('large.nix');
    const text = `[ ${'1 '.repeat(1_100_000)}]`;
    await client.open(uri, text);
    await client.settle();
    await pause(60);
    assert.ok(!engine.calls.includes('evaluate'));
    assert.match(client.drawing(uri)?.message ?? '', /large/);
    await client.save(uri);
    await until('the evaluation', () => engine.calls.includes('evaluate'));
  });

  for (const [name, text] of [
    ['empty', ''],
    ['with NUL bytes', '\0\0{ a = \0; }\0'],
    ['with a byte order mark and CRLF', '\uFEFF{\r\n  a = 1;\r\n}\r\n'],
    ['not decodable', '{ a = "\uFFFD\uFFFD\uD800"; }'],
  ] as const) {
    it(`of a text that is ${name} are published and it can be edited`, async () => {
      await begin();
      const { uri } = await client.file('a.nix', text);
      await client.open(uri, text);
      await client.change(uri, 2, `${text} `);
      await until('the evaluation', () => engine.evaluatedTexts.includes(`${text} `));
      await until('the last version', () => client.diagnostics.at(-1)?.version === 2);
      assert.deepEqual(client.logged, []);
    });
  }

  it('know whether the text differs from the file on disk', async () => {
    await begin();
    const { uri } = await client.file('a.nix', '\uFEFFsaved');
    const unsaved: boolean[] = [];
    engine.onEvaluate = (target) => {
      if (target.kind === 'nix') unsaved.push(target.unsaved);
      return Promise.resolve({ diagnostics: [], derivations: [], message: null });
    };
    await client.open(uri, 'saved');
    await until('the evaluation', () => unsaved.length === 1);
    await client.change(uri, 2, 'changed');
    await until('the second evaluation', () => unsaved.length === 2);
    assert.deepEqual(unsaved, [false, true]);
  });
});
