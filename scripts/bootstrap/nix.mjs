// Nix for what the scripts start: the installed one, else the distribution's; and the environment in which it can build the
// examples here. What works is found by building something, the user's own configuration first. Nothing of theirs is changed.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, findProgram, run, say, SetupError } from './commands.mjs';
import { installPackages, runAsRoot } from './distribution.mjs';

const answerFile = join(cacheFolder, 'nix-environment.json');
const networkTimeoutMs = 1500;

/** The examples build with the host's tools, which a sandbox hides unless told otherwise. */
const hostTools = 'sandbox-paths = /bin /usr /lib /lib64';

function privateStore() {
  const data = process.env['XDG_DATA_HOME'] || join(homedir(), '.local/share');
  return join(data, 'phasewise/store');
}

/** Ways to configure Nix, the least change first. */
function candidates() {
  const own = { lines: [], says: null };
  if (process.getuid?.() === 0) {
    const noGroup = 'build-users-group =';
    return [
      own,
      { lines: [hostTools], says: 'Nix builds with the tools of this machine in its sandbox' },
      { lines: [noGroup, hostTools, 'sandbox-fallback = false'], says: 'Nix builds as root, sandboxed' },
      { lines: [noGroup, 'sandbox = false'], says: 'Nix builds as root without a sandbox: none works here' },
    ];
  }
  const store = privateStore();
  return [
    own,
    { lines: [hostTools], says: 'Nix builds with the tools of this machine in its sandbox' },
    {
      lines: [`store = ${store}`, 'sandbox = true', hostTools],
      says: `Nix builds in a store of your own (${store}), sandboxed`,
      store,
    },
    { lines: ['sandbox = false'], says: 'Nix builds without a sandbox: none works here' },
  ];
}

/** Adds lines to NIX_CONFIG, after what the user has there. */
function withConfiguration(lines) {
  const before = process.env['NIX_CONFIG'];
  const all = before ? [before, ...lines] : lines;
  return all.length === 0 ? {} : { NIX_CONFIG: all.join('\n') };
}

async function configuration(nix) {
  for (const words of [['config', 'show'], ['show-config']]) {
    const flags = ['--extra-experimental-features', 'nix-command'];
    const { exitCode, stdout } = await run(nix, [...flags, ...words], { timeoutMs: 10_000 });
    if (exitCode === 0) return stdout;
  }
  return '';
}

async function answers(url) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), networkTimeoutMs);
  try {
    const file = new URL('nix-cache-info', url.endsWith('/') ? url : `${url}/`);
    await fetch(file, { method: 'HEAD', signal: patience.signal });
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether one of the configured substituters can be reached; without that, every build would wait for them. */
async function isOnline(nix) {
  if (process.env['https_proxy'] || process.env['HTTPS_PROXY']) return true;
  const line = /^substituters = (.*)$/m.exec(await configuration(nix));
  const urls = (line?.[1] ?? '').split(' ').filter((url) => /^https?:/.test(url));
  if (urls.length === 0) return true;
  return (await Promise.all(urls.map(answers))).some(Boolean);
}

/**
 * Builds a file with the host's bash, as the examples do. The nonce keeps an earlier result from answering. Nix kills a builder whose
 * output is closed, and what bash ends with, as `mkdir`, closes that a moment before it ends: so it ends with a builtin.
 */
async function canBuild(nixBuild, env) {
  const expression = `derivation {
    name = "phasewise-probe";
    system = builtins.currentSystem;
    builder = "/bin/bash";
    nonce = "${process.pid}-${Date.now()}";
    args = [ "-c" "PATH=/usr/bin:/bin; mkdir $out; exit" ];
  }`;
  const args = ['--no-out-link', '-E', expression];
  const { exitCode, output } = await run(nixBuild, args, {
    env: { ...process.env, ...env },
    timeoutMs: 60_000,
  });
  return { works: exitCode === 0, output };
}

/** What an answer depends on; a restart of the machine asks again. */
async function circumstances(nix, online) {
  const { stdout } = await run(nix, ['--version']);
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return [
    stdout.trim(),
    nix,
    process.getuid?.(),
    boot.trim(),
    process.env['NIX_CONFIG'] ?? '',
    privateStore(),
    online,
  ]
    .map(String)
    .join('|');
}

async function remembered(key) {
  try {
    const answer = JSON.parse(await readFile(answerFile, 'utf8'));
    return answer.key === key ? answer.env : null;
  } catch {
    return null;
  }
}

/**
 * Where neither a sandbox nor a daemon is to be had, Nix can own its store as the single-user installation does. Only for a
 * store that is still empty.
 */
async function ownTheStore() {
  const { stdout } = await run('find', ['/nix/store', '-mindepth', '1', '-maxdepth', '1']);
  if (stdout !== '') return false;
  const owner = `${process.getuid?.()}:${process.getgid?.()}`;
  await runAsRoot('Making the empty /nix yours, as no sandbox works here', 'sh', [
    '-c',
    `mkdir -p /nix/store && chown -R ${owner} /nix`,
  ]);
  return true;
}

async function tryCandidates(nixBuild, common) {
  let output = '';
  for (const { lines, says, store } of candidates()) {
    if (store) await mkdir(store, { recursive: true });
    const env = withConfiguration([...common, ...lines]);
    const result = await canBuild(nixBuild, env);
    if (result.works) {
      if (says !== null) say(says);
      return { env };
    }
    const settings = lines.length === 0 ? 'as it is configured' : lines.join('; ');
    output += `With Nix ${settings}:\n${result.output.trim()}\n`;
  }
  return { env: null, output };
}

async function findEnvironment(nixBuild, common) {
  let result = await tryCandidates(nixBuild, common);
  if (result.env === null && process.getuid?.() !== 0 && (await ownTheStore())) {
    result = await tryCandidates(nixBuild, common);
  }
  if (result.env === null) {
    throw new SetupError(
      `Nix is here (${nixBuild}) but cannot build as this user. It said\n${result.output.trim()}`,
    );
  }
  return result.env;
}

/** Makes sure of Nix; gives what to add to the environment of programs that use it (NIX_CONFIG, or nothing). */
export async function ensureNix() {
  if (findProgram('nix-build') === null) await installPackages(['nix-bin']);
  const nixBuild = findProgram('nix-build');
  const nix = findProgram('nix');
  if (nixBuild === null || nix === null) throw new SetupError('Nix is not on PATH after its installation');
  const online = await isOnline(nix);
  const key = await circumstances(nix, online);
  const known = await remembered(key);
  if (known !== null) return known;
  if (!online) say('No network: Nix will not ask for finished builds');
  const env = await findEnvironment(nixBuild, online ? [] : ['substituters =']);
  await mkdir(cacheFolder, { recursive: true });
  await writeFile(answerFile, JSON.stringify({ key, env }));
  return env;
}

/** An ordinary user's PATH may lack what Debian keeps for root. */
const systemPath = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

/** Programs of the user's that some tests need; where one cannot be had, they say so, and all others run. */
export async function ensureTestPrograms() {
  const wanted = process.platform === 'linux' ? ['shellcheck', 'shfmt', 'strace'] : ['shellcheck', 'shfmt'];
  for (const name of wanted.filter((one) => findProgram(one) === null)) {
    try {
      await installPackages([name]);
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      say(`Without ${name}, its tests will fail. ${error.message}`);
    }
  }
}

/** The examples' package set compiles with the machine's own tools. */
export async function ensureExampleTools() {
  const missing = ['make', 'gcc', 'patch'].filter((name) => findProgram(name) === null);
  // Debian's gcc only recommends the C library's headers, and recommended packages are not installed.
  if (missing.includes('gcc')) missing.push('libc6-dev');
  if (process.platform === 'linux' && findProgram('ip', systemPath) === null) missing.push('iproute2');
  await installPackages(missing);
}
