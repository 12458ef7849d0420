// Real builds through the language server: one that prints a million lines, against `nix-build` into a file; how soon an event is told;
// how soon a build that has nothing to do says so, against `nix-instantiate`.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { endWhenInterrupted } from '../bootstrap/commands.mjs';
import { startServer } from './languageServer.mjs';
import { benchFolder, derivationText } from './nixFiles.mjs';
import { median, row } from './rows.mjs';
import { Typist } from './typing.mjs';

const lines = 1_000_000;
const shortLines = 300_000;
const lineBytes = 105;
const rounds = 5;

/** Lines of a hundred bytes, each with its number. */
function loud(count) {
  return `  name = "loud";
  dontUnpack = true;
  buildPhase = ''
    seq -f '%012.0f /build/source/src/parts/of/a/program/that/is/large/compiled.c is compiled, with its flags x' 1 ${count}
  '';
  installPhase = "touch $out";
`;
}

/** A phase that says when it began. */
const clocked = `  name = "clocked";
  dontUnpack = true;
  buildPhase = ''
    for n in 1 2 3 4 5 6 7 8 9; do sleep 0.2; echo "now $(date +%s%N)"; done
  '';
  installPhase = "touch $out";
`;

async function nixBuild(file, output, env, flags = []) {
  const log = openSync(output, 'w');
  try {
    const child = spawn('nix-build', ['--no-out-link', ...flags, file], {
      env,
      stdio: ['ignore', 'ignore', log],
    });
    endWhenInterrupted(child);
    const code = await new Promise((resolve) => child.once('exit', resolve));
    if (code !== 0) throw new Error(`nix-build ended with ${code}`);
  } finally {
    closeSync(log);
  }
}

/** Builds through the server; the most memory it had meanwhile. */
async function timeServerBuild(server, uri) {
  const before = server.residentBytes();
  let most = before;
  const meter = setInterval(() => (most = Math.max(most, server.residentBytes())), 50);
  const started = performance.now();
  try {
    const params = { uri, attr: '', rebuild: false, keepFailed: false };
    const result = await server.connection.sendRequest('phasewise/build', params);
    if (result?.status !== 'built') throw new Error(`a build ended as ${result?.status}`);
    return { ms: performance.now() - started, grown: most - before, drvPath: result.drvPath };
  } finally {
    clearInterval(meter);
  }
}

async function drawn(server, files, name, content) {
  const uri = server.open(await files.write(name, content), content);
  await server.drawing(uri, ({ derivations, busy }) => !busy && derivations[0]?.source !== 'static');
  return uri;
}

/** Lines of our log that are the build's own and in order; what is missing is lost. */
async function lostLines(files, count) {
  const folder = join(files.folder, 'state/phasewise/logs');
  const records = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  const name = records.findLast(
    (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')).name === 'loud',
  );
  if (name === undefined) return count;
  const numbers = readFileSync(join(folder, name.replace(/json$/, 'log')), 'latin1').matchAll(/^(\d{12}) /gm);
  let next = 1;
  for (const [, number] of numbers) if (Number(number) === next) next++;
  return count - (next - 1);
}

/** The same build by `nix-build` into a file, with other flags. */
async function timePlain(files, env, count, name, flags) {
  const file = await files.write(`${name}.nix`, derivationText(loud(count)));
  const started = performance.now();
  await nixBuild(file, join(files.folder, 'plain.log'), env, flags);
  return performance.now() - started;
}

/** Builds with a server of its own: what one took before is not what this takes. */
async function buildLoud(files, name, count, whileItBuilds) {
  const server = await startServer({ folder: files.folder, env: files.env, trusted: true });
  try {
    const uri = await drawn(server, files, `${name}.nix`, derivationText(loud(count)));
    return await whileItBuilds(server, () => timeServerBuild(server, uri));
  } finally {
    await server.end();
  }
}

async function timeLoud(files, env, full) {
  const count = full ? lines : shortLines;
  const [plain, floor, ours, grown] = [[], [], [], []];
  let lost = 0;
  const machineReadable = ['--log-format', 'internal-json'];
  for (let round = 0; round < 3; round++) {
    const others = async () => {
      plain.push(await timePlain(files, env, count, `plain-${round}`, []));
      floor.push(await timePlain(files, env, count, `floor-${round}`, machineReadable));
    };
    if (round % 2 === 1) await others();
    const built = await buildLoud(files, `loud-${round}`, count, (_, build) => build());
    ours.push(built.ms);
    grown.push(built.grown);
    if (round % 2 === 0) await others();
    lost = Math.max(lost, await lostLines(files, count));
  }
  const of = (times) => median(times.map((ms, round) => ms / plain[round]));
  const bytes = count * lineBytes;
  const what = `a build that prints ${count} lines, ${Math.round(bytes / 1e6)} MB`;
  return [
    row(`${what}, of nix-build > file`, of(ours), '×', 1.2),
    row('… nix-build --log-format internal-json > file, of the same', of(floor), '×'),
    row('… nix-build', median(plain), 'ms'),
    row('… memory of the server, more than before', median(grown) / 1e6, 'MB', 100),
    row('… lines missing in our log', lost, '', 0),
  ];
}

/** Letters typed in another file while a build prints without end, against letters typed while nothing goes on. */
async function timeTyping(files) {
  const typed = await files.write('typed.nix', '{ }\n');
  return buildLoud(files, 'loud-typing', lines, async (server, build) => {
    const typist = new Typist(server, typed);
    await typist.type(() => true, 10);
    const idle = await typist.type(() => true, 25);
    let over = false;
    const building = build().finally(() => (over = true));
    const busy = await typist.type(() => over, 25);
    await building;
    return [
      row('typing while a build prints a million lines, of typing at rest', busy / idle, '×', 2),
      row('… at rest, from a letter to its completions and a hover', idle, 'ms'),
    ];
  });
}

async function timeEvents(server, files) {
  const uri = await drawn(server, files, 'clocked.nix', derivationText(clocked));
  const delays = [];
  const listening = server.connection.onNotification('phasewise/activity', ({ key, event }) => {
    const printed =
      key.uri === uri && event.type === 'output' ? /now (\d+)/.exec(event.text)?.[1] : undefined;
    if (printed !== undefined) delays.push(Date.now() - Number(printed.slice(0, -6)));
  });
  await timeServerBuild(server, uri);
  listening.dispose();
  return [row('from a line that is printed to its event', median(delays.slice(0, 9)), 'ms', 50)];
}

async function timeNothing(server, files, env) {
  const content = derivationText('  name = "done";\n  dontUnpack = true;\n  installPhase = "touch $out";\n');
  const uri = await drawn(server, files, 'done.nix', content);
  await timeServerBuild(server, uri);
  const [ours, cold] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    const params = { uri, attr: '', rebuild: false, keepFailed: false };
    const { status } = await server.connection.sendRequest('phasewise/build', params);
    if (status !== 'valid') throw new Error(`a build with nothing to do ended as ${status}`);
    ours.push(performance.now() - started);
    const begun = performance.now();
    const child = spawn('nix-instantiate', [join(files.folder, 'done.nix')], { env, stdio: 'ignore' });
    await new Promise((resolve) => child.once('exit', resolve));
    cold.push(performance.now() - begun);
  }
  return [
    row('a build with nothing to do, of nix-instantiate', median(ours) / median(cold), '×', 1.5),
    row('… the build', median(ours), 'ms'),
    row('… nix-instantiate', median(cold), 'ms'),
  ];
}

export async function measure({ env, full }) {
  const files = await benchFolder(env);
  try {
    const rows = [...(await timeLoud(files, env, full)), ...(await timeTyping(files))];
    const server = await startServer({ folder: files.folder, env: files.env, trusted: true });
    try {
      return [...rows, ...(await timeEvents(server, files)), ...(await timeNothing(server, files, env))];
    } finally {
      await server.end();
    }
  } finally {
    await files.remove();
  }
}
