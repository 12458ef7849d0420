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

/** Also with the outputs that are wanted: `X.drv!out`, `X.drv^out`. */
const derivationPath = /['"‘“](\/[^'"’”\n!^]+\.drv)(?:[!^][^'"’”\n]*)?['"’”]/;
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

/** What Nix fetched by itself while evaluating, and refused. */
export interface RefusedDownload extends HashMismatch {
  readonly address: string;
  /** Whether it is a flake's input, or what `fetchTree` names. */
  readonly isInput: boolean;
}

/** `fetchTarball`, `fetchurl`: no builder, and hashes with their kind before them. */
const downloaded =
  /hash mismatch in file downloaded from ['"](?<address>[^'"]+)['"]:?\s+specified:\s*(?<specified>\S+)\s+got:\s*(?<got>\S+)/;
/** Some versions say the written hash first, some the true one; the address has the written one where it can. */
const input =
  /NAR hash mismatch in input ['"](?<address>[^'"]+)['"][^,\n]*, expected ['"](?<first>[^'"]+)['"](?: but|,) got ['"](?<second>[^'"]+)['"]/;

/** Null when the message is about anything else. */
export function parseRefusedDownload(message: string): RefusedDownload | null {
  const file = downloaded.exec(message)?.groups;
  if (file !== undefined) {
    const { address = '', specified = '', got = '' } = file;
    return { address, specified, got, isInput: false };
  }
  const { address, first = '', second = '' } = input.exec(message)?.groups ?? {};
  if (address === undefined) return null;
  const said = /[?&]narHash=([^&]+)/.exec(address)?.[1];
  const isFirst = said === undefined || decoded(said) === first;
  const [specified, got] = isFirst ? [first, second] : [second, first];
  return { address: address.replace(/[?&]narHash=[^&]+/, ''), specified, got, isInput: true };
}

function decoded(parameter: string): string {
  try {
    return decodeURIComponent(parameter);
  } catch {
    return parameter;
  }
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
