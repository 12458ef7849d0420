import { lastMatch, type Finding, type Remedy, type Rule } from './rule';

const vendoring = /^go: inconsistent vendoring in /;
/** In the words of nixpkgs' `buildGoModule`. */
const ownVendor =
  /^vendor folder (?<what>exists|is empty), please set '(?<attribute>vendorHash|vendorSha256) = null;'/;
const missing: readonly RegExp[] = [
  /cannot find module providing package (?<name>[^\s:]+)/,
  /no required module provides package (?<name>[^\s;:]+)/,
  /missing go\.sum entry for module providing package (?<name>\S+)/,
  /cannot find package "(?<name>[^"]+\.[^"]+)" in (?:any of|vendor)/,
];
const outdated = /^go: updates to go\.(?:mod|sum) needed/;
/** What go.mod lists, and what was fetched does not have. */
const notFetched: readonly RegExp[] = [
  /(?<name>[^\s:@]+)(?:@[^\s:]+)?: module lookup disabled by GOPROXY=off/,
  /^\s+\/\S*\/vendor\/(?<name>\S+\.\S+\/\S+)$/,
];
const noModule: readonly RegExp[] = [
  /^go: go\.mod file not found in current directory or any parent directory/,
  /directory prefix \S+ does not contain (?:main module|modules listed in go\.work)/,
  /^go: cannot find main module/,
];

const staleHash: Remedy = { kind: 'staleHash', attributes: ['vendorHash', 'vendorSha256'] };
const anew = 'set vendorHash = "" and write the hash that Nix then gets';

/** Modules that were not fetched before the build, and a build outside of any. */
export const goModule: Rule = ({ lines }) => {
  const found = lastMatch(lines, [
    ...[vendoring, ownVendor, outdated],
    ...[...missing, ...notFetched, ...noModule],
  ]);
  if (found === null) return null;
  const text = lines[found.line] ?? '';
  const say = (cause: string, advice: string, remedy: Remedy | null = null): Finding => ({
    ...{ line: found.line, cause, advice, remedy },
  });
  const { name = '', attribute, what } = found.match.groups ?? {};
  if (attribute !== undefined) {
    return say(
      what === 'exists'
        ? 'The source brings its modules in a vendor folder of its own, so there is nothing to fetch.'
        : 'The source wants no modules, so there is nothing to fetch.',
      `Set ${attribute} = null.`,
      { kind: 'attribute', attribute, value: 'null' },
    );
  }
  if (vendoring.test(text)) {
    return say(
      'The vendored modules are not those that go.mod lists.',
      `If the source has a vendor folder of its own, set vendorHash = null; else ${anew}.`,
      staleHash,
    );
  }
  if (outdated.test(text)) {
    return say(
      'go.mod does not fit the sources or the modules that it lists, and a build may not change it.',
      `Run go mod tidy in the source (a patch of go.mod and go.sum will do), then ${anew}.`,
    );
  }
  if (notFetched.some((pattern) => pattern.test(text))) {
    return say(
      `The module ${name} is not among those that were fetched for this build.`,
      `To fetch them anew, ${anew}.`,
      staleHash,
    );
  }
  if (noModule.some((pattern) => pattern.test(text))) {
    return say(
      'There is no go.mod where the build looks for it.',
      'If it is in a folder below, set modRoot (or sourceRoot).',
    );
  }
  return say(
    `go.mod and go.sum do not account for the package ${name}.`,
    `Run go mod tidy in the source (a patch of go.mod and go.sum will do), then ${anew}.`,
  );
};
