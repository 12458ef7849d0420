// How long after opening a file its tree is drawn from the syntax, asked of the built language server as an editor asks it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { projectRoot, runOrFail } from '../bootstrap/commands.mjs';
import { startServer } from './languageServer.mjs';
import { benchFolder } from './nixFiles.mjs';
import { packageSet } from './packageSet.mjs';
import { median, row } from './rows.mjs';

const rounds = 3;
const files = ['hello', 'broken-configure', 'greeting-library', 'python'].map((name) =>
  join(projectRoot, 'examples', name, 'default.nix'),
);

/** Milliseconds from telling the server of the file to the first drawing that holds a derivation. */
async function timeDrawing(server, file, text) {
  const started = performance.now();
  const uri = server.open(file, text);
  await server.drawing(uri, () => true);
  return performance.now() - started;
}

async function timeParse(file, env) {
  const started = performance.now();
  await runOrFail('nix-instantiate', 'nix-instantiate', ['--parse', file], { env });
  return performance.now() - started;
}

async function inFreshServer(env, action) {
  const folder = join(projectRoot, 'examples');
  const server = await startServer({ folder, env, trusted: false });
  try {
    return await action(server);
  } finally {
    await server.end();
  }
}

export async function measure({ env }) {
  const bench = await benchFolder(env);
  const text = packageSet();
  const large = await bench.write('set.nix', text);
  const first = [];
  const later = [];
  const fresh = [];
  const parsed = [];
  try {
    for (let round = 0; round < rounds; round++) {
      await inFreshServer(bench.env, async (server) => {
        const times = [];
        for (const file of files) times.push(await timeDrawing(server, file, await readFile(file, 'utf8')));
        first.push(times[0]);
        later.push(Math.max(...times.slice(1)));
      });
      fresh.push(await inFreshServer(bench.env, (server) => timeDrawing(server, large, text)));
      parsed.push(await timeParse(large, env));
    }
  } finally {
    await bench.remove();
  }
  return [
    row('tree from syntax, first file of a fresh server', median(first), 'ms', 100),
    row('tree from syntax, slowest of further files', median(later), 'ms', 100),
    row('… first file of a fresh server, 1 MB', median(fresh), 'ms'),
    row('`nix-instantiate --parse` of the same', median(parsed), 'ms'),
  ];
}
