// Runs the tests that talk to Nix with the installed Nix, with those of newer Debian suites unpacked beside the system
// (nothing is installed), and through a Nix daemon as an ordinary user. Prints what passed and failed for each.
//   node scripts/nixVersions.mjs [--only installed,trixie,sid,daemon] [--refresh] [TEST-GLOB…]
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { bootstrap, runMain } from './bootstrap.mjs';
import { temporaryFolder, toRemove } from './bootstrap/cleanUp.mjs';
import { cacheFolder, endWhenInterrupted, projectRoot, SetupError } from './bootstrap/commands.mjs';
import { unpackSuite } from './nixSuite.mjs';

const cache = join(cacheFolder, 'nix-versions');
const defaultTests = [
  'test/conformance/**/*.test.ts',
  'test/unit/nix/**/*.test.ts',
  'test/unit/phases/**/*.test.ts',
  'test/unit/builds/**/*.test.ts',
  'test/debug/evaluation.test.ts',
];
const allTargets = ['installed', 'trixie', 'sid', 'daemon'];
const nobody = '65534';

function parseArguments(args) {
  let targets = allTargets;
  let refresh = false;
  const tests = [];
  for (let index = 0; index < args.length; index += 1) {
    if (args[index] === '--only') targets = (args[(index += 1)] ?? '').split(',');
    else if (args[index] === '--refresh') refresh = true;
    else tests.push(args[index]);
  }
  const unknown = targets.filter((target) => !allTargets.includes(target));
  if (unknown.length > 0)
    throw new SetupError(`--only takes ${allTargets.join(', ')}; not ${unknown.join(', ')}.`);
  return { targets, refresh, tests: tests.length > 0 ? tests : defaultTests };
}

/** As root without build users, in a container, without a network: what the tests need of Nix. */
const configuration = [
  'substituters =',
  'sandbox = false',
  ...(process.getuid() === 0 ? ['build-users-group ='] : []),
];

/** A program that must not outlive us. */
function start(program, args, options) {
  const child = spawn(program, args, { cwd: projectRoot, ...options });
  endWhenInterrupted(child);
  return child;
}

function nixVersion(environment) {
  const { stdout, error } = spawnSync('nix-instantiate', ['--version'], {
    env: environment,
    encoding: 'utf8',
  });
  if (error) throw new Error(`There is no nix-instantiate: ${error.message}`);
  return stdout.trim();
}

/** How long all tests may take, and mocha after its report is written; longer means that something is left open. */
const patienceMs = { all: 30 * 60_000, end: 30_000 };

/** The exit code; null when it had to be ended. */
async function ended(child, report) {
  const started = Date.now();
  let reported = null;
  const watch = setInterval(() => {
    if (reported === null && existsSync(report)) reported = Date.now();
    const late =
      Date.now() - started > patienceMs.all || (reported !== null && Date.now() - reported > patienceMs.end);
    if (late) child.kill('SIGKILL');
  }, 1000);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(watch);
  if (code === null) console.log('  ✗ The tests did not end by themselves.');
  return code;
}

/** Mocha with its report in a file; `wrapper` is a command line before it. */
async function runTests(tests, environment, wrapper = []) {
  // Tests may become nobody in it.
  const { folder, remove } = await temporaryFolder('phasewise-versions-', { shared: true });
  const report = join(folder, 'report.json');
  const command = [
    ...wrapper,
    process.execPath,
    '--import=tsx',
    join(projectRoot, 'node_modules/mocha/lib/cli/cli.js'),
    '--reporter',
    'json',
    '--reporter-option',
    `output=${report}`,
    ...tests,
  ];
  const child = start(command[0], command.slice(1), {
    env: { ...environment, TMPDIR: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors = (errors + chunk).slice(-20_000)));
  const code = await ended(child, report);
  try {
    if (!existsSync(report)) {
      console.log(errors.trim());
      return { passed: 0, failed: 1, pid: child.pid };
    }
    const { stats, failures } = JSON.parse(readFileSync(report, 'utf8'));
    for (const { fullTitle, err } of failures)
      console.log(`  ✗ ${fullTitle}\n    ${err.message?.split('\n').join('\n    ')}`);
    // No test at all, or a failure that mocha could not name, is a failure.
    const failed = stats.failures || (code !== 0 || stats.passes === 0 ? 1 : 0);
    return { passed: stats.passes, failed, pid: child.pid };
  } finally {
    await remove();
  }
}

/** What the daemon kept of failed builds is root's: the tests, whose process id is in the names, cannot remove it. */
function removeKeptBuilds(pid) {
  const names = readdirSync('/tmp').filter(
    (name) => name.startsWith('nix-build-') && name.includes(`-${pid}.drv-`),
  );
  for (const name of names) rmSync(join('/tmp', name), { recursive: true, force: true });
}

/** A daemon of the installed Nix on a socket of its own, and the tests as a user who may do nothing without it. */
async function runThroughDaemon(tests) {
  if (process.getuid() !== 0)
    throw new Error('The run through a daemon needs root: it starts the daemon and becomes nobody.');
  const { folder, remove } = await temporaryFolder('phasewise-daemon-');
  chmodSync(folder, 0o755);
  const socket = join(folder, 'socket');
  // Not where temporary files are: isolated, phases have those and no home.
  const home = mkdtempSync('/var/tmp/phasewise-home-');
  const removeHome = toRemove(home);
  chmodSync(home, 0o777);
  // As on a machine of its own: the system's configuration, which the daemon and its clients both read.
  writeFileSync(join(folder, 'nix.conf'), `${configuration.join('\n')}\n`);
  const environment = {
    ...process.env,
    NIX_DAEMON_SOCKET_PATH: socket,
    NIX_CONF_DIR: folder,
    NIX_CONFIG: '',
  };
  const daemon = start('nix-daemon', [], { env: environment, stdio: 'ignore' });
  try {
    for (let tries = 0; !existsSync(socket); tries += 1) {
      if (tries > 100 || daemon.exitCode !== null) throw new Error('nix-daemon did not start.');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const client = { ...environment, NIX_REMOTE: 'daemon', HOME: home };
    const become = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'];
    const { pid, ...counts } = await runTests(tests, client, become);
    removeKeptBuilds(pid);
    return counts;
  } finally {
    daemon.kill('SIGTERM');
    await Promise.all([remove(), removeHome()]);
  }
}

async function runTarget(target, tests, refresh) {
  if (target === 'daemon') {
    console.log(`${nixVersion(process.env)}, through its daemon as an ordinary user`);
    return runThroughDaemon(tests);
  }
  const bin = target === 'installed' ? null : await unpackSuite(join(cache, target), target, refresh);
  const environment = {
    ...process.env,
    NIX_CONFIG: configuration.join('\n'),
    ...(bin === null ? {} : { PATH: `${bin}:${process.env.PATH}` }),
  };
  console.log(`${nixVersion(environment)} (${target === 'installed' ? 'installed' : `Debian ${target}`})`);
  return runTests(tests, environment);
}

async function main() {
  const { targets, refresh, tests } = parseArguments(process.argv.slice(2));
  await bootstrap({ nix: true });
  const total = { passed: 0, failed: 0 };
  for (const target of targets) {
    let result;
    try {
      result = await runTarget(target, tests, refresh);
    } catch (error) {
      console.log(`  ✗ ${target}: ${error.message}`);
      result = { passed: 0, failed: 1 };
    }
    console.log(`  ${result.passed} passed, ${result.failed} failed`);
    total.passed += result.passed;
    total.failed += result.failed;
  }
  console.log(`Total: ${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

await runMain(main);
