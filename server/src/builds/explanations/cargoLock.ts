import { lastMatch, type Finding, type Rule } from './rule';

const outdated: readonly RegExp[] = [
  /cannot update the lock file \S+ because --(?:locked|frozen) was passed/,
  /the lock file \S+ needs to be updated but --(?:locked|frozen) was passed/,
];
const notVendored: readonly RegExp[] = [
  /^error: no matching package named `(?<name>[^`]+)` found$/,
  /^error: failed to select a version for the requirement `(?<name>[^`]+)`/,
];
const hashOutdated = /ERROR: cargo(?:Hash|Sha256)(?: or cargoSha256)? is out of date/;

/** Crates that Cargo.lock, or what was fetched by it, does not have. */
export const cargoLock: Rule = ({ lines }) => {
  const found = lastMatch(lines, [...outdated, ...notVendored, hashOutdated]);
  if (found === null) return null;
  const text = lines[found.line] ?? '';
  const say = (cause: string, advice: string): Finding => ({ line: found.line, cause, advice, remedy: null });
  const anew = 'set cargoHash = lib.fakeHash and write the hash that Nix then gets';
  if (hashOutdated.test(text)) {
    return say(
      'The crates were fetched for another Cargo.lock than the source has.',
      `To fetch them anew, ${anew}.`,
    );
  }
  if (outdated.some((pattern) => pattern.test(text))) {
    return say(
      'Cargo.lock does not fit Cargo.toml, and a build may not change it.',
      `Make it anew with cargo generate-lockfile and bring it in by cargoPatches or cargoLock.lockFile, then ${anew}.`,
    );
  }
  return say(
    `The crate ${found.match.groups?.['name'] ?? ''} is not among those that were fetched for this build.`,
    `See that Cargo.lock has it, then ${anew}.`,
  );
};
