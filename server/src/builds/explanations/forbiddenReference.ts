import type { Rule } from './rule';
import { storePathName } from '../../protocol/storePath';

const pattern =
  /output ['"](?<output>\S+)['"] (?:is not allowed to refer to|has forbidden|.*not allowed)[^\n]*\n(?<paths>(?:\s+\/\S+\n?)+)/;

/** An output that names a store path which its derivation forbids. */
export const forbiddenReference: Rule = ({ message }) => {
  const found = pattern.exec(message)?.groups;
  if (found === undefined) return null;
  const named = (found['paths'] ?? '').trim().split(/\s+/).map(storePathName);
  return {
    line: Infinity,
    cause: `The output ${storePathName(found['output'] ?? '')} refers to ${named.join(', ')}, which the derivation forbids.`,
    advice:
      'Find who names it (grep -r for the path in the output), then leave it out there, or overwrite it with removeReferencesTo in postFixup; or allow it in allowedReferences, disallowedReferences and their kin.',
    remedy: null,
  };
};
