/** What a run of phases is told of the times that these took before, over real Nix. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActivityEvent } from '../../server/src/protocol/messages';
import type { Derivation } from '../../server/src/protocol/model';
import { engineBuilds, type EngineBuilds } from './engineBuilds';
import { unique } from './nixTestbed';

const examples = join(__dirname, '../../examples');

describe('how long phases took before', function () {
  this.timeout(120_000);
  let folder: string;
  let builds: EngineBuilds;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'phasewise-estimates-'));
    builds = await engineBuilds(folder);
  });
  after(async () => {
    // A session outlives the engine: its directory is not below the folder.
    const dropped = await builds.engine.dropSessions(null, new AbortController().signal);
    await builds.engine.dispose();
    assert.deepEqual(dropped.kept, []);
    await rm(folder, { recursive: true, force: true });
  });

  const timed = (attributes: string): Promise<Derivation> =>
    builds.derivation(
      'timed',
      `with import ${examples}/pkgs { };
      stdenv.mkDerivation {
        name = "timed-${unique}"; dontUnpack = true;
        buildPhase = "sleep 1"; installPhase = "echo ${unique} > $out"; ${attributes}
      }`,
    );

  async function estimateOf(derivation: Derivation) {
    const events: ActivityEvent[] = [];
    const all = { selection: 'all', phase: null, fresh: false, verify: false, out: null } as const;
    const listen = (event: ActivityEvent): void => void events.push(event);
    const ran = await builds.engine.run(derivation, all, listen, new AbortController().signal);
    assert.equal(ran.ok, true);
    return events.flatMap((event) =>
      event.type === 'progress' && event.progress.kind === 'estimate' ? [event.progress] : [],
    );
  }

  it('is told when they run again, and says nothing of a whole build that never was', async () => {
    assert.deepEqual(await estimateOf(await timed('')), []);
    const [again] = await estimateOf(await timed('edited = 1;'));
    assert.equal(again?.seconds, null);
    assert.ok((again.phases['buildPhase'] ?? 0) >= 1, JSON.stringify(again));
  });

  it('a build is told, too, what its phases took when they were run', async () => {
    const { result, events } = await builds.build(await timed('edited = 2;'));
    assert.equal(result.status, 'built');
    const told = events.some(
      (event) =>
        event.type === 'progress' &&
        event.progress.kind === 'estimate' &&
        (event.progress.phases['buildPhase'] ?? 0) >= 1,
    );
    assert.equal(told, true);
  });
});
