// npm run bench [-- PART…] [--full]: the numbers that the project promises, measured here and now. Machines differ and are busy
// with other things, so what can be is measured against another program in the same run, in turns; the middle of several counts.
// `--full` lets builds take the minute that a goal speaks of, where otherwise a shorter one stands for it.
import { bootstrap, runMain } from './bootstrap.mjs';
import { alone } from './bootstrap/alone.mjs';
import { projectRoot, runOrFail, say, SetupError } from './bootstrap/commands.mjs';
import { median, printRow } from './bench/rows.mjs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/** Each is scripts/bench/NAME.mjs and exports `measure(bench)`, which gives rows. What it needs is set up before. */
const parts = {
  package: [],
  activation: ['nix', 'browser', 'host'],
  language: ['nix'],
  drawing: ['nix'],
  evaluation: ['nix'],
  values: ['nix'],
  tree: ['nix'],
  edit: ['nix'],
  session: ['nix'],
  snapshots: [],
  check: ['nix'],
  commands: ['nix'],
  builds: ['nix'],
  debug: ['nix'],
  logs: ['nix'],
  window: ['nix', 'browser', 'host'],
  tests: [],
};

function wanted(words) {
  const names = words.filter((word) => !word.startsWith('--'));
  const unknown = words.find((word) => word !== '--full' && !(word in parts));
  if (unknown !== undefined) {
    throw new SetupError(`There is no part ${unknown}. Parts: ${Object.keys(parts).join(' ')}; --full`);
  }
  return { names: names.length === 0 ? Object.keys(parts) : names, full: words.includes('--full') };
}

/** Milliseconds: a few on a machine that does nothing else. Where it is many more, numbers in milliseconds say little. */
function timeProgramStart() {
  const times = Array.from({ length: 21 }, () => {
    const started = performance.now();
    execFileSync('true');
    return performance.now() - started;
  });
  return median(times);
}

async function main() {
  const { names, full } = wanted(process.argv.slice(2));
  const needs = Object.fromEntries(names.flatMap((name) => parts[name]).map((need) => [need, true]));
  const tools = await bootstrap(needs);
  const env = { ...process.env, ...tools.nixEnvironment };
  const build = join(projectRoot, 'scripts/build.mjs');
  await alone(() => runOrFail('The production build', process.execPath, [build, '--production']));
  const goals = [];
  for (const name of names) {
    say(`${name} (starting a program takes ${timeProgramStart().toFixed(1)} ms here now)`);
    const { measure } = await import(`./bench/${name}.mjs`);
    for (const row of await measure({ tools, env, full })) {
      printRow(row);
      if (row.goal !== null) goals.push(row.value <= row.goal);
    }
  }
  console.log(`${goals.filter(Boolean).length} of ${goals.length} goals reached`);
  return goals.every(Boolean) ? 0 : 1;
}

await runMain(main);
