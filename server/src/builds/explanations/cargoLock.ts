import { lastMatch, type Finding, type Remedy, type Rule } from './rule';

const outdated: readonly RegExp[] = [
  /cannot update the lock file \S+ because --(?:locked|frozen) was passed/,
  /the lock file \S+ needs to be updated but --(?:locked|frozen) was passed/,
];
const notVendored: readonly RegExp[] = [
  /^error: no matching package named `(?<name>[^`]+)` found$/,
  /^error: failed to select a version for the requirement `(?<name>[^`]+)`/,
  /^searched package name: `(?<name>[^`]+)`$/,
];
/** A dependency that cargo would fetch from `crates.io` or a repository. */
const offline =
  /you are in the offline mode|attempting to make an HTTP request, but --(?:offline|frozen) was specified/;
const wanted = /failed to get `(?<name>[^`]+)` as a dependency/;
const hashOutdated = /ERROR: cargo(?:Hash|Sha256)(?: or cargoSha256)? is out of date/;
/** nixpkgs' `cargoSetupHook`. */
const noLock = /ERROR: Missing Cargo\.lock from src\./;

const staleHash: Remedy = { kind: 'staleHash', attributes: ['cargoHash', 'cargoSha256', 'cargoDeps'] };
const anew = 'set cargoHash = "" and write the hash that Nix then gets';

/** Crates that Cargo.lock, or what was fetched by it, does not have. */
export const cargoLock: Rule = ({ lines }) => {
  const found = lastMatch(lines, [...outdated, ...notVendored, offline, hashOutdated, noLock]);
  if (found === null) return null;
  const text = lines[found.line] ?? '';
  const say = (cause: string, advice: string, remedy: Remedy | null = null): Finding => ({
    ...{ line: found.line, cause, advice, remedy },
  });
  if (hashOutdated.test(text)) {
    return say(
      'The crates were fetched for another Cargo.lock than the source has.',
      `To fetch them anew, ${anew}.`,
      staleHash,
    );
  }
  if (noLock.test(text)) {
    return say(
      'The source has no Cargo.lock.',
      'Make one with cargo generate-lockfile, write cargoLock.lockFile = ./Cargo.lock, and copy it into the source in postPatch.',
    );
  }
  if (outdated.some((pattern) => pattern.test(text))) {
    return say(
      'Cargo.lock does not fit Cargo.toml, and a build may not change it.',
      `Make it anew with cargo generate-lockfile and bring it in by cargoPatches or cargoLock.lockFile, then ${anew}.`,
    );
  }
  const name = found.match.groups?.['name'] ?? nameBefore(lines, found.line);
  return say(
    `${name === null ? 'A crate' : `The crate ${name}`} is not among those that were fetched for this build.`,
    `See that Cargo.lock has it, then ${anew}.${
      offline.test(text) ? ' Of a crate from a repository, cargoLock.outputHashes has the hash.' : ''
    }`,
    staleHash,
  );
};

function nameBefore(lines: readonly string[], line: number): string | null {
  return lastMatch(lines.slice(0, line), [wanted])?.match.groups?.['name'] ?? null;
}
