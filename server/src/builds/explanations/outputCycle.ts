import { storePathName } from '../../protocol/storePath';
import type { Rule } from './rule';

/** In the words of 2.8 to 2.26, and of older ones that name the paths. */
const named =
  /cycle detected in build of ['"][^'"]+['"] in the references of output ['"](?<one>[^'"]+)['"] from output ['"](?<other>[^'"]+)['"]/;
const paths = /cycle detected in the references of ['"](?<one>[^'"]+)['"] from ['"](?<other>[^'"]+)['"]/;

/** Outputs of one derivation that name each other. */
export const outputCycle: Rule = ({ message }) => {
  const found = (named.exec(message) ?? paths.exec(message))?.groups;
  if (found === undefined) return null;
  const [one, other] = [found['one'] ?? '', found['other'] ?? ''].map(storePathName);
  return {
    line: Infinity,
    cause: `The outputs ${one} and ${other} refer to each other, so that none could be kept without the other.`,
    advice: `Find who names the other (grep -r for its path in each output), and move that file, or replace the path (removeReferencesTo in postFixup). Often it is a .pc or .cmake file or a program of ${one} that names ${other}.`,
    remedy: null,
    attribute: 'outputs',
  };
};
