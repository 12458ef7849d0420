import assert from 'node:assert/strict';
import type { BuildResult } from '../../server/src/protocol/model';
import { failure, success } from '../../server/src/result';
import { FakeEngine } from '../support/fakeEngine';
import { derivationOf } from '../support/modelSamples';
import { buildResult, runResult, text } from './runFixture';
import { TestClient } from './testClient';

describe('workspace/executeCommand', () => {
  let engine: FakeEngine;
  let client: TestClient;
  let file: string;
  let uri: string;

  beforeEach(async () => {
    engine = new FakeEngine();
    client = await TestClient.over(engine);
    ({ file, uri } = await client.file('default.nix', text));
    engine.onEvaluate = () =>
      Promise.resolve({ diagnostics: [], derivations: [derivationOf(file)], message: null });
  });
  afterEach(() => client.end());

  const execute = (command: string, ...args: unknown[]) =>
    client.connection.sendRequest('workspace/executeCommand', { command, arguments: args });

  it('answer with the JSON of the command line', async () => {
    engine.onBuild = () => Promise.resolve(success(buildResult(null)));
    engine.onRun = (_derivation, { selection, phase }) => {
      assert.deepEqual([selection, phase], ['only', 'buildPhase']);
      return Promise.resolve(success(runResult(null)));
    };
    assert.deepEqual(await execute('phasewise.build', { uri }), buildResult(null));
    assert.deepEqual(await execute('phasewise.run', { uri, attr: '', phase: 'buildPhase' }), runResult(null));
  });

  it('run all phases when none is named', async () => {
    engine.onRun = (_derivation, { selection, phase }) => {
      assert.deepEqual([selection, phase], ['all', null]);
      return Promise.resolve(success(runResult(null)));
    };
    await execute('phasewise.run', { uri });
  });

  it('find the only derivation when no attribute is named, and say which there are otherwise', async () => {
    const make = (...attrs: string[]) => {
      engine.onEvaluate = () =>
        Promise.resolve({
          diagnostics: [],
          derivations: attrs.map((attr) => derivationOf(file, { attr })),
          message: null,
        });
    };
    engine.onBuild = ({ attr }) => Promise.resolve(success({ ...buildResult(null), drvPath: attr }));
    make('only');
    assert.equal(((await execute('phasewise.build', { uri })) as BuildResult).drvPath, 'only');
    assert.equal(client.activities[0]?.key.attr, 'only');
    make('a', 'b');
    await assert.rejects(execute('phasewise.build', { uri }), /several derivations.*`a`, `b`/);
    await assert.rejects(execute('phasewise.build', { uri, attr: 'c' }), /no derivation `c`.*`a`, `b`/);
    make();
    await assert.rejects(execute('phasewise.build', { uri }), /makes no derivation/);
  });

  it('take an attribute however it is written', async () => {
    const attr = '"my pkg; $(x)".é';
    engine.onEvaluate = () =>
      Promise.resolve({
        diagnostics: [],
        derivations: [derivationOf(file, { attr: '"my pkg; $(x)"."é"' })],
        message: null,
      });
    engine.onBuild = () => Promise.resolve(success(buildResult(null)));
    assert.deepEqual(await execute('phasewise.build', { uri, attr }), buildResult(null));
    assert.equal(client.activities[0]?.key.attr, '"my pkg; $(x)"."é"');
  });

  it('answer with the message and advice of what went wrong', async () => {
    engine.onBuild = () =>
      Promise.resolve(
        failure({ code: 'nix-missing', message: 'Nix was not found.', advice: 'Install Nix.' }),
      );
    await assert.rejects(execute('phasewise.build', { uri }), /Nix was not found\. Install Nix\./);
  });

  for (const [name, args] of [
    ['nothing', []],
    ['a number', [1]],
    ['no uri', [{ attr: 'a' }]],
    ['a uri that is no text', [{ uri: 3 }]],
    ['an attribute that is no text', [{ uri: 'file:///a.nix', attr: {} }]],
  ] as const) {
    it(`refuse ${name} in words`, async () => {
      await assert.rejects(execute('phasewise.build', ...args), /takes one argument/);
    });
  }

  it('refuse a file that is not there in words', async () => {
    await assert.rejects(execute('phasewise.build', { uri: 'file:///nowhere/a.nix' }), /no readable file/);
  });
});
