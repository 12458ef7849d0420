// Runs the tests of the debugger with the bash of other Debian suites, unpacked beside the system (nothing is installed):
// which line bash tells for a command of several lines differs between versions.
//   node scripts/bashVersions.mjs [--refresh] [SUITE…]
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bootstrap, runMain } from './bootstrap.mjs';
import { temporaryFolder } from './bootstrap/cleanUp.mjs';
import { cacheFolder, projectRoot, run } from './bootstrap/commands.mjs';
import { unpackBash } from './nixSuite.mjs';

/** bash 5.1 and 5.3; bookworm and trixie have 5.2. */
const usual = ['bullseye', 'sid'];
const timeoutMs = 20 * 60_000;

async function runTests(bash, nixEnvironment) {
  const { folder, remove } = await temporaryFolder('phasewise-bash-', { shared: true });
  const results = join(folder, 'results.json');
  const env = {
    ...process.env,
    ...nixEnvironment,
    // Where builds have a sandbox, they see only what is named.
    NIX_CONFIG: `${nixEnvironment.NIX_CONFIG ?? ''}\nextra-sandbox-paths = ${dirname(bash)}\n`,
    TMPDIR: folder,
    PHASEWISE_TEST_BASH: bash,
    PHASEWISE_TEST_RESULTS: results,
  };
  const reporter = join(projectRoot, 'scripts/test/reporter.cjs');
  const mocha = join(projectRoot, 'node_modules/mocha/bin/mocha.js');
  const args = [mocha, '--reporter', reporter, 'test/debug/**/*.test.ts'];
  try {
    const { exitCode, output } = await run(process.execPath, args, { env, timeoutMs });
    const { passed, failed } = await readFile(results, 'utf8').then(JSON.parse, () => ({
      passed: 0,
      failed: 1,
    }));
    if (output.trim() !== '') console.log(output.trimEnd());
    return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
  } finally {
    await remove();
  }
}

async function main() {
  const args = process.argv.slice(2);
  const suites = args.filter((one) => !one.startsWith('--'));
  const { nixEnvironment = {} } = await bootstrap({ nix: true });
  const built = await run(process.execPath, [join(projectRoot, 'scripts/build.mjs')]);
  if (built.exitCode !== 0) throw new Error(`The build failed:\n${built.output}`);
  const total = { passed: 0, failed: 0 };
  for (const suite of suites.length > 0 ? suites : usual) {
    const bash = unpackBash(join(cacheFolder, 'bash-versions', suite), suite, args.includes('--refresh'));
    const version = spawnSync(bash, ['-c', 'echo $BASH_VERSION'], { encoding: 'utf8' }).stdout.trim();
    const { passed, failed } = await runTests(bash, nixEnvironment);
    console.log(`bash ${version} (Debian ${suite}): ${passed} passed, ${failed} failed`);
    total.passed += passed;
    total.failed += failed;
  }
  console.log(`Total: ${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

await runMain(main);
