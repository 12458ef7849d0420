import assert from 'node:assert/strict';
import type { ActivityEvent } from '../../../../server/src/protocol/messages';
import type { SessionState } from '../../../../server/src/protocol/sessionMessages';
import { ServerState } from '../../../../client/src/serverState';
import { derivation, drawing, kept, session, uri } from '../sample';

const key = { uri, attr: '' };

/** A window that shows `hello`, and what its server said after that. */
function windowWith(kind: 'run' | 'build', ...events: readonly ActivityEvent[]): ServerState {
  const state = new ServerState();
  state.setDrawing(drawing(derivation()));
  tell(state, kind, ...events);
  return state;
}

function tell(state: ServerState, kind: 'run' | 'build', ...events: readonly ActivityEvent[]): void {
  for (const event of events) state.receive({ key, kind, id: kind, event });
}

const phases = ['unpackPhase', 'buildPhase'];
const started = { type: 'started', phases } as const;
const ran = (phase: string, status: 'ok' | 'failed' = 'ok') =>
  ({ type: 'phaseFinished', phase, status, seconds: 2, lines: 1 }) as const;
const ended = { type: 'finished', status: 'ok', seconds: 4, failure: null } as const;
const edited = derivation({ drvPath: '/nix/store/2rz4g4znpzjwh1xymhjpm42vipw92pr7-hello-1.0.drv' });

function states(state: ServerState): Readonly<Record<string, string>> {
  return Object.fromEntries([...state.shown(key).phases].map(([name, { kind }]) => [name, kind]));
}

function sessionOf(...kept: SessionState['phases']): Parameters<ServerState['setSessions']>[0] {
  return { uri, sessions: [session({ phases: kept })] };
}

describe('the states that the tree shows', () => {
  it('are those of the session when nothing ran in this window', () => {
    const state = windowWith('run');
    state.setSessions(
      sessionOf(kept('unpackPhase', { seconds: 60 }), kept('buildPhase', { status: 'failed' })),
    );
    assert.deepEqual(states(state), { unpackPhase: 'ok', buildPhase: 'failed' });
    assert.equal(state.shown(key).phases.get('unpackPhase')?.seconds, 60);
  });

  it('say what is stale and why before anything runs', () => {
    const state = windowWith('run');
    state.setSessions(sessionOf(kept('unpackPhase'), kept('buildPhase', { stale: 'It was edited.' })));
    assert.deepEqual(state.shown(key).phases.get('buildPhase'), {
      kind: 'stale',
      seconds: 1,
      reason: 'It was edited.',
    });
  });

  it('are those of the run while it lasts, and after it the session’s', () => {
    const state = windowWith('run');
    state.setSessions(
      sessionOf(kept('unpackPhase'), kept('buildPhase', { stale: 'x' }), kept('installPhase')),
    );
    tell(state, 'run', { ...started, phases: ['buildPhase'] });
    assert.deepEqual(states(state), { unpackPhase: 'ok', buildPhase: 'waiting', installPhase: 'ok' });
    tell(state, 'run', ran('buildPhase'), ended);
    assert.deepEqual(states(state), { unpackPhase: 'ok', buildPhase: 'ok', installPhase: 'ok' });
    state.setSessions(
      sessionOf(kept('unpackPhase'), kept('buildPhase'), kept('installPhase', { stale: 'x' })),
    );
    assert.deepEqual(states(state), { unpackPhase: 'ok', buildPhase: 'ok', installPhase: 'stale' });
  });

  it('forget a run whose session was dropped', () => {
    const state = windowWith('run', started, ran('unpackPhase'), ended);
    state.setSessions({ uri, sessions: [] });
    assert.deepEqual(states(state), {});
  });

  it('are those of a build until the derivation is another one', () => {
    const state = windowWith(
      'build',
      started,
      { type: 'phaseStarted', phase: 'unpackPhase' },
      ran('unpackPhase'),
    );
    tell(state, 'build', ran('buildPhase'), ended);
    state.setSessions(sessionOf(kept('unpackPhase', { status: 'failed' })));
    assert.deepEqual(states(state), { unpackPhase: 'ok', buildPhase: 'ok' });
    assert.ok(state.shown(key).current);
    state.setDrawing(drawing(edited));
    assert.deepEqual(states(state), { unpackPhase: 'failed' });
    assert.ok(!state.shown(key).current);
  });

  it('keep what ended when the server did, until another one says what was kept', () => {
    const state = windowWith('run', started, { type: 'phaseStarted', phase: 'unpackPhase' });
    state.interrupt();
    assert.deepEqual(states(state), { unpackPhase: 'cancelled' });
    state.setSessions(sessionOf(kept('unpackPhase', { status: 'cancelled', seconds: null })));
    assert.deepEqual(states(state), { unpackPhase: 'cancelled' });
  });
});
