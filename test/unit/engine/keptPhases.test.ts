import assert from 'node:assert/strict';
import { keptPhases } from '../../../server/src/engine/keptPhases';
import type { SessionPhaseResult } from '../../../server/src/phases/sessionResults';
import { staleByEdit, staleFrom } from '../../../server/src/phases/staleness';

type Kept = Parameters<typeof keptPhases>[0];

function done(name: string, status: 'ok' | 'skipped' = 'ok'): SessionPhaseResult {
  const ran = { reused: false, exitCode: 0, seconds: 2, lines: 0, logFile: '/log' };
  return { name, status, ...ran, message: null, failedCommand: null, tail: [] };
}

const phases = ['a', 'b', 'c', 'd'].map((name) => ({ name, runs: true }));
const failed = { name: 'c', status: 'failed', seconds: 3 } as const;

function record(over: Partial<Kept>): Kept {
  return { phases, results: [done('a'), done('b')], failed: null, stale: [], ...over };
}

const edit = (phase: string | null, reach: 'nothing' | 'phase' | 'everything' = 'phase') =>
  ({ reach, phase, reasons: ['One.', 'Two.'] }) as const;

function told(...args: Parameters<typeof keptPhases>): readonly string[] {
  return keptPhases(...args).map(({ name, status, stale }) => `${name} ${stale ?? status}`);
}

describe('the phases of a session before its next run', () => {
  it('are those that ran, and the one that failed', () => {
    assert.deepEqual(told(record({ failed }), null), ['a ok', 'b ok', 'c failed']);
  });

  it('are stale from the first that an edit reaches, the failed one too', () => {
    assert.deepEqual(told(record({ failed }), edit('b')), ['a ok', 'b One. Two.', 'c One. Two.']);
    assert.deepEqual(told(record({ failed }), edit('d')), ['a ok', 'b ok', 'c failed']);
    assert.deepEqual(told(record({}), edit(null, 'nothing')), ['a ok', 'b ok']);
    assert.deepEqual(told(record({}), edit(null, 'everything')), ['a One. Two.', 'b One. Two.']);
  });

  it('never call a skipped phase stale: it did nothing', () => {
    assert.deepEqual(told(record({ results: [done('a'), done('b', 'skipped')] }), edit('a')), [
      'a One. Two.',
      'b skipped',
    ]);
  });

  it('keep what an earlier edit made stale until it ran again', () => {
    const stale = [{ name: 'd', status: 'ok', seconds: 1, reason: 'Before.' }] as const;
    assert.deepEqual(told(record({ stale }), null), ['a ok', 'b ok', 'd Before.']);
    assert.deepEqual(told(record({ stale, failed: { ...failed, name: 'd' } }), null), [
      'a ok',
      'b ok',
      'd failed',
    ]);
  });
});

describe('what is stale once a session went back', () => {
  const stale = [{ name: 'd', status: 'ok', seconds: 1, reason: 'Before.' }] as const;
  const whole = record({ failed, stale });

  it('are the phases from there on, and those that were before', () => {
    assert.deepEqual(
      staleFrom(whole, 1, 'b ran again.').map(({ name, reason }) => [name, reason]),
      [
        ['b', 'b ran again.'],
        ['d', 'Before.'],
      ],
    );
  });

  it('is the failed phase too when it was edited', () => {
    const names = (position: number) => staleByEdit(whole, position, 'Edited.').map(({ name }) => name);
    assert.deepEqual(names(1), ['b', 'c', 'd']);
    assert.deepEqual(names(2), ['c', 'd']);
    assert.deepEqual(names(3), ['d']);
  });
});
