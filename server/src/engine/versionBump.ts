/** Another version of a package: the texts that say it, then the hashes that hang on it, one after the other. */
import { hashesOf, versionEdits } from '../derivation/bumpEdits';
import { foundNamed } from '../derivation/foundAt';
import { isOfDependencies, zeroHash } from '../derivation/hashSites';
import { replaced, type Replacement } from '../syntax/replacement';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { failure, success, type Problem, type Result } from '../result';

export interface Bumped {
  readonly text: string;
  readonly from: string;
  /** A sentence on each hash that could not be fetched, where zeros stand now. */
  readonly notes: readonly string[];
}

/** Gives the edit that writes the true hash at a place of a text. */
type FetchHash = (tree: SyntaxTree, offset: number) => Promise<Result<Replacement>>;

/**
 * Problems: `no-derivation`, `version-unknown`, those of fetching the source. A hash of dependencies that cannot be fetched is zeros then, and
 * told in a note.
 */
export async function bumpedText(
  tree: SyntaxTree,
  attr: string | null,
  version: string,
  parse: (text: string) => SyntaxTree,
  fetchHash: FetchHash,
): Promise<Result<Bumped>> {
  const found = foundNamed(tree, attr);
  if (found === null) return failure(noDerivation);
  const said = versionEdits(tree, found, version);
  if (said === null) return failure(versionUnknown);
  let text = replaced(tree.text, said.edits);
  const notes: string[] = [];
  for (let index = 0; ; index++) {
    const now = parse(text);
    try {
      const again = foundNamed(now, attr);
      const site = again === null ? undefined : hashesOf(now, again)[index];
      if (site === undefined) return success({ text, from: said.from, notes });
      const fetched = await fetchHash(now, site.value.span.start);
      if (fetched.ok) text = replaced(text, [fetched.value]);
      else if (fetched.error.code === 'cancelled' || !isOfDependencies(site)) return fetched;
      else {
        notes.push(`${site.attribute} could not be fetched, and is zeros now: ${fetched.error.message}`);
        text = replaced(text, [{ ...site.value.span, newText: `"${zeroHash}"` }]);
      }
    } finally {
      now.dispose();
    }
  }
}

const noDerivation: Problem = {
  code: 'no-derivation',
  message: 'This text makes no such derivation.',
  advice: 'Name one of its derivations.',
};

const versionUnknown: Problem = {
  code: 'version-unknown',
  message: 'The version of this derivation is not written as a literal here.',
  advice: 'Write `version = "…";` in it.',
};
