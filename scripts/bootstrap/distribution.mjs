// Packages of the Linux distribution: Debian's and Ubuntu's apt-get, as root or through sudo.
import { existsSync, readFileSync } from 'node:fs';
import { findProgram, run, runOrFail, say, SetupError } from './commands.mjs';

/** What a package is for, so that the question for a password makes sense. */
const purposes = {
  'nix-bin': 'Nix',
  chromium: 'a browser to test in',
  ripgrep: 'search in the editor',
  python3: 'to compile native modules of the editor',
  make: 'to compile native modules and the examples',
  gcc: 'to compile the examples',
  patch: 'to patch what the examples build',
  shellcheck: 'to test what it says of the bash in Nix strings',
  shfmt: 'to test how it formats the bash in Nix strings',
  strace: 'to test what it tells of inputs that nothing used',
  iproute2: 'to let phases that run isolated talk to themselves',
  'libc6-dev': 'to compile the examples',
  'g++': 'to compile native modules of the editor',
};

/** A fresh machine may be busy with its first updates. */
const lockPatienceSeconds = 300;

export const browserPrograms = [
  'chromium',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
  'chromium-browser',
];

/** What everything here needs, with the programs of which one shows that it is there. */
const programs = {
  make: ['make'],
  gcc: ['gcc'],
  patch: ['patch'],
  shellcheck: ['shellcheck'],
  shfmt: ['shfmt'],
  strace: ['strace'],
  'nix-bin': ['nix-build'],
  python3: ['python3'],
  'g++': ['g++'],
  ripgrep: ['rg'],
  chromium: browserPrograms,
};

export function isUbuntu() {
  return existsSync('/etc/os-release') && /^ID=ubuntu$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Ubuntu has no Chromium as a package: that one is not among them there. */
function missingOfAll() {
  return Object.keys(programs).filter(
    (name) =>
      !(name === 'chromium' && isUbuntu()) && programs[name].every((one) => findProgram(one) === null),
  );
}

function isRoot() {
  return process.getuid?.() === 0;
}

/** How to run a program as root: the words before it, or null when that is not possible. */
function asRoot() {
  if (isRoot()) return [];
  const sudo = findProgram('sudo');
  if (sudo === null) return null;
  return process.stdin.isTTY ? [sudo] : [sudo, '-n'];
}

/** A word as it is to be pasted into a shell. */
function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * Runs a program as root, saying why when sudo may ask for a password. What sudo started cannot be ended by who started it, so an
 * interrupted script waits for that, as for what is `shielded`.
 */
export async function runAsRoot(why, program, args, { shielded = false } = {}) {
  const prefix = asRoot();
  const commandLine = [program, ...args].map(quoted).join(' ');
  if (prefix === null) {
    throw new SetupError(`${why}: this needs root, and there is no sudo. Run as root:\n  ${commandLine}`);
  }
  if (prefix.length > 0) say(`${why} (with sudo: ${commandLine})`);
  const [first, ...rest] = [...prefix, program, ...args];
  const asks = prefix.length > 0 && process.stdin.isTTY;
  return runOrFail(why, first, rest, {
    output: asks ? 'terminal' : 'kept',
    shielded: shielded || prefix.length > 0,
  });
}

/** Whether the distribution's catalogue, as known here, has the package with something to install. */
async function isAvailable(name) {
  const { stdout } = await run('apt-cache', ['policy', name]);
  return /Candidate: (?!\(none\))/.test(stdout);
}

/** Installs packages of the distribution; a SetupError says what to install when that cannot be done here. */
export async function installPackages(names) {
  if (names.length === 0) return;
  const wanted = names.map((name) => `${name} (${purposes[name] ?? 'needed'})`).join(', ');
  const apt = findProgram('apt-get');
  if (apt === null) throw new SetupError(`Please install: ${wanted}`);
  if (asRoot() === null) {
    const all = [...new Set([...names, ...missingOfAll()])].join(' ');
    throw new SetupError(
      `Missing: ${wanted}. There is neither root nor sudo here; as root run, for this and all that comes after it:\n  apt-get install --no-install-recommends ${all}`,
    );
  }
  say(`Installing from the distribution: ${wanted}`);
  const known = await Promise.all(names.map(isAvailable));
  if (!known.every(Boolean)) await runAsRoot('Updating the list of packages', apt, ['update', '-q']);
  const quiet = [
    'DEBIAN_FRONTEND=noninteractive',
    apt,
    '-q',
    '-o',
    `DPkg::Lock::Timeout=${lockPatienceSeconds}`,
  ];
  const install = ['install', '-y', '--no-install-recommends', ...names];
  await runAsRoot('Downloading packages', 'env', [...quiet, '--download-only', ...install]);
  // A package manager that is ended leaves packages half installed, which the next set-up would take for installed ones.
  await runAsRoot('Installing packages', 'env', [...quiet, ...install], { shielded: true });
}
