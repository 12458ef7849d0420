import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CodeAction } from 'vscode-languageserver/node';
import { descendantsOf } from '../../server/src/nix/process';
import { buildRequest, logRequest, runRequest } from '../../server/src/protocol/messages';
import type { BuildResult } from '../../server/src/protocol/model';
import { nixConfig } from '../support/nixEnvironment';
import { commandLinesWith, readProc } from '../support/processes';
import { repository } from './testAssets';
import { TestClient, until } from './testClient';

type SpawnedClient = Awaited<ReturnType<typeof TestClient.spawned>>;

/** A phase that would take the night; the number is found in no other process's arguments. */
const night = String(30_000 + Math.floor(Math.random() * 1_000_000) / 1_000_000);

function processesOfTheNight(): readonly string[] {
  return commandLinesWith(`sleep ${night}`);
}

describe('the server over real Nix', function () {
  this.timeout(60_000);
  let client: SpawnedClient;

  beforeEach(async () => {
    client = await TestClient.spawned(
      join(__dirname, 'serverProgram.ts'),
      { NIX_CONFIG: nixConfig },
      { settings: { evaluation: { debounceMs: 50 } } },
    );
    await cp(join(repository, 'examples'), join(client.folder, 'examples'), { recursive: true });
  });
  afterEach(async () => {
    await client.end();
    await until('the processes of phases and builds to end', () => processesOfTheNight().length === 0);
  });

  async function example(name: string): Promise<{ file: string; uri: string; text: string }> {
    const file = join(client.folder, 'examples', name, 'default.nix');
    return { file, uri: pathToFileURL(file).href, text: await readFile(file, 'utf8') };
  }
  const lastDrawn = async (uri: string, version = 1): Promise<void> =>
    until(
      'the last drawing',
      () => client.drawing(uri)?.version === version && client.drawing(uri)?.busy === false,
      30_000,
    );

  it('finds Nix, draws an example three times and evaluates it without a complaint', async () => {
    const { uri, text } = await example('hello');
    await client.open(uri, text);
    await lastDrawn(uri);
    assert.equal(client.statuses.at(-1)?.state, 'ready');
    assert.deepEqual(
      client.diagnostics.map(({ version, diagnostics }) => [version, diagnostics]),
      [
        [1, []],
        [1, []],
      ],
    );
    const [hello] = client.drawing(uri)?.derivations ?? [];
    assert.equal(hello?.name, 'hello-1.0');
    assert.ok(hello.phases.some(({ name, runs }) => name === 'buildPhase' && runs));
    assert.equal(client.drawings[0]?.derivations[0]?.source, 'static');
    assert.deepEqual(client.logged, []);
  });

  it('marks what does not parse and what does not evaluate, in Nix’s words at the right line', async () => {
    const { uri, text } = await example('hello');
    await client.open(uri, text);
    await lastDrawn(uri);
    const line = text.split('\n').findIndex((words) => words.includes('doCheck = true;'));
    await client.change(uri, 2, text.replace('doCheck = true;', 'doCheck = ;'));
    await until('the syntax error', () =>
      (client.published(uri) ?? []).some(({ source }) => source === 'nix'),
    );
    const errors = client.published(uri) ?? [];
    assert.deepEqual(
      errors.map(({ range }) => range.start.line),
      [line],
    );
    assert.match(JSON.stringify(errors[0]?.message), /syntax error/);
    await lastDrawn(uri, 2);
    assert.notEqual(client.drawing(uri)?.derivations[0]?.note, null);
    await client.change(uri, 3, text.replace('doCheck = true;', 'doCheck = nowhere;'));
    await until('the evaluation error', () =>
      (client.published(uri) ?? []).some(({ message }) => JSON.stringify(message).includes('nowhere')),
    );
    assert.equal(client.published(uri)?.[0]?.range.start.line, line);
    await client.change(uri, 4, text.replace('doCheck = true;', 'doCheck = pkgs.stdnv.x;'));
    await until('the missing attribute', () =>
      (client.published(uri) ?? []).some(({ message }) => JSON.stringify(message).includes('stdnv')),
    );
    const [missing] = client.published(uri) ?? [];
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: missing?.range,
      context: { diagnostics: [missing] },
    });
    assert.ok(actions.some(({ title }) => title === 'Write `stdenv`'));
    await client.change(uri, 5, text);
    await until(
      'no diagnostics',
      () => client.published(uri)?.length === 0 && client.diagnostics.at(-1)?.version === 5,
    );
  });

  it('runs the phases of an unsaved text up to one, and marks the line that failed', async () => {
    const { uri, text } = await example('hello');
    const changed = text.replace('echo "compiling', 'phasewise-no-such-command\n    echo "compiling');
    await client.open(uri, changed);
    const result = await client.connection.sendRequest(runRequest, {
      uri,
      attr: '',
      selection: 'until',
      phase: 'buildPhase',
      fresh: true,
    });
    assert.equal(result?.phases.at(-1)?.name, 'buildPhase');
    assert.equal(result.phases.at(-1)?.status, 'failed');
    await until('the failure', () => (client.published(uri) ?? []).some(({ source }) => source === 'build'));
    const shown = client.published(uri)?.find(({ source }) => source === 'build');
    const line = changed.split('\n').findIndex((words) => words.includes('phasewise-no-such-command'));
    assert.equal(shown?.range.start.line, line);
    assert.ok(client.events().includes('phaseFinished unpackPhase'));
    assert.equal(client.events().at(-1), 'finished failed');
    await client.change(uri, 2, text);
    await until('it to go', () => !(client.published(uri) ?? []).some(({ source }) => source === 'build'));
    const again = await client.connection.sendRequest(runRequest, {
      uri,
      attr: '',
      selection: 'only',
      phase: 'buildPhase',
      fresh: false,
    });
    assert.equal(again?.phases.at(-1)?.status, 'ok');
  });

  it('builds by command, then streams the log with its phases', async () => {
    const { uri } = await example('hello');
    const command = { command: 'phasewise.build', arguments: [{ uri }] };
    const result = await client.connection.sendRequest<BuildResult>('workspace/executeCommand', command);
    assert.ok(['built', 'valid'].includes(result.status), JSON.stringify(result));
    assert.match(result.outputs['out'] ?? '', /-hello-1\.0$/);
    const answer = await client.connection.sendRequest(logRequest, {
      key: { uri, attr: '' },
      storePath: null,
      id: 'log',
    });
    assert.deepEqual([answer.message, answer.name], [null, 'hello-1.0']);
    assert.match(client.chunks.join(''), /^── buildPhase ─+$/m);
    assert.ok(!client.chunks.join('').includes('@nix') && !client.chunks.join('').includes('\u001b'));
  });

  it('marks a failed build at its phase', async () => {
    const { uri, text } = await example('broken-configure');
    await client.open(uri, text);
    const result = await client.connection.sendRequest<BuildResult>('workspace/executeCommand', {
      command: 'phasewise.build',
      arguments: [{ uri }],
    });
    assert.equal(result.status, 'failed');
    await until('the failure', () => (client.published(uri) ?? []).some(({ source }) => source === 'build'));
    const shown = client.published(uri)?.find(({ source }) => source === 'build');
    const first = text.split('\n').findIndex((words) => words.includes('configurePhase ='));
    const last = text.split('\n').findIndex((words) => words.includes('runHook postConfigure'));
    const line = shown?.range.start.line ?? -1;
    assert.ok(line >= first && line <= last, `line ${line} is not in configurePhase`);
  });

  for (const kind of ['run', 'build'] as const) {
    /** A server in the middle of a phase that sleeps. */
    const asleep = async (): Promise<void> => {
      const { file, uri, text } = await example('hello');
      await writeFile(file, text.replace('makeFlagsArray+=', `sleep ${night}\n    makeFlagsArray+=`));
      const { connection } = client;
      const working =
        kind === 'run'
          ? connection.sendRequest(runRequest, { uri, attr: '', selection: 'all', phase: null, fresh: true })
          : connection.sendRequest(buildRequest, { uri, attr: '', rebuild: false, keepFailed: false });
      working.catch(() => undefined);
      await until('the phase to sleep', () => processesOfTheNight().length > 0, 30_000);
    };

    it(`leaves no process when it is shut down in the middle of a ${kind}`, async () => {
      await asleep();
      await client.end();
      assert.equal(client.exitCode, 0);
      await until('nothing to be left', () => processesOfTheNight().length === 0);
    });

    it(`leaves no process when the client dies in the middle of a ${kind}`, async () => {
      await asleep();
      client.hangUp();
      await until('the server to exit', () => client.exitCode !== null, 15_000);
      await until('nothing to be left', () => processesOfTheNight().length === 0);
    });

    it(`leaves no process when it is killed in the middle of a ${kind}`, async () => {
      await asleep();
      client.server.kill('SIGKILL');
      await until('the server to be gone', () => client.exitCode !== null);
      await until('nothing to be left', () => processesOfTheNight().length === 0, 20_000);
    });
  }

  it('draws, runs and builds a derivation whose folder and attribute have odd names', async () => {
    const folder = join(client.folder, `od d; $(x) 'q"é`);
    const file = join(folder, 'de fault.nix');
    const uri = pathToFileURL(file).href;
    const touched = join(client.folder, 'touched');
    const attr = `"my pkg; $(touch ${touched})"`;
    const pkgs = join(client.folder, 'examples/pkgs');
    const text = `let pkgs = import ${pkgs} { }; in {\n  ${attr} = pkgs.stdenv.mkDerivation {\n    name = "odd";\n    dontUnpack = true;\n    installPhase = "echo > $out";\n  };\n}\n`;
    await mkdir(folder);
    await writeFile(file, text);
    await client.open(uri, text);
    await lastDrawn(uri);
    const drawn = client.drawings.filter((params) => params.uri === uri);
    assert.deepEqual([...new Set(drawn.flatMap((d) => d.derivations.map((one) => one.attr)))], [attr]);
    const run = { uri, attr, selection: 'until', phase: 'installPhase', fresh: true } as const;
    const ran = await client.connection.sendRequest(runRequest, run);
    assert.equal(ran?.phases.at(-1)?.status, 'ok');
    const built = await client.connection.sendRequest(buildRequest, {
      uri,
      attr,
      rebuild: false,
      keepFailed: false,
    });
    assert.notEqual(built?.outputs['out'], undefined);
    const log = await client.connection.sendRequest(logRequest, {
      key: { uri, attr },
      storePath: null,
      id: '1',
    });
    assert.equal(log.message, null);
    await assert.rejects(readFile(touched));
  });

  it('keeps two evaluators at most in a storm of edits, and the one that is kept after it', async () => {
    const { uri, text } = await example('hello');
    const ours = ['derivations.nix', 'warm.nix'].map((name) =>
      join(repository, 'server/src/nix/expressions', name),
    );
    const evaluators = (): number => ours.flatMap(commandLinesWith).length;
    await client.open(uri, text);
    let most = 0;
    for (let version = 2; version <= 51; version++) {
      await client.change(
        uri,
        version,
        text.replace('doCheck = true;', `doCheck = true; edit = ${version};`),
      );
      await new Promise((resolve) => setTimeout(resolve, 60));
      most = Math.max(most, evaluators());
    }
    await lastDrawn(uri, 51);
    // An evaluator that an edit made stale may take a moment to end beside the new one.
    assert.ok(most >= 1 && most <= 3, `${most} evaluators at once`);
    await until('the others to end', () => evaluators() <= 1);
    assert.deepEqual(client.published(uri), []);
  });

  it('answers edits from one evaluator that it keeps, which ends with the server however that ends', async () => {
    const { uri, text, file } = await example('hello');
    const kept = async () => {
      const pids = await descendantsOf(client.server.pid ?? 0);
      return pids.filter((pid) => readProc(String(pid), 'cmdline').includes('/warm.nix'));
    };
    await client.open(uri, text);
    await lastDrawn(uri);
    const paths = new Set([client.drawing(uri)?.derivations[0]?.drvPath]);
    for (const version of [2, 3, 4]) {
      await client.change(
        uri,
        version,
        text.replace('doCheck = true;', `doCheck = true; edit = ${version};`),
      );
      await lastDrawn(uri, version);
      paths.add(client.drawing(uri)?.derivations[0]?.drvPath);
    }
    assert.equal(paths.size, 4);
    const [evaluator = 0, ...others] = await kept();
    assert.ok(evaluator > 0);
    assert.deepEqual(others, []);
    await writeFile(join(file, '../src/hello.c'), 'int main(void) { return 0; }\n');
    await client.change(uri, 5, text.replace('doCheck = true;', 'doCheck = true; edit = 4;'));
    await lastDrawn(uri, 5);
    assert.ok(!paths.has(client.drawing(uri)?.derivations[0]?.drvPath), 'the source is another');
    assert.deepEqual(client.logged, []);
    const [last = 0] = await kept();
    assert.notEqual(last, evaluator, 'what it had read was no more');
    client.server.kill('SIGKILL');
    await until('the evaluator to end', () => readProc(String(last), 'cmdline') === '');
  });

  it('frees what it held for documents that are closed', async () => {
    const heap = join(client.folder, 'state/heap');
    const megabytes = async (): Promise<number> => {
      await mkdir(dirname(heap), { recursive: true });
      await rm(heap, { force: true });
      client.server.kill('SIGUSR2');
      await until(
        'the server tells what it has',
        () => existsSync(heap) && readFileSync(heap, 'utf8') !== '',
      );
      return Number(readFileSync(heap, 'utf8')) / 1e6;
    };
    const text = `{ stdenv }: {\n${Array.from({ length: 200 }, (_, n) => `  p${n} = stdenv.mkDerivation { name = "p${n}"; };\n`).join('')}}\n`;
    const round = async (from: number): Promise<void> => {
      for (let n = from; n < from + 30; n++) {
        const { uri } = await client.file(`many${n}.nix`);
        await client.open(uri, text);
        await client.settle();
        await client.close(uri);
      }
      await client.settle();
    };
    await round(0);
    const after = await megabytes();
    await round(30);
    await round(60);
    const grown = (await megabytes()) - after;
    assert.ok(grown < 4, `${after.toFixed(1)} MB, then ${grown.toFixed(1)} MB more`);
  });
});
