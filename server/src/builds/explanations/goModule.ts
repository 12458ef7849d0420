import { lastMatch, type Finding, type Rule } from './rule';

const vendoring = /^go: inconsistent vendoring in /;
const missing: readonly RegExp[] = [
  /cannot find module providing package (?<name>[^\s:]+)/,
  /no required module provides package (?<name>[^\s;:]+)/,
  /missing go\.sum entry for module providing package (?<name>\S+)/,
  /cannot find package "(?<name>[^"]+\.[^"]+)" in (?:any of|vendor)/,
];
const noModule: readonly RegExp[] = [
  /^go: go\.mod file not found in current directory or any parent directory/,
  /directory prefix \S+ does not contain (?:main module|modules listed in go\.work)/,
  /^go: cannot find main module/,
];

/** Modules that were not fetched before the build, and a build outside of any. */
export const goModule: Rule = ({ lines }) => {
  const found = lastMatch(lines, [vendoring, ...missing, ...noModule]);
  if (found === null) return null;
  const text = lines[found.line] ?? '';
  const say = (cause: string, advice: string): Finding => ({ line: found.line, cause, advice, remedy: null });
  if (vendoring.test(text)) {
    return say(
      'The vendored modules are not those that go.mod lists.',
      'If the source has a vendor folder of its own, set vendorHash = null; else set vendorHash = lib.fakeHash and write the hash that Nix then gets.',
    );
  }
  if (noModule.some((pattern) => pattern.test(text))) {
    return say(
      'There is no go.mod where the build looks for it.',
      'If it is in a folder below, set modRoot (or sourceRoot).',
    );
  }
  return say(
    `go.mod and go.sum do not account for the package ${found.match.groups?.['name'] ?? ''}.`,
    'Run go mod tidy in the source (a patch of go.mod and go.sum will do), then set vendorHash = lib.fakeHash and write the hash that Nix then gets.',
  );
};
