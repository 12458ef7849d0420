import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { EvaluationWork } from '../../server/src/nix/evaluationWork';
import type { EvaluationFailure } from '../../server/src/nix/nix';
import { commandLinesWith, leftOver } from '../support/processes';
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

  const neededBuild = (seconds: number, mark: string) =>
    `import (${shellDerivation(`needed-${mark}`, `echo first; sleep ${seconds}; echo '"value"' > $out`, `mark = "${unique}";`)})`;

  it('do not count the time of a build that the evaluation needs, and tell of it', async () => {
    const work: string[] = [];
    const onWork = (one: EvaluationWork) =>
      work.push(
        one.type === 'lines' ? `${one.name}: ${one.texts.join()}` : `${one.type} ${one.kind} ${one.name}`,
      );
    const file = await bed.write(
      'built-for.nix',
      shellDerivation('whole', 'true', `value = ${neededBuild(5, 'whole')};`),
    );
    const result = await bed.evaluate({ file }, { timeoutMs: 3000, onWork });
    if (!result.ok) assert.fail(result.error.message);
    assert.equal(result.value.derivations[0]?.name, 'whole');
    assert.deepEqual(work, ['started build needed-whole', 'needed-whole: first', 'ended build needed-whole']);
  });

  it('count what the evaluation does after such a build', async () => {
    const file = await bed.write(
      'endless-after.nix',
      `builtins.seq (${neededBuild(2, 'after')}) (${endless('after-build')})`,
    );
    const result = await bed.evaluate({ file }, { timeoutMs: 1500 });
    assert.equal((result as { error?: EvaluationFailure }).error?.kind, 'timeout');
  });

  it('end the build with an evaluation that is cancelled, and tell its end', async () => {
    const controller = new AbortController();
    const work: string[] = [];
    const onWork = ({ type }: EvaluationWork) => {
      work.push(type);
      if (type === 'lines') controller.abort();
    };
    const file = await bed.write('cancelled-build.nix', neededBuild(300, 'cancelled'));
    const result = await bed.evaluate({ file }, { timeoutMs: 2000, onWork }, controller.signal);
    assert.equal((result as { error?: EvaluationFailure }).error?.kind, 'cancelled');
    assert.deepEqual(work, ['started', 'lines', 'ended']);
    assert.deepEqual(commandLinesWith('sleep 300'), []);
  });

  it('do not count the time of a download, and tell its address without the password', async () => {
    const server = createServer((_request, response) => {
      setTimeout(() => response.end('fetched'), 4000);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const work: string[] = [];
    const onWork = (one: EvaluationWork) => one.type !== 'lines' && work.push(`${one.type} ${one.name}`);
    const url = `http://me:pa55@127.0.0.1:${address.port}/${unique}.txt`;
    const file = await bed.write('fetched.nix', `builtins.readFile (builtins.fetchurl "${url}")`);
    try {
      const result = await bed.evaluate({ file }, { timeoutMs: 2500, onWork });
      assert.ok(result.ok, JSON.stringify(result));
      assert.match(work[0] ?? '', new RegExp(`^started http://‹hidden›@127.*/${unique}`));
      assert.match(work.at(-1) ?? '', /^ended http/);
    } finally {
      server.close();
    }
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
