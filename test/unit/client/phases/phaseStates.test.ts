import assert from 'node:assert/strict';
import type { ActivityEvent } from '../../../../server/src/protocol/messages';
import {
  advanceActivity,
  interruptActivity,
  type DerivationActivity,
} from '../../../../client/src/phases/phaseStates';
import { failure } from '../sample';

function after(
  events: readonly ActivityEvent[],
  kind: 'run' | 'build' = 'run',
  id = '1',
  previous?: DerivationActivity,
): DerivationActivity {
  const last = events.reduce<DerivationActivity | undefined>(
    (activity, event) => advanceActivity(activity, { kind, id, event }),
    previous,
  );
  assert.ok(last);
  return last;
}

const states = (activity: DerivationActivity) =>
  Object.fromEntries([...activity.phases].map(([name, { kind }]) => [name, kind]));

const started: ActivityEvent = { type: 'started', phases: ['unpackPhase', 'buildPhase'] };
const ok = (name: string): readonly ActivityEvent[] => [
  { type: 'phaseStarted', phase: name },
  { type: 'phaseFinished', phase: name, status: 'ok', seconds: 1, lines: 3 },
];

describe('the states of phases', () => {
  it('lets every expected phase wait at first', () => {
    assert.deepEqual(states(after([started])), { unpackPhase: 'waiting', buildPhase: 'waiting' });
  });

  it('has one running phase at a time and remembers how long each took', () => {
    const activity = after([started, ...ok('unpackPhase'), { type: 'phaseStarted', phase: 'buildPhase' }]);
    assert.deepEqual(states(activity), { unpackPhase: 'ok', buildPhase: 'running' });
    assert.equal(activity.phase, 'buildPhase');
    assert.equal(activity.phases.get('unpackPhase')?.seconds, 1);
  });

  it('never leaves a phase spinning or waiting when the activity ends', () => {
    for (const status of ['ok', 'failed', 'cancelled'] as const) {
      const activity = after([
        started,
        { type: 'phaseStarted', phase: 'unpackPhase' },
        { type: 'finished', status, seconds: 2, failure: null },
      ]);
      assert.deepEqual(states(activity), { unpackPhase: status });
      assert.equal(activity.phase, null);
      assert.equal(activity.status, status);
    }
  });

  it('keeps what an earlier run left in the session', () => {
    const first = after([
      started,
      ...ok('unpackPhase'),
      { type: 'finished', status: 'ok', seconds: 1, failure: null },
    ]);
    const second = after([{ type: 'started', phases: ['buildPhase'] }], 'run', '2', first);
    assert.deepEqual(states(second), { unpackPhase: 'ok', buildPhase: 'waiting' });
  });

  it('starts a build from nothing once its first phase begins', () => {
    const run = after([started, ...ok('unpackPhase')]);
    const begun = after([{ type: 'started', phases: ['buildPhase', 'installPhase'] }], 'build', '2', run);
    assert.deepEqual(states(begun), states(run));
    const building = after([{ type: 'phaseStarted', phase: 'buildPhase' }], 'build', '2', begun);
    assert.deepEqual(states(building), { buildPhase: 'running', installPhase: 'waiting' });
    const again = after([{ type: 'phaseStarted', phase: 'unpackPhase' }], 'build', '3', building);
    assert.deepEqual(states(again), { unpackPhase: 'running' });
  });

  it('leaves the phases of a run when a build finds everything built', () => {
    const run = after([started, ...ok('unpackPhase'), ...ok('buildPhase')]);
    const build = after(
      [started, { type: 'finished', status: 'ok', seconds: 0.1, failure: null }],
      'build',
      '2',
      run,
    );
    assert.deepEqual(states(build), { unpackPhase: 'ok', buildPhase: 'ok' });
  });

  it('does not take the phases of a build for phases of a session', () => {
    const build = after([started, ...ok('unpackPhase')], 'build');
    const run = after([{ type: 'started', phases: ['buildPhase'] }], 'run', '2', build);
    assert.deepEqual(states(run), { buildPhase: 'waiting' });
  });

  it('keeps the failure that ended it', () => {
    const activity = after([started, { type: 'finished', status: 'failed', seconds: 1, failure: failure() }]);
    assert.equal(activity.failure?.phase, 'buildPhase');
  });

  it('ends what ran when the server is gone and leaves the rest alone', () => {
    const running = after([started, ...ok('unpackPhase'), { type: 'phaseStarted', phase: 'buildPhase' }]);
    assert.deepEqual(states(interruptActivity(running)), { unpackPhase: 'ok', buildPhase: 'cancelled' });
    const ended = after([started, { type: 'finished', status: 'ok', seconds: 1, failure: null }]);
    assert.equal(interruptActivity(ended), ended);
  });
});
