import { deepEqual, equal, match } from 'node:assert/strict';
import { compared } from '../../../server/src/engine/replay';
import type { Failure, PhaseRunResult, RunResult } from '../../../server/src/protocol/model';

const range = (line: number) => ({ start: { line, character: 0 }, end: { line, character: 5 } });
const built: Failure = {
  ...{ drvPath: '/nix/store/x-a.drv', phase: 'buildPhase', file: '/w/a.nix', range: range(4), exact: false },
  ...{
    command: null,
    exitCode: 2,
    message: 'a failed in buildPhase.',
    explanation: 'Because.',
    edits: [],
    tail: ['x'],
  },
  replay: { state: 'offered', seconds: 3, note: null },
};
const failure: Failure = {
  ...built,
  range: range(6),
  exact: true,
  command: 'false',
  message: 'other',
  tail: [],
};
const phase = (name: string, over: Partial<PhaseRunResult> = {}): PhaseRunResult => ({
  ...{ name, status: 'ok', reused: false, exitCode: 0, seconds: 1, failure: null },
  ...over,
});
const ran = (...phases: PhaseRunResult[]): RunResult => ({
  ...{ session: '/s', isolation: 'namespace', phases, outputs: {}, verify: null },
});

describe('a failed build’s phases that ran again', () => {
  it('give the line and the command, and leave what the build said', () => {
    const found = compared(built, ran(phase('buildPhase', { status: 'failed', exitCode: 2, failure })));
    deepEqual(found, {
      ...built,
      ...{
        range: range(6),
        exact: true,
        command: 'false',
        replay: { state: 'done', seconds: 3, note: null },
      },
    });
  });

  for (const [what, result, note] of [
    ['not failing', ran(phase('buildPhase')), /^buildPhase did not fail when it ran again\. .*chance/],
    [
      'not failing without isolation',
      { ...ran(phase('buildPhase')), isolation: 'none' as const },
      /not isolated as the build is/,
    ],
    [
      'an earlier phase',
      ran(phase('configurePhase', { status: 'failed', exitCode: 1, failure })),
      /configurePhase failed with exit code 1, before buildPhase began\./,
    ],
    [
      'another exit code',
      ran(phase('buildPhase', { status: 'failed', exitCode: 1, failure })),
      /buildPhase failed with exit code 1: not as in the build/,
    ],
  ] as const) {
    it(`say so and keep the mark at the attribute: ${what}`, () => {
      const found = compared(built, result);
      deepEqual([found.range, found.exact, found.replay?.state], [range(4), false, 'done']);
      match(found.replay?.note ?? '', note);
    });
  }

  it('give the command alone where its line is not known', () => {
    const unplaced = { ...failure, exact: false, range: range(0) };
    const found = compared(
      built,
      ran(phase('buildPhase', { status: 'failed', exitCode: 2, failure: unplaced })),
    );
    deepEqual([found.range, found.exact, found.command], [range(4), false, 'false']);
  });

  it('belong to a derivation without phases too', () => {
    const script = { ...built, phase: null };
    const found = compared(script, ran(phase('buildCommand', { status: 'failed', exitCode: 2, failure })));
    equal(found.exact, true);
  });
});
