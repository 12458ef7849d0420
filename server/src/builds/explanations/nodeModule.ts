import { lastMatch, type Finding, type Remedy, type Rule } from './rule';

/** Names of packages; a path of the sources' own is no package. */
const missing: readonly RegExp[] = [
  /Cannot find module ['"](?<name>(?:@[\w.-]+\/)?[\w-][\w.-]*)(?:\/[^'"]*)?['"]/,
  /Cannot find package ['"](?<name>[^'"./][^'"]*)['"] imported from/,
];

/** What is said of a line that one of the patterns fits; `name` is what the pattern names. */
interface Case {
  readonly patterns: readonly RegExp[];
  readonly cause: (name: string) => string;
  readonly advice: string;
  readonly remedy?: (name: string) => Remedy | null;
}

const unfetched = (tool: string) => (name: string) =>
  `${tool} wants ${name === '' ? 'a package that' : `${name}, which`} is not among the packages that were fetched for this build.`;
const emptied = (...attributes: readonly string[]) => {
  const remedy: Remedy = { kind: 'staleHash', attributes };
  return () => remedy;
};
const npm = emptied('npmDepsHash', 'npmDeps');
const pnpm = emptied('pnpmDeps');
const yarn = emptied('yarnOfflineCache', 'offlineCache', 'yarnHash');

/** npm, pnpm and yarn, in their own words and in those of nixpkgs' hooks. */
const cases: readonly Case[] = [
  {
    patterns: [/^ERROR: npmDepsHash is out of date$/],
    cause: () => 'The packages were fetched for another package-lock.json than the source has.',
    advice: 'To fetch them anew, set npmDepsHash = "" and write the hash that Nix then gets.',
    remedy: npm,
  },
  {
    patterns: [
      /^npm (?:ERR!|error) request to (?<name>\S+) failed: cache mode is 'only-if-cached'/,
      /^npm (?:ERR!|error) code ENOTCACHED$/,
    ],
    cause: unfetched('npm'),
    advice:
      'Make package-lock.json anew with npm install and npmDepsHash with it: what the lock names is fetched, nothing else.',
  },
  {
    patterns: [
      /^npm (?:ERR!|error) .*can only install packages when your package\.json and package-lock\.json/,
    ],
    cause: () => 'package.json and package-lock.json do not fit together.',
    advice: 'Make the lock anew with npm install, and npmDepsHash with it.',
  },
  {
    patterns: [
      /can only install with an existing package-lock\.json/,
      /^ERROR: Missing package-lock\.json from src\./,
    ],
    cause: () => 'The source has no package-lock.json.',
    advice:
      'Make one with npm install --package-lock-only and copy it into the source in postPatch; npmDepsHash is that of the same source.',
  },
  {
    patterns: [/^npm (?:ERR!|error) [Mm]issing script: "?(?<name>[^"]+)"?/],
    cause: (name) => `package.json has no script ${name}.`,
    advice: 'Name another in npmBuildScript, or set dontNpmBuild = true when nothing is to be built.',
    remedy: (name) =>
      name === 'build' ? { kind: 'attribute', attribute: 'dontNpmBuild', value: 'true' } : null,
  },
  {
    patterns: [/^\s*\[?ERR_PNPM_NO_OFFLINE_(?:TARBALL|META)\b.*?(?:downloaded from (?<name>\S+?)\.?)?$/],
    cause: unfetched('pnpm'),
    advice: 'To fetch them anew, set the hash of pnpmDeps to "" and write the hash that Nix then gets.',
    remedy: pnpm,
  },
  {
    patterns: [/^\s*\[?ERR_PNPM_OUTDATED_LOCKFILE\b/],
    cause: () => 'package.json and pnpm-lock.yaml do not fit together.',
    advice:
      'Make the lock anew with pnpm install, then set the hash of pnpmDeps to "" and write the hash that Nix then gets.',
  },
  {
    patterns: [
      /^error Couldn't find any versions for "(?<name>[^"]+)" that match(?:es)? .* in our cache/,
      /^error Can't make a request in offline mode \("(?<name>[^"]+)"\)/,
    ],
    cause: unfetched('yarn'),
    advice:
      'See that yarn.lock has it (make it anew with yarn install), then set the hash of yarnOfflineCache to "" and write the hash that Nix then gets.',
    remedy: yarn,
  },
  {
    patterns: [/^ERROR: fetchYarnDeps hash is out of date$/],
    cause: () => 'The packages were fetched for another yarn.lock than the source has.',
    advice: 'To fetch them anew, set the hash of fetchYarnDeps to "" and write the hash that Nix then gets.',
    remedy: yarn,
  },
  {
    patterns: [/^ERROR: Missing yarn\.lock from src\./],
    cause: () => 'The source has no yarn.lock.',
    advice:
      'Make one with yarn install and copy it into the source in postPatch; what is fetched is for that one.',
  },
];

const gyp = /gyp ERR! (?:find Python|stack Error: Could not find any Python installation to use)/;

/** What npm and node miss. */
export const nodeModule: Rule = ({ lines }) => {
  const found = lastMatch(lines, [...missing, ...cases.flatMap(({ patterns }) => patterns), gyp]);
  if (found === null) return null;
  const text = lines[found.line] ?? '';
  const name = found.match.groups?.['name'] ?? '';
  const say = (cause: string, advice: string, remedy: Remedy | null = null): Finding => ({
    ...{ line: found.line, cause, advice, remedy },
  });
  if (gyp.test(text)) {
    return say(
      'A package is compiled by node-gyp, which finds no Python.',
      'Add python3 to nativeBuildInputs.',
      { kind: 'package', path: ['python3'], attribute: 'nativeBuildInputs' },
    );
  }
  const known = cases.find(({ patterns }) => patterns.some((pattern) => pattern.test(text)));
  if (known !== undefined) return say(known.cause(name), known.advice, known.remedy?.(name));
  return say(
    `Node does not find the package ${name}.`,
    'See that package.json lists it, that it is not only a development dependency where those are left out, and that node_modules is where node looks from (NODE_PATH).',
  );
};
