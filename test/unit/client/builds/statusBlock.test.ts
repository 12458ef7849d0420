import assert from 'node:assert/strict';
import { StatusBlock } from '../../../../client/src/builds/statusBlock';
import type { BuildProgress } from '../../../../server/src/protocol/buildProgress';
import { inputOf } from '../sample';

function start() {
  let clock = 0;
  const block = new StatusBlock('hello-1.0', () => clock);
  return {
    block,
    wait: (seconds: number) => (clock += seconds * 1000),
    progress: (progress: BuildProgress) => block.follow({ type: 'progress', progress }),
  };
}

describe('the rows that tell what goes on', () => {
  it('begin with the evaluation and end with the build', () => {
    const { block, wait } = start();
    wait(1.5);
    assert.deepEqual(block.lines(), ['hello-1.0  evaluating · 1 s in all']);
    block.follow({ type: 'started', phases: [] });
    assert.deepEqual(block.lines(), ['hello-1.0  preparing · 1 s in all']);
    block.follow({ type: 'finished', status: 'ok', seconds: 2, failure: null });
    assert.deepEqual(block.lines(), []);
  });

  it('tell the phase and its time beside what it took before', () => {
    const { block, wait, progress } = start();
    block.follow({ type: 'started', phases: [] });
    progress({ kind: 'estimate', seconds: 90, phases: { buildPhase: 40, fixupPhase: 0.2 } });
    progress({ kind: 'builder', machine: 'ssh-ng://box.example?key=x' });
    block.follow({ type: 'phaseStarted', phase: 'buildPhase' });
    wait(12);
    assert.deepEqual(block.lines(), [
      'hello-1.0  buildPhase 12 s of about 40 s · 12 s in all, usually 1 min 30 s · on box.example',
    ]);
    block.follow({ type: 'phaseStarted', phase: 'fixupPhase' });
    assert.match(block.lines()[0] ?? '', /fixupPhase 0 s · /);
  });

  it('tell the inputs that are built and fetched, each with its own time', () => {
    const { block, wait, progress } = start();
    block.follow({ type: 'started', phases: [] });
    progress({ kind: 'input', input: inputOf('zlib-1.3', { estimate: 30 }) });
    wait(3);
    progress({
      kind: 'input',
      input: inputOf('zlib-1.3', { estimate: 30, phase: 'buildPhase', seconds: 3 }),
    });
    progress({
      kind: 'input',
      input: inputOf('openssl-3.0', {
        ...{ work: 'download', from: 'https://cache.example', done: 3_100_000, total: 12_000_000 },
      }),
    });
    wait(2);
    assert.deepEqual(block.lines(), [
      'hello-1.0    waiting for its inputs · 5 s in all',
      'zlib-1.3     buildPhase 5 s of about 30 s',
      'openssl-3.0  downloading 3.1 of 12 MB 2 s from cache.example',
    ]);
    progress({ kind: 'input', input: inputOf('zlib-1.3', { status: 'ok', seconds: 5 }) });
    assert.equal(block.lines().length, 2);
  });

  it('tell how many of how many are built and downloaded, unless it is the only one', () => {
    const { block, progress } = start();
    block.follow({ type: 'started', phases: [] });
    const totals = (work: 'build' | 'download', done: number, expected: number, running = 0) =>
      progress({ kind: 'totals', totals: { work, done, expected, running, failed: 0 } });
    totals('build', 0, 1);
    totals('download', 0, 1);
    assert.deepEqual(block.lines(), ['hello-1.0  preparing · 0 s in all']);
    totals('build', 37, 112);
    totals('download', 12, 40);
    assert.deepEqual(block.lines(), [
      'hello-1.0  preparing · 37 of 112 built, 12 of 40 downloaded · 0 s in all',
    ]);
  });

  it('name a few of many inputs', () => {
    const { block, progress } = start();
    block.follow({ type: 'started', phases: [] });
    for (let n = 0; n < 9; n++) progress({ kind: 'input', input: inputOf(`input-${n}`) });
    assert.equal(block.lines().length, 7);
    assert.equal(block.lines().at(-1), '… and 4 more');
  });

  it('say what Nix waits for', () => {
    const { block, progress } = start();
    block.follow({ type: 'started', phases: [] });
    progress({ kind: 'waiting', words: 'Another Nix process builds it.' });
    assert.deepEqual(block.lines(), ['hello-1.0  Another Nix process builds it.']);
    progress({ kind: 'waiting', words: null });
    assert.match(block.lines()[0] ?? '', /preparing/);
  });
});
