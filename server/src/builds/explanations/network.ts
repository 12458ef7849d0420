import { lastMatch, type Rule } from './rule';

const patterns: readonly RegExp[] = [
  /[Cc]ould ?n[o']t resolve host(?: name)?:? ?\(?(?<host>[\w.-]+\.\w+)?/,
  /unable to resolve host address ['‘](?<host>[\w.-]+)['’]/,
  /getaddrinfo (?:EAI_AGAIN|ENOTFOUND) (?<host>[\w.-]+)/,
  /dial tcp: lookup (?<host>[\w.-]+)/,
  /Failed to resolve ['"](?<host>[\w.-]+)['"]/,
  /NewConnectionError|Failed to establish a new connection/,
  /Temporary failure in name resolution|Name or service not known/,
  /[Nn]etwork is unreachable/,
];

/** What each tool has instead of a download, by its own words near the failure; the first that matches. */
const instead: readonly (readonly [said: RegExp, advice: string])[] = [
  [
    /^(?:npm|yarn|pnpm)[ :]|registry\.(?:npmjs|yarnpkg)\./,
    'Fetch the packages before: buildNpmPackage does it, with their hash in npmDepsHash.',
  ],
  [
    /crates\.io|^\s*(?:Updating|Downloading) crates|\bcargo\b/,
    'Fetch the crates before: rustPlatform.buildRustPackage does it, with their hash in cargoHash.',
  ],
  [
    /^go: |proxy\.golang\.org/,
    'Fetch the modules before: buildGoModule does it, with their hash in vendorHash.',
  ],
  [
    /\bpip\b|pypi\.org|files\.pythonhosted\.org|setuptools/,
    'Give the modules as inputs (python3Packages), and let nothing install them in the build.',
  ],
  [
    /FetchContent|ExternalProject|-populate/,
    'Give the sources as an input, and tell CMake where they are: -DFETCHCONTENT_SOURCE_DIR_NAME=… in cmakeFlags.',
  ],
  [/[Cc]loning into|git/, 'Fetch it as an input of its own, with fetchgit or fetchFromGitHub.'],
];

/** A download in the middle of a build. */
export const network: Rule = ({ lines, fetches }) => {
  const found = lastMatch(lines, patterns);
  if (found === null) return null;
  const near = lines.slice(Math.max(0, found.line - 15), found.line + 4);
  const host = found.match.groups?.['host'] ?? hostIn(near);
  const asked = host === null ? 'the network' : `the network for ${host}`;
  if (fetches) {
    return {
      line: found.line,
      cause: `${host ?? 'The server'} cannot be reached from here.`,
      advice:
        'See whether the URL is right and this machine is connected (behind a proxy, set http_proxy for the Nix daemon).',
      remedy: null,
    };
  }
  const advice = instead.find(([said]) => near.some((line) => said.test(line)))?.[1];
  return {
    line: found.line,
    cause: `The build asks ${asked}, and Nix gives a build no network, so that it always gives the same.`,
    advice: advice ?? 'Fetch it as an input of its own, with fetchurl, fetchgit or their kin.',
    remedy: null,
  };
};

function hostIn(lines: readonly string[]): string | null {
  return /https?:\/\/([\w.-]+)/.exec(lines.join('\n'))?.[1] ?? null;
}
