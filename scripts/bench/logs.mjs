// A build that prints a million lines and fails: how soon its log opens at the failing phase, and whether all of it is there.
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { projectRoot } from '../bootstrap/commands.mjs';
import { startServer } from './languageServer.mjs';
import { benchFolder, failingPlace, failingText, numberedLine } from './nixFiles.mjs';
import { median, row } from './rows.mjs';

const lines = 1_000_000;
const rounds = 5;

/** Lines of the building phase that the command line gives, and whether they are those that were printed, in order. */
function readByCommandLine(file, env) {
  const program = join(projectRoot, 'dist/phasewise.js');
  const child = spawn(process.execPath, [program, 'log', file, '--phase', 'buildPhase'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const read = createHash('sha256');
  let last = '';
  child.stdout.on('data', (chunk) => {
    const text = last + chunk.toString('latin1');
    const end = text.lastIndexOf('\n') + 1;
    for (const line of text.slice(0, end).split('\n')) if (line.startsWith('line ')) read.update(`${line}\n`);
    last = text.slice(end);
  });
  const wanted = createHash('sha256');
  for (let n = 1; n <= lines; n++) wanted.update(`${numberedLine(n)}\n`);
  return new Promise((resolve) =>
    child.on('close', () => resolve(read.digest('hex') === wanted.digest('hex'))),
  );
}

export async function measure({ env }) {
  const bench = await benchFolder(env);
  const text = failingText('talkative', lines);
  const file = await bench.write('default.nix', text);
  const server = await startServer({ folder: bench.folder, env: bench.env, trusted: true });
  try {
    const uri = server.open(file, text);
    await server.drawing(uri, ({ busy }) => !busy);
    const key = { uri, attr: '' };
    await server.connection.sendRequest('phasewise/build', { ...key, rebuild: false, keepFailed: false });
    const times = [];
    let document = null;
    for (let round = 0; round < rounds; round++) {
      const started = performance.now();
      const found = await server.connection.sendRequest('phasewise/findLog', { key, phase: 'buildPhase' });
      ({ document } = await server.connection.sendRequest('phasewise/logDocument', found.address));
      times.push(performance.now() - started);
    }
    const atError = document.text.split('\n')[document.failing]?.includes(failingPlace) === true;
    const complete = await readByCommandLine(file, bench.env);
    return [
      row('log of 1 000 000 lines at its failing phase, first opening', times[0], 'ms', 300),
      row('… the middle of five openings', median(times), 'ms', 300),
      row('… lines of the phase that are not counted', lines + 2 - document.total, 'lines', 0),
      row('… and opened beside the error (0: at it)', atError ? 0 : 1, '', 0),
      row('`phasewise log`: something is missing or out of order (0: no)', complete ? 0 : 1, '', 0),
    ];
  } finally {
    await server.end();
    await bench.remove();
  }
}
