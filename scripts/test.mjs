// npm test: everything, with real Nix and a real VS Code window. Ends with one line `N passed, N failed`.
//   npm test -- unit grammar      only these parts
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { bootstrap, runMain } from './bootstrap.mjs';
import { temporaryFolder } from './bootstrap/cleanUp.mjs';
import { projectRoot, run, SetupError } from './bootstrap/commands.mjs';
import { recordTestRun } from './test/lastRun.mjs';

/** Far above what a part takes on a busy machine: it is there for what hangs. */
const partTimeoutMs = 35 * 60_000;
const bin = (name) => join(projectRoot, 'node_modules', name);

/** A check that passes or fails as a whole. */
function command(...args) {
  return { needs: [], run: (context) => runCommand(args, context) };
}

/** Mocha over one folder of tests. */
function mocha(folder, ...needs) {
  return { needs, run: (context) => runMocha(folder, context) };
}

/** End-to-end tests in a window. */
function window(suite) {
  return {
    needs: ['nix', 'build', 'browser', 'host'],
    run: async ({ tools, print }) => (await import('./endToEnd.mjs')).runEndToEnd({ suite, tools, print }),
  };
}

/** Those that take longest first. */
const parts = {
  e2e: window('trusted'),
  conformance: mocha('test/conformance', 'nix'),
  cli: mocha('test/cli', 'nix', 'build'),
  scripts: mocha('test/scripts', 'nix', 'browser', 'host'),
  server: mocha('test/server', 'nix', 'build'),
  debug: mocha('test/debug', 'nix', 'build'),
  lint: command(bin('eslint/bin/eslint.js'), '--max-warnings', '0', '.'),
  unit: mocha('test/unit', 'nix'),
  trust: window('untrusted'),
  folders: window('folders'),
  format: command(bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'),
  types: command(bin('typescript/bin/tsc'), '--noEmit'),
  grammar: mocha('test/grammar', 'nix'),
};

/** Where there are few cores, beside light parts only: its window is clicked and typed in. */
const windowParts = ['e2e'];

/** One program each, that computes on one core and hardly waits. */
const lightParts = ['lint', 'unit', 'format', 'types', 'grammar'];

/** These run side by side. */
const heavyParts = Object.keys(parts).filter((name) => ![...windowParts, ...lightParts].includes(name));

/** Runs Node on a script; ends it and all that it started when it takes too long. */
async function runNode(args, env, print) {
  const { exitCode, timedOut, output } = await run(process.execPath, args, { env, timeoutMs: partTimeoutMs });
  if (output.trim() !== '') print(output.trimEnd());
  if (timedOut) print(`Ended after ${partTimeoutMs / 60_000} minutes`);
  return exitCode;
}

async function runCommand(args, { env, print }) {
  const exitCode = await runNode(args, env, print);
  return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function runMocha(folder, { env, scratch, print }) {
  // What an interrupted test leaves goes with the folder.
  const own = join(scratch, folder.replaceAll('/', '-'));
  await mkdir(own);
  await chmod(own, 0o1777);
  const results = join(scratch, `${folder.replaceAll('/', '-')}.json`);
  const reporter = join(projectRoot, 'scripts/test/reporter.cjs');
  const args = [bin('mocha/bin/mocha.js'), '--reporter', reporter, `${folder}/**/*.test.ts`];
  const exitCode = await runNode(args, { ...env, TMPDIR: own, PHASEWISE_TEST_RESULTS: results }, print);
  const { passed, failed } = await readFile(results, 'utf8').then(JSON.parse, () => ({
    passed: 0,
    failed: 0,
  }));
  return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}

/** Counts of a part; whatever goes wrong in it is one failure, and so is a part that lacks what it needs. */
async function countsOf(name, context) {
  const lacking = parts[name].needs.filter((need) => context.lacking.includes(need));
  if (lacking.length > 0) {
    context.print(`Not run, because this is missing: ${lacking.join(', ')}`);
    return { passed: 0, failed: 1 };
  }
  try {
    return await parts[name].run(context);
  } catch (error) {
    context.print(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { passed: 0, failed: 1 };
  }
}

/** Runs a part. What it says is shown as a whole at its end, for another part may run beside it. */
async function runPart(name, context) {
  const started = Date.now();
  console.log(`· ${name} …`);
  const said = [];
  const counts = await countsOf(name, { ...context, print: (text) => said.push(text) });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const verdict = `-- ${name}: ${counts.passed} passed, ${counts.failed} failed, ${seconds} s`;
  console.log(['', `== ${name}`, ...said, verdict].join('\n'));
  return counts;
}

/** Runs parts, that many at a time; gives the sums. */
async function runParts(names, { lanes, context }) {
  const waiting = [...names];
  const total = { passed: 0, failed: 0 };
  const lane = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const { passed, failed } = await runPart(name, context);
      total.passed += passed;
      total.failed += failed;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return total;
}

/** Runs the parts, the window's beside all others where there are cores for them, else beside the light ones; gives the sums. */
async function runAll(names, context) {
  const cores = availableParallelism();
  const those = (list, lanes) =>
    runParts(
      list.filter((name) => names.includes(name)),
      { lanes, context },
    );
  const others = () => those([...heavyParts, ...lightParts], 2);
  const counts =
    cores > 3
      ? await Promise.all([others(), those(windowParts, 1)])
      : [
          await those(heavyParts, Math.min(cores, 2)),
          ...(await Promise.all([those(windowParts, 1), those(lightParts, 1)])),
        ];
  const sum = (key) => counts.reduce((so, one) => so + one[key], 0);
  return { passed: sum('passed'), failed: sum('failed') };
}

async function build() {
  const built = await run(process.execPath, [join(projectRoot, 'scripts/build.mjs')]);
  if (built.exitCode !== 0) throw new SetupError(`The build failed:\n${built.output}`);
  return {};
}

/** Sets up what the parts need, one thing after the other; says what could not be had, and goes on with the rest. */
async function prepare(names) {
  const wanted = new Set(names.flatMap((name) => parts[name].needs));
  const prepared = { tools: { nixEnvironment: {} }, lacking: [] };
  for (const need of ['nix', 'build', 'browser', 'host'].filter((one) => wanted.has(one))) {
    try {
      const found = need === 'build' ? await build() : await bootstrap({ [need]: true, testPrograms: true });
      for (const [key, value] of Object.entries(found)) if (value) prepared.tools[key] = value;
    } catch (error) {
      console.error(error instanceof SetupError ? error.message : error);
      prepared.lacking.push(need);
    }
  }
  return prepared;
}

function selectedParts() {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) {
    throw new SetupError(`No such part: ${unknown.join(', ')}. There are: ${Object.keys(parts).join(', ')}`);
  }
  return names.length > 0 ? names : Object.keys(parts);
}

async function main() {
  const names = selectedParts();
  // Without the packages nothing at all can run.
  await bootstrap({});
  const { tools, lacking } = await prepare(names);
  const { folder: scratch, remove } = await temporaryFolder('phasewise-', { shared: true });
  // A test's own configuration is for those who start it by hand: here what works was found out.
  const env = { NIX_CONFIG: '', ...process.env, ...tools.nixEnvironment };
  const started = Date.now();
  const { passed, failed } = await runAll(names, { tools, lacking, env, scratch });
  await remove();
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`\n${Math.floor(seconds / 60)} min ${seconds % 60} s without the set-up`);
  if (names.length === Object.keys(parts).length) await recordTestRun({ seconds, passed, failed });
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

await runMain(main);
