import { deepEqual, equal } from 'node:assert/strict';
import { buildFailure, type FailedBuild } from '../../../server/src/builds/failure';
import type { FailedBuilder } from '../../../server/src/builds/runningBuild';
import type { Derivation, FileRange } from '../../../server/src/protocol/model';

const place = (file: string, line: number): FileRange => ({
  file,
  range: { start: { line, character: 0 }, end: { line, character: 5 } },
});
const derivation: Derivation = {
  name: 'hello',
  attr: '',
  system: null,
  drvPath: '/nix/store/00000000000000000000000000000000-hello.drv',
  outputs: {},
  ...place('/w/default.nix', 0),
  source: 'evaluated',
  structure: 'phases',
  phases: [],
  attributes: {
    stdenv: place('/set/make-derivation.nix', 70),
    buildInputs: place('/w/hello.nix', 3),
    src: place('/w/default.nix', 2),
    buildPhase: place('/w/default.nix', 4),
  },
  note: null,
};
const builder = (over: Partial<FailedBuilder>): FailedBuilder => ({
  drvPath: derivation.drvPath ?? '',
  exitCode: 2,
  signal: null,
  hashMismatch: null,
  afterBuilder: false,
  reason: 'builder failed with exit code 2',
  phase: 'buildPhase',
  tail: ['last'],
  lines: [
    { number: 7, text: 'm.c:1: error: first' },
    { number: 8, text: 'last' },
  ],
  loggedPhase: 'buildPhase',
  linesBefore: 0,
  ...over,
});
const failed = (over: Partial<FailedBuild>): FailedBuild => ({
  derivation,
  outcome: { status: 'failed', outputs: {}, message: null, exitCode: 100 },
  failed: builder({}),
  inputAttributes: [],
  explanation: null,
  fix: null,
  ...over,
});
const input = builder({ drvPath: '/nix/store/11111111111111111111111111111111-dep.drv' });

describe('failure of a build', () => {
  it('stands at the failing phase’s attribute, which is not the exact line', () => {
    const found = buildFailure(failed({}));
    deepEqual([found.file, found.range?.start.line, found.exact], ['/w/default.nix', 4, false]);
    equal(found.message, 'hello failed in buildPhase: builder failed with exit code 2.');
    deepEqual(found.tail, ['last']);
  });

  it('stands at the derivation when the phase is stdenv’s own', () => {
    equal(buildFailure(failed({ failed: builder({ phase: 'installPhase' }) })).range?.start.line, 0);
  });

  it('stands where a failed input is listed, never where the package set adds it', () => {
    const at = (...inputAttributes: readonly string[]) => {
      const { file, range } = buildFailure(failed({ failed: input, inputAttributes }));
      return [file, range?.start.line];
    };
    deepEqual(at('stdenv'), ['/w/default.nix', 0]);
    deepEqual(at('stdenv', 'buildInputs'), ['/w/hello.nix', 3]);
    deepEqual(at('stdenv', 'buildInputs', 'src'), ['/w/default.nix', 2]);
    equal(
      buildFailure(failed({ failed: input })).message,
      'The input dep failed to build in buildPhase: builder failed with exit code 2.',
    );
  });

  it('explains what Nix’s own set-up did, and says Nix’s words when no builder failed', () => {
    const outcome = {
      status: 'failed' as const,
      outputs: {},
      message: '\u001b[31merror:\u001b[0m no space',
      exitCode: 1,
      problem: { message: 'The disk is full.', advice: 'Free some space.' },
    };
    const found = buildFailure(failed({ failed: null, outcome }));
    deepEqual([found.message, found.explanation], ['error: no space', 'The disk is full. Free some space.']);
    equal(
      buildFailure(failed({ failed: null, outcome: { ...outcome, message: null } })).message,
      'Nix ended without saying why.',
    );
  });

  it('shows an explanation where it blames an attribute, and a hash where it is written', () => {
    const edit = { ...place('/w/default.nix', 9), newText: 'x' };
    const fix = { title: 'Mend it', edits: [edit] };
    const explanation = { line: 0, cause: 'Because.', advice: 'Do this.', remedy: null, attribute: 'src' };
    const blamed = buildFailure(failed({ explanation, fix }));
    deepEqual(
      [blamed.range?.start.line, blamed.explanation, blamed.fixTitle],
      [2, 'Because. Do this.', 'Mend it'],
    );
    const mismatch = { specified: 'a', got: 'b' };
    const hash = {
      line: Infinity,
      cause: 'Other.',
      advice: 'Write b.',
      remedy: { kind: 'hash' as const, mismatch },
    };
    equal(buildFailure(failed({ explanation: hash, fix })).range?.start.line, 9);
  });
});
