/** One derivation, and what runs and builds of it answer. */
import type { Range } from '../../server/src/protocol/model';
import type { BuildResult, Failure, RunResult } from '../../server/src/protocol/model';

export const text = `stdenv.mkDerivation {
  name = "hello";
  buildPhase = ''
    make
  '';
  hash = "old";
}
`;
export const at = (line: number, start: number, end: number): Range => ({
  start: { line, character: start },
  end: { line, character: end },
});

export function runResult(failed: Failure | null): RunResult {
  const phase = { name: 'buildPhase', reused: false, exitCode: 0, seconds: 0.1 };
  return {
    session: '/somewhere',
    isolation: 'none',
    phases: [{ ...phase, status: failed === null ? 'ok' : 'failed', failure: failed }],
    outputs: {},
    verify: null,
  };
}

export function buildResult(failed: Failure | null): BuildResult {
  const status = failed === null ? 'built' : 'failed';
  return { drvPath: '/nix/store/x.drv', status, outputs: {}, phases: [], failure: failed };
}
