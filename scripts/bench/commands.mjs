// Whole processes of the built command line in the examples, for information.
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { projectRoot, run } from '../bootstrap/commands.mjs';
import { median, row } from './rows.mjs';

const rounds = 3;
const commands = [
  ['--version'],
  ['check', 'hello'],
  ['phases', 'hello/default.nix'],
  ['run', 'hello/default.nix', '--all', '--fresh'],
];

async function timed(args, env) {
  const started = performance.now();
  const program = join(projectRoot, 'dist/phasewise.js');
  await run(process.execPath, [program, ...args], { cwd: join(projectRoot, 'examples'), env });
  return performance.now() - started;
}

export async function measure({ env }) {
  const rows = [];
  for (const args of commands) {
    const times = [];
    for (let round = 0; round < rounds; round++) times.push(await timed(args, env));
    rows.push(row(`phasewise ${args.join(' ')}`, median(times), 'ms'));
  }
  return rows;
}
