import assert from 'node:assert/strict';
import type { ActivityEvent } from '../../../server/src/protocol/messages';
import { ServerState } from '../../../client/src/serverState';
import { statusText } from '../../../client/src/statusText';
import { derivationWords } from '../../../client/src/phases/sessionWords';
import { derivation, drawing, failure, ready, uri } from './sample';

const key = { uri, attr: '' };

function receive(state: ServerState, ...events: readonly ActivityEvent[]): void {
  for (const event of events) state.receive({ key, kind: 'run', id: '1', event });
}

describe('what the server last said', () => {
  it('tells output to those who write it and not to those who draw', () => {
    const state = new ServerState();
    let changes = 0;
    const seen: string[] = [];
    state.onDidChange(() => changes++);
    state.onActivity(({ event }) => seen.push(event.type));
    receive(state, { type: 'started', phases: [] }, { type: 'output', phase: null, text: 'x' });
    assert.equal(changes, 1);
    assert.deepEqual(seen, ['started', 'output']);
  });

  it('runs nothing any more when the server is gone', () => {
    const state = new ServerState();
    state.setStatus(ready);
    state.setDrawing({ ...drawing(derivation()), busy: true });
    receive(
      state,
      { type: 'started', phases: ['buildPhase'] },
      { type: 'phaseStarted', phase: 'buildPhase' },
    );
    assert.equal(state.running().length, 1);
    state.interrupt();
    assert.equal(state.running().length, 0);
    assert.equal(state.activity(key)?.phases.get('buildPhase')?.kind, 'cancelled');
    assert.equal(state.status.state, 'unknown');
    assert.equal(state.drawing(uri)?.busy, false);
  });

  it('stops telling whoever went away', () => {
    const state = new ServerState();
    let changes = 0;
    state.onDidChange(() => changes++).dispose();
    state.setStatus(ready);
    assert.equal(changes, 0);
  });
});

describe('the status-bar item', () => {
  it('names the Nix in use', () => {
    assert.equal(statusText(ready, [], true).text, 'Nix 2.8.0');
    assert.equal(statusText(ready, [], true).warning, false);
    const inOne = statusText({ ...ready, message: 'In b: Nix was not found.' }, [], true);
    assert.equal(inOne.text, 'Nix 2.8.0');
    assert.ok(inOne.warning && inOne.tooltip.includes('In b: Nix was not found.'));
  });

  it('names the phase that runs and how many others do', () => {
    const state = new ServerState();
    receive(state, { type: 'started', phases: [] }, { type: 'phaseStarted', phase: 'buildPhase' });
    state.receive({
      key: { uri, attr: 'b' },
      kind: 'build',
      id: '2',
      event: { type: 'started', phases: [] },
    });
    assert.equal(statusText(ready, state.running(), true).text, '$(loading~spin) buildPhase +1');
  });

  it('counts what is built and downloaded before the first phase, and says what a click does', () => {
    const state = new ServerState();
    const totals = {
      kind: 'totals',
      totals: { work: 'build', done: 37, expected: 112, running: 2, failed: 0 },
    } as const;
    const progress = { type: 'progress', progress: totals } as const;
    for (const event of [{ type: 'started', phases: [] } as const, progress])
      state.receive({ key: { uri, attr: '' }, kind: 'build', id: '1', event });
    const { text, tooltip } = statusText(ready, state.running(), true);
    assert.equal(text, '$(loading~spin) building · 37 of 112 built');
    assert.match(tooltip, /menu: its first entry stops/);
  });

  it('names what is built for an evaluation, which is of no derivation of the file', () => {
    const state = new ServerState();
    const key = { uri: 'file:///w/a.nix', attr: '' };
    const send = (event: ActivityEvent) =>
      state.receive({ key, kind: 'evaluation', id: 'evaluation-1', event });
    send({ type: 'started', phases: [] });
    send({ type: 'notice', text: 'Building gen-1, which the evaluation needs (import from derivation).' });
    assert.equal(statusText(ready, state.running(), true).text, '$(loading~spin) Building gen-1');
    assert.equal(state.activity(key), undefined);
    send({ type: 'finished', status: 'ok', seconds: 1, failure: null });
    assert.deepEqual(state.running(), []);
  });

  it('says what is missing and what to do', () => {
    const status = {
      state: 'nixMissing',
      nixVersion: null,
      message: 'No nix.',
      advice: 'Install it.',
    } as const;
    const said = statusText(status, [], true);
    assert.ok(said.warning);
    assert.match(said.tooltip, /No nix\.\n\nInstall it\./);
  });

  it('says so when the language server is gone', () => {
    assert.match(statusText(ready, [], false).tooltip, /not running/);
  });

  it('keeps what a build left while its failing line is looked for, and takes the line when it is found', () => {
    const state = new ServerState();
    state.setStatus(ready);
    state.setDrawing(drawing(derivation()));
    const send = (kind: 'build' | 'replay', event: ActivityEvent) =>
      state.receive({ key, kind, id: '1', event });
    const built = failure({ exact: false });
    send('build', { type: 'started', phases: ['buildPhase'] });
    send('build', { type: 'phaseStarted', phase: 'buildPhase' });
    send('build', { type: 'phaseFinished', phase: 'buildPhase', status: 'failed', seconds: 2, lines: 7 });
    send('build', { type: 'finished', status: 'failed', seconds: 2, failure: built });
    send('replay', { type: 'started', phases: ['buildPhase'] });
    send('replay', { type: 'phaseStarted', phase: 'buildPhase' });
    assert.equal(state.shown(key).phases.get('buildPhase')?.kind, 'failed');
    assert.equal(derivationWords(state.shown(key)), 'build failed · looking for the failing line');
    assert.equal(
      statusText(ready, state.running(), true).text,
      '$(loading~spin) looking for the failing line',
    );
    send('replay', { type: 'phaseFinished', phase: 'buildPhase', status: 'failed', seconds: 1, lines: 7 });
    send('replay', { type: 'finished', status: 'ok', seconds: 1, failure: failure() });
    assert.equal(state.running().length, 0);
    assert.equal(state.activity(key)?.failure?.exact, true);
    assert.deepEqual(state.activity(key)?.phases.get('buildPhase'), { kind: 'failed', seconds: 2, lines: 7 });
  });

  it('keeps the failure of a build when its line could not be looked for', () => {
    const state = new ServerState();
    const send = (kind: 'build' | 'replay', event: ActivityEvent) =>
      state.receive({ key, kind, id: '1', event });
    send('build', { type: 'finished', status: 'failed', seconds: 2, failure: failure({ exact: false }) });
    for (const status of ['failed', 'cancelled'] as const) {
      send('replay', { type: 'started', phases: [] });
      send('replay', { type: 'finished', status, seconds: 1, failure: null });
      assert.equal(state.activity(key)?.failure?.exact, false);
    }
    send('replay', { type: 'started', phases: [] });
    state.interrupt();
    assert.equal(state.isReplayed(key), false);
  });
});
