/** What Nix means by a dirty tree, which it only calls so. */

/** `Git tree '/x' is dirty`: the words of all versions. */
const dirty = /^Git tree ['"].*['"] is dirty$/;

/** What it does to the result; null of other words. Source: Nix manual, `fetchGit`, and "flakes", `self`. */
export function meaningOfDirty(words: string): string | null {
  return dirty.test(words) ? meaning : null;
}

const meaning =
  'It has changes that are not committed. The files that git knows are taken as they are on the disk; there is no revision (self.rev is missing, ' +
  'that of fetchGit is zeros), and Nix does not keep the evaluation in its cache. Nothing is wrong with that while you work on it.';
