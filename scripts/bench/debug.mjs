// What a debugger costs: a phase of many simple commands under it, against the same phase run plainly; and how soon it answers.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { projectRoot, runOrFail } from '../bootstrap/commands.mjs';
import { benchFolder, derivationText } from './nixFiles.mjs';
import { median, row } from './rows.mjs';

const rounds = 3;
const program = join(projectRoot, 'dist/phasewise.js');

/** 100 000 simple commands, whose own time is told by the phase itself. */
const attributes = `  name = "debugged";
  dontUnpack = true;
  buildPhase = ''
    begun=$EPOCHREALTIME
    for ((i = 0; i < 25000; i++)); do
      a=$i
      b=$a
      :
      :
    done
    ended=$EPOCHREALTIME
    echo "took $(((\${ended/./} - \${begun/./}) / 1000))"
    : elsewhere
    f() {
      : one
      : two
    }
    for ((i = 0; i < 30; i++)); do
      f
    done
  '';
  checkPhase = ''
    cat > configure <<'END'
    for ((check = 0; check < 100; check++)); do
      for ((i = 0; i < 300; i++)); do
        found=$i
      done
      cat /dev/null
      sh -c 'exit 0'
    done
    END
    begun=$EPOCHREALTIME
    for ((start = 0; start < 2; start++)); do
      bash ./configure
      for ((i = 0; i < 100; i++)); do
        cat /dev/null
      done
    done
    ended=$EPOCHREALTIME
    echo "took $(((\${ended/./} - \${begun/./}) / 1000))"
    : after the programs
  '';
  doCheck = true;
  installPhase = ''
    mkdir $out
    : later
  '';
`.replaceAll('${', "''${");

/** The least of a debug client: requests are answered, events wait. */
function startAdapter(env) {
  const child = spawn(process.execPath, [program, 'dap'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let pending = Buffer.alloc(0);
  let sequence = 0;
  const answers = new Map();
  const events = [];
  let wake = () => {};
  child.stdout.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    for (;;) {
      const header = pending.indexOf('\r\n\r\n');
      const length = Number(/(\d+)/.exec(pending.toString('latin1', 0, header))?.[1]);
      if (header < 0 || pending.length < header + 4 + length) return;
      const message = JSON.parse(pending.toString('utf8', header + 4, header + 4 + length));
      pending = pending.subarray(header + 4 + length);
      if (message.type === 'response') answers.get(message.request_seq)?.(message.body);
      else events.push({ ...message, at: performance.now() });
      wake();
    }
  });
  const ask = (command, args = {}) => {
    const text = JSON.stringify({ seq: ++sequence, type: 'request', command, arguments: args });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    return new Promise((resolve) => answers.set(sequence, resolve));
  };
  const next = async (...names) => {
    for (;;) {
      const index = events.findIndex(({ event }) => names.includes(event));
      if (index >= 0) return events.splice(0, index + 1).at(-1);
      await new Promise((resolve) => (wake = resolve));
    }
  };
  const ended = new Promise((resolve) => child.on('close', resolve));
  return { ask, next, events, end: () => (ask('disconnect'), child.stdin.end(), ended) };
}

/** Runs a phase with these breakpoints, which are conditioned never to hold; gives what the phase says that it took. */
async function timedPhase(env, file, { phase = 'buildPhase', lines = [], functions = [], noDebug = false }) {
  const adapter = startAdapter(env);
  await adapter.ask('initialize');
  await adapter.ask('launch', { program: file, noDebug, from: phase, until: phase });
  const condition = 'false';
  const breakpoints = lines.map((line) => ({ line, condition }));
  await adapter.ask('setBreakpoints', { source: { path: file }, breakpoints });
  const named = functions.map((name) => ({ name, condition }));
  await adapter.ask('setFunctionBreakpoints', { breakpoints: named });
  await adapter.ask('configurationDone');
  let output = '';
  for (;;) {
    const event = await adapter.next('output', 'terminated');
    if (event.event === 'terminated') break;
    output += event.body.output;
  }
  await adapter.end();
  return Number(/took (\d+)/.exec(output)?.[1]);
}

async function interaction(env, file, lines) {
  const adapter = startAdapter(env);
  await adapter.ask('initialize');
  const launched = performance.now();
  await adapter.ask('launch', { program: file, from: 'buildPhase', stopOnEntry: true });
  await adapter.ask('setBreakpoints', { source: { path: file }, breakpoints: [{ line: lines.one }] });
  await adapter.ask('configurationDone');
  const first = (await adapter.next('stopped')).at - launched;
  await adapter.ask('continue', { threadId: 1 });
  const shown = [];
  const steps = [];
  for (let count = 0; count < 15; count++) {
    const stopped = (await adapter.next('stopped')).at;
    const { stackFrames } = await adapter.ask('stackTrace', { threadId: 1, levels: 20 });
    const { scopes } = await adapter.ask('scopes', { frameId: stackFrames[0].id });
    await adapter.ask('variables', { variablesReference: scopes[0].variablesReference });
    shown.push(performance.now() - stopped);
    const stepped = performance.now();
    await adapter.ask('next', { threadId: 1 });
    steps.push((await adapter.next('stopped')).at - stepped);
    await adapter.ask('continue', { threadId: 1 });
  }
  await adapter.end();
  return { first, shown: median(shown), step: median(steps) };
}

export async function measure({ env }) {
  const files = await benchFolder(env);
  try {
    const file = await files.write('default.nix', derivationText(attributes));
    const own = { ...files.env, NIX_PATH: '' };
    const text = derivationText(attributes).split('\n');
    const lineOf = (words) => text.findIndex((line) => line.trim() === words) + 1;
    await runOrFail('The phases', process.execPath, [program, 'run', file, '--all'], { env: own });
    const children = { phase: 'checkPhase' };
    const ways = {
      plain: { noDebug: true },
      failures: {},
      elsewhere: { lines: [lineOf(': elsewhere')] },
      named: { functions: ['buildPhase'] },
      later: { lines: [lineOf(': later')] },
      children: { ...children, noDebug: true },
      programs: { ...children, lines: [lineOf(': after the programs')] },
    };
    const took = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, way] of Object.entries(ways)) took[name].push(await timedPhase(own, file, way));
    }
    const plain = median(took.plain);
    const times = (name, of = plain) => median(took[name]) / of;
    const { first, shown, step } = await interaction(own, file, { one: lineOf(': one') });
    return [
      row('100 000 simple commands, run plainly', plain, 'ms'),
      row('the same debugged, of that', times('failures'), '×', 1.1),
      row('with a breakpoint elsewhere in the phase', times('elsewhere'), '×', 8),
      row('with a breakpoint at the phase by its name', times('named'), '×', 1.1),
      row('with a breakpoint in another phase', times('later'), '×', 1.1),
      row(
        '400 programs and a configure of theirs, debugged',
        times('programs', median(took.children)),
        '×',
        1.05,
      ),
      row('from a stop to its stack and variables', shown, 'ms', 150),
      row('a step', step, 'ms', 50),
      row('from launch to the first stop, inputs built', first, 'ms', 1000),
    ];
  } finally {
    await files.remove();
  }
}
