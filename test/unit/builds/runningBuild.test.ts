import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { RunningBuild } from '../../../server/src/builds/runningBuild';
import type { BuildProgress } from '../../../server/src/protocol/buildProgress';
import type { ActivityEvent } from '../../../server/src/protocol/messages';

const target = '/nix/store/00000000000000000000000000000000-hello-1.0.drv';
const input = '/nix/store/11111111111111111111111111111111-dep-1.0.drv';

function start() {
  const events: ActivityEvent[] = [];
  const log: string[] = [];
  let clock = 0;
  const build = new RunningBuild({
    drvPath: target,
    onEvent: (event) => events.push(event),
    onLogText: (text) => log.push(text),
    now: () => clock,
  });
  return { build, events, log, wait: (milliseconds: number) => (clock += milliseconds) };
}

const inputsIn = (events: readonly ActivityEvent[]) =>
  events.flatMap((event) =>
    event.type === 'progress' && event.progress.kind === 'input' ? [event.progress.input] : [],
  );

describe('running build', () => {
  it('tells phases with seconds and lines, each heading within its phase', () => {
    const { build, events, log, wait } = start();
    build.handle({ type: 'buildStarted', drvPath: target, machine: null });
    build.handle({ type: 'lines', drvPath: target, texts: ['Running phase: unpackPhase'] });
    build.handle({ type: 'phase', drvPath: target, phase: 'unpackPhase' });
    build.handle({ type: 'lines', drvPath: target, texts: ['a'] });
    wait(1500);
    build.handle({ type: 'lines', drvPath: target, texts: ['Running phase: buildPhase'] });
    build.handle({ type: 'phase', drvPath: target, phase: 'buildPhase' });
    wait(500);
    build.finish('ok');
    deepEqual(build.phases, [
      { name: 'unpackPhase', seconds: 1.5, lines: 2 },
      { name: 'buildPhase', seconds: 0.5, lines: 1 },
    ]);
    deepEqual(
      events.map((event) => event.type),
      [
        'progress',
        ...['phaseStarted', 'output', 'output', 'phaseFinished'],
        ...['phaseStarted', 'output', 'phaseFinished'],
      ],
    );
    equal(log.join('').split('\n')[1], '@nix {"action":"setPhase","phase":"unpackPhase"}');
  });

  it('ignores phases of other derivations and names them once', () => {
    const { build, events } = start();
    build.handle({ type: 'buildStarted', drvPath: input, machine: null });
    build.handle({ type: 'phase', drvPath: input, phase: 'buildPhase' });
    build.handle({ type: 'lines', drvPath: input, texts: ['x'] });
    build.handle({ type: 'totals', totals: { work: 'build', done: 1, expected: 2, running: 0, failed: 0 } });
    build.handle({ type: 'buildStopped', drvPath: input });
    deepEqual(
      events.filter(({ type }) => type !== 'progress'),
      [{ type: 'notice', text: 'building dep-1.0' }],
    );
    deepEqual(
      inputsIn(events).map(({ status, phase }) => [status, phase]),
      [
        ['running', null],
        ['running', 'buildPhase'],
        ['ok', 'buildPhase'],
      ],
    );
  });

  for (const [version, message] of [
    ['2.8', `builder for '${input}' failed with exit code 3`],
    [
      '2.34',
      `Cannot build '${input}'.\nReason: builder failed with exit code 3.\nOutput paths:\n  /nix/store/x`,
    ],
  ] as const) {
    it(`names the input that failed first, in the words of ${version}`, () => {
      const { build, events } = start();
      build.handle({ type: 'buildStarted', drvPath: input, machine: null });
      build.handle({ type: 'phase', drvPath: input, phase: 'buildPhase' });
      build.handle({ type: 'lines', drvPath: input, texts: ['\u001b[31moops\u001b[0m'] });
      build.handle({ type: 'buildStopped', drvPath: input });
      build.handle({ type: 'message', level: 0, text: message });
      build.handle({
        type: 'message',
        level: 0,
        text: `1 dependencies of derivation '${target}' failed to build`,
      });
      build.finish('failed');
      equal(build.failed?.drvPath, input);
      equal(build.failed.exitCode, 3);
      equal(build.failed.phase, 'buildPhase');
      deepEqual(build.failed.tail, ['oops']);
      equal(build.failed.reason, 'builder failed with exit code 3');
      deepEqual(events.at(-1), { type: 'notice', text: 'dep-1.0 failed: builder failed with exit code 3' });
    });
  }

  for (const words of [
    `derivation '${target}' may not be deterministic: output '/nix/store/x' differs`,
    `builder for '${target}' failed to produce output path for output 'out' at '/nix/store/x'`,
    `Cannot build '${target}'.\nReason: builder failed to produce output path for output "out" at "/nix/store/x".`,
    `hash mismatch in fixed-output derivation '${target}':\n  specified: sha256-A=\n     got:    sha256-B=`,
  ]) {
    it(`blames no phase for what came of a builder that ended well: ${words.split('\n').at(-1)}`, () => {
      const { build, events } = start();
      build.handle({ type: 'phase', drvPath: target, phase: 'fixupPhase' });
      build.handle({ type: 'message', level: 0, text: words });
      build.finish('failed');
      equal(build.failed?.phase, null);
      const ended = events.find((event) => event.type === 'phaseFinished');
      equal(ended?.type === 'phaseFinished' && ended.status, 'ok');
    });
  }

  it('keeps the last forty lines of a log of 200 000', () => {
    const { build } = start();
    build.handle({ type: 'phase', drvPath: target, phase: 'buildPhase' });
    for (let line = 0; line < 200_000; line++) {
      build.handle({ type: 'lines', drvPath: target, texts: [`line ${line}`] });
    }
    build.finish('failed');
    equal(build.tail.length, 40);
    equal(build.tail[0], 'line 199960');
    equal(build.phases[0]?.lines, 200_000);
  });

  it('understands a signal', () => {
    const { build } = start();
    build.handle({
      type: 'message',
      level: 0,
      text: `builder for '${target}' failed due to signal 9 (Killed)`,
    });
    equal(build.failed?.signal, 'signal 9 (Killed)');
    equal(build.failed.exitCode, null);
  });

  it('tells which input failed first, and of the others that they failed too', () => {
    const { build, events, wait } = start();
    const other = input.replace('dep', 'other');
    const failure = (drvPath: string) => `builder for '${drvPath}' failed with exit code 1`;
    build.handle({ type: 'buildStarted', drvPath: input, machine: null });
    build.handle({ type: 'buildStarted', drvPath: other, machine: 'ssh://box' });
    build.handle({ type: 'phase', drvPath: other, phase: 'checkPhase' });
    wait(2000);
    build.handle({ type: 'buildStopped', drvPath: other });
    build.handle({ type: 'message', level: 0, text: failure(other) });
    build.handle({ type: 'buildStopped', drvPath: input });
    build.handle({ type: 'message', level: 0, text: failure(input) });
    build.finish('failed');
    deepEqual(
      inputsIn(events)
        .filter(({ status }) => status !== 'running')
        .map(({ name, status, phase, seconds, from, first }) => [name, status, phase, seconds, from, first]),
      [
        ['other-1.0', 'failed', 'checkPhase', 2, 'ssh://box', true],
        ['dep-1.0', 'failed', null, 2, null, false],
      ],
    );
  });

  it('leaves nothing running when it is stopped, and calls no stopped builder a good one', () => {
    const { build, events } = start();
    build.handle({ type: 'buildStarted', drvPath: input, machine: null });
    build.handle({ type: 'downloadStarted', storePath: '/nix/store/x-src', from: 'https://cache' });
    build.handle({ type: 'buildStopped', drvPath: input });
    build.finish('cancelled');
    const ends = inputsIn(events).filter(({ status }) => status !== 'running');
    deepEqual(
      ends.map(({ status }) => status),
      ['cancelled', 'cancelled'],
    );
  });

  it('tells bytes a few times a second, and the log of each input apart', () => {
    const logs: (readonly [string, string | null])[] = [];
    const events: ActivityEvent[] = [];
    let clock = 0;
    const build = new RunningBuild({
      drvPath: target,
      onEvent: (event) => events.push(event),
      onLogText: (text) => equal(text, ''),
      onInputLog: (drvPath, text) => logs.push([drvPath, text]),
      now: () => clock,
    });
    build.handle({ type: 'downloadStarted', storePath: '/nix/store/x', from: '' });
    for (; clock < 1000; clock++)
      build.handle({ type: 'downloadProgress', storePath: '/nix/store/x', done: clock, total: 1000 });
    equal(inputsIn(events).length, 5);
    build.handle({ type: 'buildStarted', drvPath: input, machine: null });
    build.handle({ type: 'lines', drvPath: input, texts: ['a'] });
    build.handle({ type: 'buildStopped', drvPath: input });
    deepEqual(logs, [
      [input, ''],
      [input, 'a\n'],
      [input, null],
    ]);
  });

  it('takes a phase that no stdenv announces for nothing, and keeps it in the log', () => {
    const { build, log } = start();
    build.handle({ type: 'buildStarted', drvPath: target, machine: null });
    for (const phase of ['', '  ', 'a\nb', 'x'.repeat(100_000), '\u001b[2J'])
      build.handle({ type: 'phase', drvPath: target, phase });
    for (let n = 0; n < 5000; n++) build.handle({ type: 'phase', drvPath: target, phase: `forged${n}` });
    build.finish('ok');
    equal(build.phases.length, 1001);
    ok(log.join('').includes('forged4999'));
  });

  it('tells how many of how many ended, at once when one did, and what is still being found a few times a second', () => {
    let clock = 0;
    const told: BuildProgress[] = [];
    const build = new RunningBuild({
      drvPath: target,
      onEvent: (event) => event.type === 'progress' && told.push(event.progress),
      onLogText: () => undefined,
      now: () => clock,
    });
    const totals = (done: number, expected: number, work: 'build' | 'download' = 'build') =>
      build.handle({ type: 'totals', totals: { work, done, expected, running: 0, failed: 0 } });
    for (let expected = 1; expected <= 100; expected++) {
      clock += 10;
      totals(0, expected);
    }
    const found = told.length;
    ok(found >= 2 && found <= 6, `${found} times`);
    totals(1, 112);
    totals(1, 40, 'download');
    deepEqual(told.slice(found), [
      { kind: 'totals', totals: { work: 'build', done: 1, expected: 112, running: 0, failed: 0 } },
      { kind: 'totals', totals: { work: 'download', done: 1, expected: 40, running: 0, failed: 0 } },
    ]);
  });

  it('says what it waits for, and that it waits no more', () => {
    const { build, events } = start();
    build.handle({ type: 'waiting', text: `waiting for lock on '${input.replace('.drv', '')}.lock'` });
    build.handle({ type: 'waiting', text: 'waiting for a machine to build' });
    build.handle({ type: 'waitingEnded' });
    build.handle({ type: 'waitingEnded' });
    const words = events.flatMap((event) =>
      event.type === 'progress' && event.progress.kind === 'waiting' ? [event.progress.words] : [],
    );
    match(words[0] ?? '', /^Another Nix process builds dep-1\.0; .*only to who started it/);
    deepEqual(words.slice(1), ['waiting for a machine to build', null]);
  });
});
