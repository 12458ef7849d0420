import { lastMatch, type Finding, type Rule } from './rule';

const patterns: readonly RegExp[] = [
  /[Cc]ould ?n[o']t resolve host(?: name)?:? ?\(?(?<host>[\w.-]+\.\w+)?/,
  /unable to resolve host address ['‘](?<host>[\w.-]+)['’]/,
  /getaddrinfo (?:EAI_AGAIN|ENOTFOUND) (?<host>[\w.-]+)/,
  /dial tcp: lookup (?<host>[\w.-]+)/,
  /Failed to resolve ['"](?<host>[\w.-]+)['"]/,
  /NewConnectionError|Failed to establish a new connection/,
  /Temporary failure in name resolution|Name or service not known/,
  /[Nn]etwork is unreachable/,
  // busybox, Java
  /^wget: bad address ['"](?<host>[\w.-]+)['"]/,
  /UnknownHostException: (?<host>[\w.-]+)/,
];

/** The server answered, and has nothing there: curl, GNU wget, and what nixpkgs' `fetchurl` says after both. */
const refused: readonly RegExp[] = [
  /^curl: \(22\) The requested URL returned error: (?<status>\d+)/,
  /ERROR (?<status>[45]\d\d): /,
  /^error: cannot download (?<name>\S+) from any mirror$/,
];
/** curl, git, Go, Python, node, GNU wget. */
const untrusted: readonly RegExp[] = [
  /SSL certificate problem|server certificate verification failed|error setting certificate (?:file|verify locations)/,
  /x509: (?:certificate signed by unknown authority|failed to load system roots)/,
  /CERTIFICATE_VERIFY_FAILED|unable to get local issuer certificate|SELF_SIGNED_CERT_IN_CHAIN/,
  /^ERROR: cannot verify (?<host>[\w.-]+)['’]s certificate/,
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
    /repo\d*\.maven\.|\bmaven\b|\[ERROR\] Plugin /i,
    'Fetch the artifacts before: maven.buildMavenPackage does it, with their hash in mvnHash.',
  ],
  [
    /\bgradle\b|plugins\.gradle\.org/i,
    'Fetch the artifacts before: gradle.fetchDeps does it, as mitmCache of the package.',
  ],
  [
    /FetchContent|ExternalProject|-populate/,
    'Give the sources as an input, and tell CMake where they are: -DFETCHCONTENT_SOURCE_DIR_NAME=… in cmakeFlags.',
  ],
  [/[Cc]loning into|git/, 'Fetch it as an input of its own, with fetchgit or fetchFromGitHub.'],
];

/** A download in the middle of a build. */
export const network: Rule = ({ lines, fetches }) => {
  const found = lastMatch(lines, [...patterns, ...(fetches ? [...refused, ...untrusted] : untrusted)]);
  if (found === null) return null;
  const near = lines.slice(Math.max(0, found.line - 15), found.line + 4);
  const host = found.match.groups?.['host'] ?? hostIn(near);
  if (fetches) return fetcherFailed(lines, found.line, host);
  const asked = host === null ? 'the network' : `the network for ${host}`;
  const advice = instead.find(([said]) => near.some((line) => said.test(line)))?.[1];
  return {
    line: found.line,
    ...(host === null ? {} : { about: host }),
    cause: `The build asks ${asked}, and Nix gives a build no network, so that it always gives the same.`,
    advice: advice ?? 'Fetch it as an input of its own, with fetchurl, fetchgit or their kin.',
    remedy: null,
  };
};

/** A derivation that fetches may ask the network: of several things that went wrong what a server said tells most. */
function fetcherFailed(lines: readonly string[], line: number, host: string | null): Finding {
  const answered = lastMatch(lines, refused.slice(0, 2));
  const certificate = lastMatch(lines, untrusted);
  if (certificate !== null) {
    // What curl prints below leads to its own pages.
    const server = certificate.match.groups?.['host'] ?? hostIn(lines.slice(0, certificate.line + 1));
    return {
      line: certificate.line,
      cause: `The certificate of ${server ?? 'the server'} is not one that the fetcher trusts.`,
      advice:
        'A fetcher of your own needs cacert among its nativeBuildInputs and SSL_CERT_FILE; behind a proxy that has its own certificate, name that in NIX_SSL_CERT_FILE for the Nix daemon.',
      remedy: null,
    };
  }
  if (answered !== null) {
    const address = lastAddress(lines.slice(0, answered.line + 1));
    const status = answered.match.groups?.['status'] ?? '';
    return {
      line: answered.line,
      cause: `The server does not give ${address ?? 'what is asked for'}: it answers ${status}.`,
      advice:
        'See whether the address, the version and the tag are right, and whether it was moved or removed.',
      remedy: null,
    };
  }
  return {
    line,
    cause: `${host ?? 'The server'} cannot be reached from here.`,
    advice:
      'See whether the URL is right and this machine is connected (behind a proxy, set http_proxy for the Nix daemon).',
    remedy: null,
  };
}

function lastAddress(lines: readonly string[]): string | null {
  return lastMatch(lines, [/(?<address>https?:\/\/[^\s'"]+)/])?.match.groups?.['address'] ?? null;
}

function hostIn(lines: readonly string[]): string | null {
  return /https?:\/\/([\w.-]+)/.exec(lines.join('\n'))?.[1] ?? null;
}
