import assert from 'node:assert/strict';
import type { EvaluationFailure } from '../../server/src/nix/nix';
import { leftOver } from '../support/processes';
import { NixTestbed, shellDerivation, unique } from './nixTestbed';

describe('limits of an evaluation', () => {
  let bed: NixTestbed;
  before(async () => {
    bed = await NixTestbed.open();
  });
  after(() => bed.close());

  // Deep enough to last for minutes, shallow enough for every stack.
  const endless = (mark: string) =>
    `let spin = n: if n == 0 then 0 else builtins.seq (builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 300000)) (spin (n - 1)); in builtins.seq "${mark}" (spin 5000)`;

  it('end an evaluation that takes too long, and leave nothing running', async () => {
    const started = Date.now();
    const file = await bed.write(`slow-${unique}.nix`, endless('timeout'));
    const result = await bed.evaluate({ file }, { timeoutMs: 800 });
    assert.equal((result as { error?: EvaluationFailure }).error?.kind, 'timeout');
    assert.ok(Date.now() - started < 6000);
    assert.deepEqual(await leftOver(`slow-${unique}`), []);
  });

  it('end an evaluation that is cancelled', async () => {
    const file = await bed.write(`cancelled-${unique}.nix`, endless('cancel'));
    const controller = new AbortController();
    const asked = bed.evaluate({ file }, {}, controller.signal);
    setTimeout(() => controller.abort(), 500);
    const result = await asked;
    assert.equal((result as { error?: EvaluationFailure }).error?.kind, 'cancelled');
    assert.deepEqual(await leftOver(`cancelled-${unique}`), []);
    const before = await bed.evaluate({ file }, {}, AbortSignal.abort());
    assert.equal((before as { error?: EvaluationFailure }).error?.kind, 'cancelled');
  });

  it('end an evaluation that needs too much memory', async () => {
    const found = await bed.refused(
      'builtins.deepSeq (builtins.genList (x: builtins.genList (y: { z = y * x; }) 1000) 1000000) 1',
      { memoryLimitMb: 150 },
    );
    assert.equal(found.kind, 'memory');
    assert.match(found.message, /150 MB/);
  });

  it('keep what was found before the time was over', async () => {
    const result = await bed.evaluated(
      `{ a = ${shellDerivation('quick', 'true')}; b = ${endless('part')}; }`,
      {
        timeoutMs: 1500,
      },
    );
    assert.deepEqual(
      result.derivations.map(({ name }) => name),
      ['quick'],
    );
    assert.deepEqual(
      result.failures.map(({ attr, kind }) => [attr, kind]),
      [['b', 'timeout']],
    );
  });

  it('bound an evaluation that prints without end', async () => {
    const found = await bed.refused('let f = n: builtins.trace "more ${toString n}" (f (n + 1)); in f 0', {
      timeoutMs: 3000,
    });
    assert.ok(found.kind === 'timeout' || found.kind === 'stackOverflow', found.kind);
  });
});
