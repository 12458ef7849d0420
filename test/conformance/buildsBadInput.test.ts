import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ActivityEvent } from '../../server/src/protocol/messages';
import type { Derivation } from '../../server/src/protocol/model';
import { canStartDaemon, NixDaemon } from '../support/nixDaemon';
import { nixConfig, nixEnvironment } from '../support/nixEnvironment';
import { leftOver, readProc } from '../support/processes';
import { engineBuilds, leftGoing, type EngineBuilds } from './engineBuilds';
import { NixTestbed, shellDerivation, unique } from './nixTestbed';

/** A length that no other process sleeps. */
const sleep = `sleep 9${String(process.pid).padStart(7, '0')}`;

const said =
  (words: string) =>
  (event: ActivityEvent): boolean =>
    event.type === 'output' && event.text.includes(words);

/** The processes of this Nix program that name this path. */
async function processesOf(program: string, path: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const line = readProc(pid, 'cmdline').replaceAll('\0', ' ');
    // A Nix that is not installed is started by its loader, which is told the name.
    const [first = '', second, third] = line.split(' ');
    const name = second === '--argv0' ? third : first;
    if (name?.includes(program) === true && line.includes(path)) found.push(Number(pid));
  }
  return found;
}

/** Signals the builders of these tests; gives how many there were. */
async function signalAll(program: string, signal: NodeJS.Signals): Promise<number> {
  const found = await processesOf(program, sleep);
  for (const pid of found) end(pid, signal);
  return found.length;
}

/** Ends one that may have gone in the meantime. */
function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

type Group = (title: string, tests: () => void) => void;
/** Through a daemon an ordinary user may name no substituter. */
const isClient = process.env['NIX_REMOTE'] === 'daemon';
const none: Group = () => undefined;
const whenOwnNix: Group = isClient ? none : describe;
const whenRoot: Group = canStartDaemon ? describe : none;

describe('builds that go wrong outside of themselves', function () {
  this.timeout(60_000);
  let folder: string;
  let builds: EngineBuilds;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phasewise-builds-'));
    builds = await engineBuilds(folder);
  });
  after(async () => {
    await builds.engine.dispose();
    await rm(folder, { recursive: true, force: true });
    // Nix leaves what it was building when it is killed; a daemon's we may not remove.
    if (isClient) return;
    for (const left of await readdir('/tmp'))
      if (left.startsWith('nix-build-') && left.includes(unique))
        await rm(join('/tmp', left), { recursive: true, force: true });
  });

  /** Builds until the event, does something, and waits for the end. */
  async function interrupted(
    by: EngineBuilds,
    derivation: Derivation,
    when: (event: ActivityEvent) => boolean,
    interrupt: (controller: AbortController) => Promise<void> | void,
  ) {
    const controller = new AbortController();
    let doing: Promise<void> | undefined;
    const { result, events } = await by.build(derivation, {
      signal: controller.signal,
      onEvent: (event) => {
        if (doing === undefined && when(event)) doing = interrupt(controller) ?? Promise.resolve();
      },
    });
    await doing;
    assert.deepEqual(leftGoing(events), []);
    assert.deepEqual(await leftOver(sleep), []);
    return { result, events, end: events.at(-1) };
  }

  const dreaming = (name: string, by = builds): Promise<Derivation> =>
    by.derivation(
      name,
      shellDerivation(
        `${name}-${unique}`,
        `echo goes to bed; sleep 0.3; echo falls asleep; ${sleep}; echo > $out`,
      ),
    );

  it('end in words, with their builder, when Nix is killed', async () => {
    const derivation = await dreaming('killed');
    const { result, end: last } = await interrupted(builds, derivation, said('falls asleep'), async () => {
      for (const pid of await processesOf('nix-store', derivation.drvPath ?? '')) end(pid, 'SIGKILL');
    });
    assert.equal(result.status, 'failed');
    assert.match(result.failure?.message ?? '', /nix-store ended with SIGKILL/);
    assert.ok(last?.type === 'finished' && last.status === 'failed');
  });

  it('end with their builder when cancelled', async () => {
    const derivation = await dreaming('cancelled');
    const built = await interrupted(builds, derivation, said('falls asleep'), (by) => by.abort());
    assert.equal(built.result.status, 'cancelled');
    assert.ok(built.end?.type === 'finished' && built.end.status === 'cancelled');
  });

  it('wait for another client that builds the same, say so, and find it built', async () => {
    const often = { NIX_CONFIG: `${nixConfig}\nbuild-poll-interval = 1` };
    const other = await engineBuilds(join(folder, 'other'), often);
    // A sandbox shows it no file of ours; one that a daemon started takes no signal from us.
    const go = join(folder, 'go');
    const script = `trap go=yes USR1; echo at work; until [ "$go" ] || [ -e ${go} ]; do sleep 0.1; done; echo > $out; : ${sleep}`;
    const text = shellDerivation(`shared-${unique}`, script);
    const derivation = await builds.derivation('shared', text);
    const waits = (event: ActivityEvent): boolean =>
      event.type === 'progress' && event.progress.kind === 'waiting' && event.progress.words !== null;
    let second: ReturnType<EngineBuilds['build']> | undefined;
    const first = await interrupted(builds, derivation, said('at work'), async () => {
      second = other.build(derivation, {
        onEvent: (event) => {
          if (!waits(event)) return;
          if (isClient) writeFileSync(go, '');
          else void signalAll('sh', 'SIGUSR1');
        },
      });
      await second;
    });
    const theirs = await second;
    assert.equal(first.result.status, 'built');
    assert.equal(theirs?.result.status, 'valid');
    assert.deepEqual(leftGoing(theirs.events), []);
    assert.deepEqual(theirs.result.outputs, first.result.outputs);
    assert.match(JSON.stringify(theirs.events), /Another Nix process builds shared-/);
    await other.engine.dispose();
  });

  whenOwnNix('with a substituter', () => {
    let server: Server;
    let cache: string;
    let asked: string[];
    let answers: (url: string) => boolean;
    let stalled: () => void;
    before(async () => {
      cache = await mkdtemp(join(folder, 'cache-'));
      server = createServer(({ url = '', socket }, response) => {
        asked.push(url);
        if (!answers(url)) return void socket.destroy();
        const file = join(cache, url);
        if (!existsSync(file)) return void response.writeHead(404).end();
        const bytes = readFileSync(file);
        if (!url.startsWith('/nar/')) return void response.end(bytes);
        response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 100));
        stalled();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });
    beforeEach(() => (asked = []));

    /** An engine that has it. */
    const substituted = (): Promise<EngineBuilds> => {
      const { port } = server.address() as AddressInfo;
      const config = nixConfig.replace(/^substituters =.*$/m, '');
      return engineBuilds(join(folder, 'substituted'), {
        NIX_CONFIG: `${config}\nsubstituters = http://127.0.0.1:${port}\nrequire-sigs = false\ndownload-attempts = 2`,
      });
    };

    it('that stalls are cancelled in the middle of the download', async () => {
      const input = shellDerivation(`fetched-${unique}`, 'seq 100000 > $out');
      const made = await builds.build(await builds.derivation('fetched', input));
      const output = made.result.outputs['out'] ?? '';
      const bed = await NixTestbed.open();
      const { exitCode, stderr } = await bed.runner.run(
        bed.nix.installation.programs.nix,
        [
          '--extra-experimental-features',
          'nix-command',
          'copy',
          '--to',
          `file://${cache}?compression=none`,
          output,
        ],
        { env: nixEnvironment() },
      );
      assert.equal(exitCode, 0, stderr);
      await bed.nix.deletePaths([output], false, new AbortController().signal);
      await bed.close();
      answers = () => true;
      const theirs = await substituted();
      const text = shellDerivation(`fetches-${unique}`, 'echo > $out', `input = ${input};`);
      const derivation = await theirs.derivation('fetches', text);
      const controller = new AbortController();
      stalled = () => controller.abort();
      const { result, events } = await theirs.build(derivation, { signal: controller.signal });
      assert.equal(result.status, 'cancelled');
      assert.deepEqual(leftGoing(events), []);
      assert.ok(
        events.some(
          (event) =>
            event.type === 'progress' &&
            event.progress.kind === 'input' &&
            event.progress.input.work === 'download',
        ),
      );
      assert.deepEqual(await processesOf('nix-store', derivation.drvPath ?? ''), []);
      await theirs.engine.dispose();
    });

    it('that is down are not waited for twice, and go on without it then', async () => {
      answers = () => false;
      const theirs = await substituted();
      const build = async (name: string) => {
        asked = [];
        const text = shellDerivation(`${name}-${unique}`, 'echo > $out');
        return (await theirs.build(await theirs.derivation(name, text))).result;
      };
      const first = await build('patient');
      assert.equal(asked.length, 2);
      // Nix fails where it has asked it before, and goes on where it has not.
      if (first.status === 'failed') {
        assert.match(first.failure?.explanation ?? '', /^A substituter does not answer.*Build again/);
      }
      assert.equal((await build('impatient')).status, 'built');
      assert.equal(asked.length, 0);
      await theirs.engine.dispose();
    });
  });

  whenRoot('through a daemon', () => {
    let daemon: NixDaemon;
    before(async () => {
      daemon = await NixDaemon.open(nixConfig);
    });
    after(() => daemon.close());

    async function crash(): Promise<void> {
      await daemon.crash();
      // A shell may be starting another while it is looked for.
      for (const program of ['sh', 'sleep'])
        while ((await signalAll(program, 'SIGKILL')) > 0) await pause(20);
    }

    it('that crashes and is started again end in words that say so, and can be begun again', async () => {
      const theirs = await engineBuilds(join(folder, 'daemon'), daemon.variables);
      const derivation = await dreaming('through-daemon', theirs);
      const { result, end: last } = await interrupted(theirs, derivation, said('falls asleep'), async () => {
        await crash();
        await daemon.start();
      });
      assert.equal(result.status, 'failed');
      assert.match(result.failure?.explanation ?? '', /^The Nix daemon went away in the middle of it/);
      assert.ok(last?.type === 'finished' && last.status === 'failed');
      const next = await theirs.derivation('next', shellDerivation(`next-${unique}`, 'echo > $out'));
      assert.equal((await theirs.build(next)).result.status, 'built');
      await theirs.engine.dispose();
    });
  });
});
