import { lastMatch, type Finding, type Rule } from './rule';

/** Names of packages; a path of the sources' own is no package. */
const missing: readonly RegExp[] = [
  /Cannot find module ['"](?<name>(?:@[\w.-]+\/)?[\w-][\w.-]*)(?:\/[^'"]*)?['"]/,
  /Cannot find package ['"](?<name>[^'"./][^'"]*)['"] imported from/,
];
const notCached = /^npm (?:ERR!|error) request to (?<url>\S+) failed: cache mode is 'only-if-cached'/;
const outOfStep =
  /^npm (?:ERR!|error) .*can only install packages when your package\.json and package-lock\.json/;
const noLock = /can only install with an existing package-lock\.json/;
const noScript = /^npm (?:ERR!|error) Missing script: "?(?<name>[^"]+)"?/;

/** What npm and node miss. */
export const nodeModule: Rule = ({ lines }) => {
  const found = lastMatch(lines, [...missing, notCached, outOfStep, noLock, noScript]);
  if (found === null) return null;
  const text = lines[found.line] ?? '';
  const { name = '', url = '' } = found.match.groups ?? {};
  const say = (cause: string, advice: string): Finding => ({ line: found.line, cause, advice, remedy: null });
  if (notCached.test(text)) {
    return say(
      `npm wants ${url}, which is not among the packages that were fetched for this build.`,
      'Make package-lock.json anew with npm install and npmDepsHash with it: what the lock names is fetched, nothing else.',
    );
  }
  if (outOfStep.test(text)) {
    return say(
      'package.json and package-lock.json do not fit together.',
      'Make the lock anew with npm install, and npmDepsHash with it.',
    );
  }
  if (noLock.test(text)) {
    return say(
      'The source has no package-lock.json.',
      'Make one with npm install --package-lock-only and copy it into the source in postPatch; npmDepsHash is that of the same source.',
    );
  }
  if (noScript.test(text)) {
    return say(
      `package.json has no script ${name}.`,
      'Name another in npmBuildScript, or set dontNpmBuild = true when nothing is to be built.',
    );
  }
  return say(
    `Node does not find the package ${name}.`,
    'See that package.json lists it, that it is not only a development dependency where those are left out, and that node_modules is where node looks from (NODE_PATH).',
  );
};
