import assert from 'node:assert/strict';
import type { Derivation, Diagnostic } from '../../server/src/protocol/model';
import { redrawRequest } from '../../server/src/protocol/messages';
import { FakeEngine } from '../support/fakeEngine';
import { derivationOf, phaseOf } from '../support/modelSamples';
import { gate, pause, TestClient, until } from './testClient';

const range = (line: number) => ({ start: { line, character: 2 }, end: { line, character: 12 } });

function errorIn(file: string, message: string): Diagnostic {
  return { file, range: range(0), severity: 'error', code: 'x', message, source: 'nix', related: [] };
}

describe('drawings', () => {
  let engine: FakeEngine;
  let client: TestClient;
  let file: string;
  let uri: string;

  beforeEach(async () => {
    engine = new FakeEngine();
    client = await TestClient.over(engine, { settings: { evaluation: { debounceMs: 20 } } });
    ({ file, uri } = await client.file('default.nix'));
  });
  afterEach(() => client.end());

  const sources = () =>
    client.drawings.map(({ derivations }) => derivations.map(({ source }) => source).join());

  it('come from the text at once, then evaluated, then from the stdenv, and say that truer ones follow', async () => {
    engine.onDrawStatic = () => [derivationOf(file, { source: 'static', drvPath: null })];
    const made = derivationOf(file);
    const evaluated = gate();
    engine.onEvaluate = () =>
      evaluated.promise.then(() => ({ diagnostics: [], derivations: [made], message: null }));
    engine.onInspect = (derivation) => Promise.resolve({ ...derivation, source: 'stdenv' });
    await client.open(uri, '1');
    await until('the first drawing, which waits for nothing', () => client.drawings.length >= 1);
    evaluated.open();
    await until('the last drawing', () => client.drawing(uri)?.busy === false);
    assert.deepEqual(sources(), ['static', 'evaluated', 'stdenv']);
    assert.deepEqual(
      client.drawings.map(({ busy }) => busy),
      [true, true, false],
    );
    assert.ok(client.drawings.every(({ version }) => version === 1));
  });

  it('from the text say what they lack, until evaluated ones lack nothing', async () => {
    engine.onDrawStatic = () => [derivationOf(file, { source: 'static', drvPath: null })];
    engine.staticMessage = 'Only the first 500 are shown.';
    const made = derivationOf(file);
    engine.onEvaluate = () => Promise.resolve({ diagnostics: [], derivations: [made], message: null });
    await client.open(uri, '1');
    await until('the last drawing', () => client.drawing(uri)?.busy === false);
    const messages = client.drawings.map(({ message }) => message);
    assert.deepEqual([messages[0], messages.at(-1)], ['Only the first 500 are shown.', null]);
  });

  it('say what is built because the evaluation needs it, until it is evaluated', async () => {
    const building = gate();
    engine.onEvaluate = async () => {
      engine.optionsSeen?.onWork?.({ type: 'started', kind: 'build', name: 'needed' });
      await building.promise;
      return { diagnostics: [], derivations: [derivationOf(file)], message: null };
    };
    await client.open(uri, '1');
    await until('it is said', () => client.drawing(uri)?.message?.startsWith('Building needed,') === true);
    assert.equal(client.drawing(uri)?.busy, true);
    building.open();
    await until('the last drawing', () => client.drawing(uri)?.busy === false);
    assert.equal(client.drawing(uri)?.message, null);
  });

  it('of a large text wait until nothing is typed for a moment', async () => {
    let drawn = 0;
    engine.onDrawStatic = () => {
      drawn++;
      return [];
    };
    const evaluation = gate();
    engine.onEvaluate = async () => {
      await evaluation.promise;
      return { diagnostics: [], derivations: [], message: null };
    };
    const large = `/* ${'x'.repeat(250_000)} */ 1`;
    await client.open(uri, large);
    await until('the first drawing', () => client.drawing(uri)?.version === 1);
    const keys = ['b', 'bc', 'bcd', 'bcde', 'bcdef'];
    await Promise.all(keys.map((typed, index) => client.change(uri, 2 + index, `${typed} ${large}`)));
    await until('the drawing of what was typed', () => client.drawing(uri)?.version === 6);
    assert.ok(drawn < 1 + keys.length, `drawn ${drawn} times`);
    evaluation.open();
  });

  it('keep what was last true while the text is broken, at the places of the present text, with the reason', async () => {
    const attributes = (line: number) => ({ buildPhase: { file, range: range(line) } });
    const buildPhase = (line: number) =>
      phaseOf('buildPhase', {
        origin: { kind: 'attribute', file, range: range(line), input: null },
      });
    let line = 3;
    engine.onDrawStatic = () => [
      derivationOf(file, {
        source: 'static',
        drvPath: null,
        attributes: attributes(line),
        range: range(line - 1),
      }),
    ];
    const extra = phaseOf('onlyNixKnows');
    const made = derivationOf(file, {
      attributes: attributes(3),
      phases: [extra, buildPhase(3)],
      range: range(2),
    });
    let broken = false;
    engine.onEvaluate = () =>
      Promise.resolve(
        broken
          ? { diagnostics: [errorIn(file, 'syntax error\nmore')], derivations: [], message: null }
          : { diagnostics: [], derivations: [made], message: null },
      );
    await client.open(uri, 'good');
    await until('the true drawing', () => client.drawing(uri)?.busy === false);
    broken = true;
    line = 8;
    await client.change(uri, 2, 'bad');
    await until('the drawing of the broken text', () => client.drawing(uri)?.derivations[0]?.note !== null);
    const [drawn] = client.drawing(uri)?.derivations ?? [];
    assert.equal(drawn?.source, 'evaluated');
    assert.deepEqual(
      drawn.phases.map(({ name }) => name),
      ['onlyNixKnows', 'buildPhase'],
    );
    assert.equal(drawn.phases[1]?.origin.range?.start.line, 8);
    assert.equal(drawn.attributes['buildPhase']?.range.start.line, 8);
    assert.equal(drawn.range?.start.line, 7);
    assert.match(drawn.note ?? '', /syntax error$/);
    broken = false;
    await client.change(uri, 3, 'good');
    await until(
      'the note to go',
      () => client.drawing(uri)?.version === 3 && client.drawing(uri)?.busy === false,
    );
    assert.equal(client.drawing(uri)?.derivations[0]?.note, null);
  });

  it('keep only the derivation that failed as it was, when others of a set evaluate', async () => {
    const a = derivationOf(file, { attr: 'a' });
    const b = derivationOf(file, { attr: 'b' });
    let broken = false;
    engine.onEvaluate = () =>
      Promise.resolve(
        broken
          ? { diagnostics: [errorIn(file, 'b is broken')], derivations: [a], message: null }
          : { diagnostics: [], derivations: [a, b], message: null },
      );
    await client.open(uri, 'good');
    await until('both', () => client.drawing(uri)?.busy === false);
    broken = true;
    await client.change(uri, 2, 'bad');
    await until('the second drawing', () => client.drawing(uri)?.version === 2 && !client.drawing(uri)?.busy);
    assert.deepEqual(
      client.drawing(uri)?.derivations.map(({ attr, note }) => [attr, note === null]),
      [
        ['a', true],
        ['b', false],
      ],
    );
  });

  it('keep what was last true when the engine answers with what the text alone tells', async () => {
    const fromText = derivationOf(file, { source: 'static', drvPath: null, note: 'Its evaluation failed.' });
    let broken = false;
    engine.onDrawStatic = () => [fromText];
    engine.onEvaluate = () =>
      Promise.resolve(
        broken
          ? { diagnostics: [errorIn(file, 'oh')], derivations: [fromText], message: 'oh' }
          : { diagnostics: [], derivations: [derivationOf(file)], message: null },
      );
    await client.open(uri, 'good');
    await until('the true drawing', () => client.drawing(uri)?.busy === false);
    broken = true;
    await client.change(uri, 2, 'bad');
    await until('the second drawing', () => client.drawing(uri)?.version === 2 && !client.drawing(uri)?.busy);
    assert.deepEqual(
      client.drawing(uri)?.derivations.map(({ source, note }) => [source, note]),
      [['evaluated', 'Drawn as it was last evaluated. oh']],
    );
  });

  it('become empty when the file no longer makes any derivation', async () => {
    let made = [derivationOf(file)];
    engine.onEvaluate = () =>
      Promise.resolve({
        diagnostics: [],
        derivations: made,
        message: made.length === 0 ? 'This file makes no derivation.' : null,
      });
    await client.open(uri, 'one');
    await until('the true drawing', () => client.drawing(uri)?.busy === false);
    made = [];
    await client.change(uri, 2, 'none');
    await until('the second drawing', () => client.drawing(uri)?.version === 2 && !client.drawing(uri)?.busy);
    assert.deepEqual(client.drawing(uri)?.derivations, []);
    assert.equal(client.drawing(uri)?.message, 'This file makes no derivation.');
  });

  it('lose a derivation that the file no longer makes', async () => {
    let made: Derivation[] = [derivationOf(file, { attr: 'a' }), derivationOf(file, { attr: 'b' })];
    engine.onEvaluate = () => Promise.resolve({ diagnostics: [], derivations: made, message: null });
    await client.open(uri, 'two');
    await until('both', () => client.drawing(uri)?.busy === false);
    made = made.slice(0, 1);
    await client.change(uri, 2, 'one');
    await until('the second drawing', () => client.drawing(uri)?.version === 2 && !client.drawing(uri)?.busy);
    assert.deepEqual(
      client.drawing(uri)?.derivations.map(({ attr }) => attr),
      ['a'],
    );
  });

  it('ask two stdenvs at a time, no more than forty of a file, and none for an old version', async () => {
    let now = 0;
    let most = 0;
    const stuck = gate();
    const aborted: string[] = [];
    const made = Array.from({ length: 60 }, (_, n) => derivationOf(file, { attr: `d${n}` }));
    engine.onEvaluate = (target) =>
      Promise.resolve({
        diagnostics: [],
        derivations: target.kind === 'nix' && target.tree.text === 'many' ? made : [],
        message: null,
      });
    engine.onInspect = async (derivation, signal) => {
      now++;
      most = Math.max(most, now);
      await pause(1);
      if (derivation.attr === 'd39') {
        signal.addEventListener('abort', () => stuck.open());
        if (!signal.aborted) await stuck.promise;
        aborted.push(derivation.attr);
      }
      now--;
      return { ...derivation, source: 'stdenv' };
    };
    await client.open(uri, 'many');
    await until('the last inspection', () => engine.calls.filter((call) => call === 'inspect').length === 40);
    assert.equal(most, 2);
    await client.change(uri, 2, 'none');
    await until('its cancellation', () => aborted.length === 1);
    await until('the new drawing', () => client.drawing(uri)?.version === 2 && !client.drawing(uri)?.busy);
    assert.equal(client.drawings.filter(({ version }) => version === 1).at(-1)?.busy, true);
  });

  it('tell the message of an evaluation that could not begin', async () => {
    const fromText = [derivationOf(file, { source: 'static', drvPath: null })];
    engine.onDrawStatic = () => fromText;
    engine.onEvaluate = () =>
      Promise.resolve({ diagnostics: [], derivations: fromText, message: 'Nix is missing.' });
    await client.open(uri, '1');
    await until('the end', () => client.drawing(uri)?.busy === false);
    assert.equal(client.drawing(uri)?.message, 'Nix is missing.');
    assert.equal(client.drawing(uri)?.derivations[0]?.source, 'static');
  });

  it('are made again from the ground when asked', async () => {
    await client.open(uri, '1');
    await until('the evaluation', () => engine.evaluatedTexts.length === 1 && !client.drawing(uri)?.busy);
    const before = engine.calls.length;
    await client.connection.sendRequest(redrawRequest, { uri });
    const calls = engine.calls.slice(before);
    assert.deepEqual(calls.slice(0, 3), ['forget', 'nix', 'evaluate']);
    assert.equal(await client.connection.sendRequest(redrawRequest, { uri: 'file:///nowhere.nix' }), null);
  });

  it('are of the text alone when evaluation is turned off', async () => {
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { phasewise: { evaluation: { enable: false } } },
    });
    await client.open(uri, '1');
    await client.settle();
    await pause(40);
    assert.ok(!engine.calls.includes('evaluate'));
    assert.match(client.drawing(uri)?.message ?? '', /turned off/);
    assert.equal(client.drawing(uri)?.busy, false);
  });
});
