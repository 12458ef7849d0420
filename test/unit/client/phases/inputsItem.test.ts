import assert from 'node:assert/strict';
import { phaseItems } from '../../../../client/src/phases/phaseItems';
import {
  advanceActivity,
  interruptActivity,
  type DerivationActivity,
} from '../../../../client/src/phases/phaseStates';
import type { InputProgress } from '../../../../server/src/protocol/buildProgress';
import type { ActivityEvent } from '../../../../server/src/protocol/messages';
import { derivation, drawing, failure, inputOf, ready, shown } from '../sample';

function build(...events: readonly ActivityEvent[]): DerivationActivity {
  const of = (event: ActivityEvent) => ({ kind: 'build', id: '1', event }) as const;
  return events.reduce<DerivationActivity>(
    (last, event) => advanceActivity(last, of(event)),
    advanceActivity(undefined, of({ type: 'started', phases: ['buildPhase'] })),
  );
}

const input = (state: InputProgress): ActivityEvent => ({
  type: 'progress',
  progress: { kind: 'input', input: state },
});

function group(activity: DerivationActivity) {
  const [item] = phaseItems(drawing(derivation()), ready, () => shown(activity));
  return item?.children.find(({ kind }) => kind === 'inputs');
}

describe('the inputs of a build in the tree', () => {
  it('have a row while they are built or fetched, with phase, builder and what it usually takes', () => {
    const shownGroup = group(
      build(
        input(inputOf('zlib-1.3', { phase: 'buildPhase', estimate: 40, from: 'ssh://box' })),
        input(
          inputOf('src', { path: '/nix/store/x-src', work: 'download', done: 2_000_000, total: 4_000_000 }),
        ),
      ),
    );
    assert.equal(shownGroup?.label, 'Building inputs');
    assert.equal(shownGroup.description, '1 building, 1 downloading');
    assert.deepEqual(
      shownGroup.children.map(({ label, description, icon }) => [label, description, icon.name]),
      [
        ['zlib-1.3', 'buildPhase · usually 40 s · on box', 'loading~spin'],
        ['src', '2.0 of 4.0 MB', 'cloud-download'],
      ],
    );
    const [zlib, source] = shownGroup.children;
    assert.match(zlib?.context ?? '', /^input;running;build;/);
    assert.equal(zlib?.drvPath, inputOf('zlib-1.3').path);
    assert.equal(source?.drvPath, null);
  });

  it('are counted, as Nix counts all that is to be built and downloaded', () => {
    const totals = (work: 'build' | 'download', done: number, expected: number): ActivityEvent => ({
      type: 'progress',
      progress: { kind: 'totals', totals: { work, done, expected, running: 1, failed: 0 } },
    });
    const going = build(input(inputOf('zlib-1.3')), totals('build', 37, 112), totals('download', 12, 40));
    assert.equal(group(going)?.description, '1 building, 37 of 112 built, 12 of 40 downloaded');
  });

  it('are done once the derivation itself is built, and gone when that has ended well', () => {
    const done = [input(inputOf('zlib-1.3')), input(inputOf('zlib-1.3', { status: 'ok', seconds: 2 }))];
    const going = group(build(...done));
    assert.deepEqual(
      [going?.label, going?.icon.name, going?.description],
      ['Inputs', 'pass-filled', '1 built'],
    );
    const ended = build(...done, { type: 'finished', status: 'ok', seconds: 3, failure: null });
    assert.equal(group(ended), undefined);
  });

  it('stay when they failed, the one that failed first before the others', () => {
    const failed = { status: 'failed', reason: 'builder failed with exit code 1' } as const;
    const ended = build(
      input(inputOf('late', failed)),
      input(inputOf('first', { ...failed, first: true, phase: 'checkPhase' })),
      { type: 'finished', status: 'failed', seconds: 3, failure: failure() },
    );
    assert.deepEqual(
      group(ended)?.children.map(({ label, description }) => [label, description]),
      [
        ['first', 'failed first · in checkPhase · builder failed with exit code 1'],
        ['late', 'failed · builder failed with exit code 1'],
      ],
    );
  });

  it('do not spin any more when the server is gone', () => {
    assert.equal(group(interruptActivity(build(input(inputOf('zlib-1.3'))))), undefined);
  });

  it('are forgotten in the end when they are many', () => {
    const many = Array.from({ length: 500 }, (_, n) => input(inputOf(`i${n}`, { status: 'ok' })));
    const shownGroup = group(build(...many));
    assert.equal(shownGroup?.description, '500 built');
    assert.equal(shownGroup.children.length, 20);
  });

  it('make the derivation say what it waits for', () => {
    const waiting = build({ type: 'progress', progress: { kind: 'waiting', words: 'Another Nix …' } });
    const [item] = phaseItems(drawing(derivation()), ready, () => shown(waiting));
    assert.match(item?.description ?? '', /^waiting for another build/);
  });
});
