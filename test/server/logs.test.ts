import assert from 'node:assert/strict';
import { derivationDocumentRequest, logRequest } from '../../server/src/protocol/messages';
import { success } from '../../server/src/result';
import { FakeEngine } from '../support/fakeEngine';
import { derivationOf } from '../support/modelSamples';
import { TestClient, until } from './testClient';

describe('logs', () => {
  let engine: FakeEngine;
  let client: TestClient;
  let uri: string;

  beforeEach(async () => {
    engine = new FakeEngine();
    client = await TestClient.over(engine);
    const made = await client.file('a.nix', '1');
    ({ uri } = made);
    engine.onEvaluate = () =>
      Promise.resolve({ diagnostics: [], derivations: [derivationOf(made.file)], message: null });
  });
  afterEach(() => client.end());

  const ask = (key: { uri: string; attr: string } | null, storePath: string | null) =>
    client.connection.sendRequest(logRequest, { key, storePath, id: 'log' });

  it('come without colours and with phases as headings, wherever the text was cut, before the answer', async () => {
    const mark = '@nix { "action": "setPhase", "phase": "buildPhase" }\n';
    const announced = 'Running phase: buildPhase\n';
    const raw = `before\n${announced}${mark}\u001b[31mred\u001b[0m text\n${announced}last`;
    engine.onLog = (_path, onText) => {
      for (const character of raw) onText(character);
      return Promise.resolve(success({ drvPath: '/nix/store/x.drv' }));
    };
    const answer = await ask(null, '/nix/store/00000000000000000000000000000000-hello-1.0');
    assert.deepEqual(answer, { drvPath: '/nix/store/x.drv', name: 'hello-1.0', message: null });
    assert.equal(
      client.chunks.join(''),
      `before\n── buildPhase ──────────────────────────────────\nred text\n${announced}last\n`,
    );
  });

  it('of a derivation of a document are those of what the document shows', async () => {
    const asked: string[] = [];
    engine.onLog = (path) => {
      asked.push(path);
      return Promise.resolve(success({ drvPath: path }));
    };
    await client.open(uri, '1');
    await until('the drawing', () => client.drawing(uri)?.busy === false);
    await ask({ uri, attr: '' }, null);
    assert.deepEqual(asked, [derivationOf('').drvPath]);
    assert.equal(engine.evaluatedTexts.length, 1);
  });

  it('that are empty are said to be, and why that may be', async () => {
    engine.onLog = () =>
      Promise.resolve(success({ drvPath: '/nix/store/00000000000000000000000000000000-x-1.drv' }));
    assert.match(
      (await ask(null, '/nix/store/x.drv')).message ?? '',
      /^The log of x-1 is empty: .*another Nix/,
    );
  });

  it('say why there is none', async () => {
    assert.match((await ask(null, '/nix/store/x.drv')).message ?? '', /There is no log\. Build it\./);
    assert.match((await ask(null, null)).message ?? '', /Neither/);
    assert.match(
      (await ask({ uri: 'file:///nowhere.nix', attr: '' }, null)).message ?? '',
      /no readable file/,
    );
    engine.onLog = () => Promise.reject(new Error('boom'));
    assert.match((await ask(null, '/nix/store/x.drv')).message ?? '', /could not be read/);
  });
});

describe('derivation documents', () => {
  it('are what the engine describes, and explain what cannot be read', async () => {
    const engine = new FakeEngine();
    const client = await TestClient.over(engine);
    const document = await client.connection.sendRequest(derivationDocumentRequest, {
      path: '/nix/store/x.drv',
    });
    assert.equal(document.title, 'x.drv');
    assert.match(document.text, /It is not there/);
    const made = { title: 't', text: 'text', links: [] };
    engine.onDescribe = () => Promise.resolve(success(made));
    assert.deepEqual(
      await client.connection.sendRequest(derivationDocumentRequest, { path: '/nix/store/x.drv' }),
      made,
    );
    engine.onDescribe = () => Promise.reject(new Error('boom'));
    const broken = await client.connection.sendRequest(derivationDocumentRequest, {
      path: '/nix/store/x.drv',
    });
    assert.match(broken.text, /could not be read/);
    await client.end();
  });
});
