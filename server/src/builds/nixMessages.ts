/**
 * What Nix says when a build fails, in the wordings of 2.8 and 2.26 (`builder for 'X.drv' failed with exit code 3`) and
 * of 2.34 (`Cannot build 'X.drv'.` with `Reason: …`). Messages come without ANSI colours.
 */
import { derivationName } from '../protocol/storePath';

export interface HashMismatch {
  /** SRI hashes, as Nix prints them. */
  readonly specified: string;
  readonly got: string;
}

export interface BuilderFailure {
  readonly drvPath: string;
  readonly exitCode: number | null;
  /** e.g. `signal 9 (Killed)`; null when no signal ended the builder. */
  readonly signal: string | null;
  readonly hashMismatch: HashMismatch | null;
  /** Whether the builder did its work, and it is what came of it that Nix refused. */
  readonly afterBuilder: boolean;
  /** Nix's first sentence about it, without paths of the store. */
  readonly reason: string;
}

/** A wrong hash, an output that differs from the last time, is missing, or refers to what it may not. */
const refusedOutput = /hash mismatch|may not be deterministic|failed to produce output|not allowed to refer/;

const derivationPath = /['"‘“](\/[^'"’”\n]+\.drv)['"’”]/;
const dependencies = /dependenc(?:y|ies)( of derivation .*)? failed/;
const mismatch = /hash mismatch in fixed-output derivation [^\n]*\n\s*specified:\s*(\S+)\s+got:\s*(\S+)/;

/** The failure of one derivation's own builder; null when the message is about anything else, also about its inputs. */
export function parseBuilderFailure(message: string): BuilderFailure | null {
  const drvPath = derivationPath.exec(message)?.[1];
  if (drvPath === undefined || dependencies.test(message)) return null;
  const exitCode = /exit code (\d+)/.exec(message)?.[1];
  const hashes = mismatch.exec(message);
  const isFailure =
    /fail|Cannot build|required to build|not allowed to refer|hash mismatch|timed out|differs/.test(message);
  if (!isFailure) return null;
  return {
    drvPath,
    exitCode: exitCode === undefined ? null : Number(exitCode),
    signal: /signal \d+(?: \([^)]*\))?/.exec(message)?.[0] ?? null,
    hashMismatch: hashes?.[1] && hashes[2] ? { specified: hashes[1], got: hashes[2] } : null,
    afterBuilder: exitCode === undefined && refusedOutput.test(message),
    reason: reasonIn(message, drvPath),
  };
}

function reasonIn(message: string, drvPath: string): string {
  const stated = /Reason: ([^\n]+)/.exec(message)?.[1];
  if (stated !== undefined) return stated.replace(/\.$/, '');
  const [first = message] = message.split('\n');
  return first
    .replace(/^error: /, '')
    .replace(/^builder for ['"‘][^'"’]*['"’] /, 'builder ')
    .replace(drvPath, derivationName(drvPath))
    .replace(/[;:.]\s*$/, '');
}
