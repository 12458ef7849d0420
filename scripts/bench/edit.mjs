// An edit of installPhase where the phases before it take a minute: from the keystroke to the phase's result.
import { performance } from 'node:perf_hooks';
import { runOrFail, say } from '../bootstrap/commands.mjs';
import { startServer } from './languageServer.mjs';
import { benchFolder, derivationText } from './nixFiles.mjs';
import { median, row } from './rows.mjs';

const rounds = 5;
const goalSeconds = 60;
const scaledSeconds = 4;

/** Only buildPhase takes long, and it sleeps, so that nothing of it depends on the machine. */
function text(seconds, edit) {
  return derivationText(
    `  name = "minute";
  dontUnpack = true;
  buildPhase = "sleep ${seconds}; echo built > result";
  installPhase = ''
    mkdir -p "$out"
    cp result "$out/result"
    echo ${edit} > "$out/edit"
  '';
`,
    'minute',
  );
}

async function timed(action) {
  const started = performance.now();
  const result = await action();
  return { seconds: (performance.now() - started) / 1000, result };
}

async function rebuild(files, content, env) {
  const file = await files.write('rebuilt/default.nix', content);
  const { seconds } = await timed(() =>
    runOrFail('nix-build', 'nix-build', ['--no-out-link', file], { env }),
  );
  return seconds;
}

export async function measure({ env, full }) {
  const slept = full ? goalSeconds : scaledSeconds;
  if (!full) {
    say(`buildPhase sleeps ${slept} s, and ${goalSeconds - slept} s are added to what nix-build took`);
  }
  const files = await benchFolder(env);
  const started = `${Date.now()}`;
  const file = await files.write('edited/default.nix', text(slept, `${started}.0`));
  const server = await startServer({ folder: files.folder, env: files.env, trusted: true });
  try {
    const uri = server.open(file, text(slept, `${started}.0`));
    await server.run(uri, { selection: 'until', phase: 'installPhase' });
    const edits = [];
    const rebuilds = [];
    for (let round = 1; round <= rounds; round++) {
      const edited = text(slept, `${started}.${round}`);
      const { seconds, result } = await timed(() => {
        server.change(uri, edited);
        return server.run(uri, { selection: 'only', phase: 'installPhase' });
      });
      const own = result.phases.find(({ name, reused }) => name === 'installPhase' && !reused);
      if (!result.phases.some(({ name, reused }) => name === 'buildPhase' && reused)) {
        throw new Error('buildPhase was run again');
      }
      edits.push({ seconds, above: seconds - own.seconds });
      if (round <= (full ? 1 : 3)) rebuilds.push(await rebuild(files, edited, env));
    }
    const whole = median(rebuilds) + goalSeconds - slept;
    const seconds = median(edits.map((one) => one.seconds));
    return [
      row('edit of installPhase to its result, of a rebuild by nix-build', (100 * seconds) / whole, '%', 1),
      row('… above the time of the phase itself', 1000 * median(edits.map(({ above }) => above)), 'ms', 500),
    ];
  } finally {
    await server.end();
    await files.remove();
  }
}
