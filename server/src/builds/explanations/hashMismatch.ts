import type { Rule } from './rule';

/** Of a download while evaluating (`builtins.fetchTarball`): no builder, so no parsed mismatch. */
const downloaded =
  /hash mismatch in file downloaded from ['"](?<url>[^'"]+)['"]:?\s+specified:\s*\S+\s+got:\s*(?<got>\S+)/;

/** Something fetched that is not what its hash says. */
export const hashMismatch: Rule = ({ hashMismatch: mismatch, message }) => {
  if (mismatch !== null) {
    return {
      line: Infinity,
      cause: 'What was fetched has another hash than the one written.',
      advice: `If it is what you want, write ${mismatch.got}.`,
      remedy: { kind: 'hash', mismatch },
    };
  }
  const { url, got } = downloaded.exec(message)?.groups ?? {};
  if (url === undefined || got === undefined) return null;
  return {
    line: Infinity,
    cause: `What ${url} gives has another hash than the one written.`,
    advice: `If it is what you want, write ${got}.`,
    remedy: null,
  };
};
