import { lastMatch, type Evidence, type Finding, type Rule } from './rule';
import { regExpText } from '../../regExpText';

const pattern =
  /(?<![\w.+-])(?<path>\/(?:[\w.+-]+\/)*store\/[0-9a-z]{32}-[^\s'"’:]+|\/(?:usr|opt|etc|bin|lib|var|root|share)\b[^\s'"’:]*).*(?:Permission denied|Read-only file system)/;
const store = /\/[0-9a-z]{32}-(?<name>[^/\s]+)/;

/** A build that writes where only its outputs may be written. */
export const storePermission: Rule = (evidence) => readOnlyHere(evidence) ?? elsewhere(evidence);

/** Sessions write to nothing of the machine; Nix leaves it to the permissions of the path. */
function readOnlyHere({ lines, readOnlyHere: paths = [] }: Evidence): Finding | null {
  for (const path of paths) {
    const found = lastMatch(lines, [
      new RegExp(`(?<![\\w.-])${regExpText(path)}(?![\\w.-]).*Read-only file system`),
    ]);
    if (found === null) continue;
    return {
      line: found.line,
      cause: `${path} is one of Nix's sandbox-paths, which phases run here cannot write to; a real build may.`,
      advice: 'Build the derivation, or run its phases with phasewise.phases.isolation set to off.',
      remedy: null,
    };
  }
  return null;
}

function elsewhere({ lines }: Evidence): Finding | null {
  const found = lastMatch(lines, [pattern]);
  if (found === null) return null;
  const path = found.match.groups?.['path'] ?? '';
  const input = store.exec(path)?.groups?.['name'];
  return input === undefined
    ? {
        line: found.line,
        cause: `The build writes to ${path}, outside of its outputs.`,
        advice:
          'Tell it to install below $out: --prefix=$out for configure, PREFIX=$out or DESTDIR in makeFlags or installFlags.',
        remedy: null,
      }
    : {
        line: found.line,
        cause: `The build writes to ${input}, which is in the store already and never changes.`,
        advice:
          'Write to $out. Of files that came from the store, copy them first and make them writable: cp -r … && chmod -R u+w ….',
        remedy: null,
      };
}
