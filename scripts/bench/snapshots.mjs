// What a snapshot of a large build directory costs, against `cp -a` in the same run.
import { temporaryFolder } from '../bootstrap/cleanUp.mjs';
import { runOrFail } from '../bootstrap/commands.mjs';
import { row } from './rows.mjs';

/** See test/bench/snapshots.ts. */
export async function measure() {
  const args = ['--import', 'tsx', 'test/bench/snapshots.ts'];
  const { folder, remove } = await temporaryFolder('phasewise-bench-');
  const env = { ...process.env, TMPDIR: folder };
  const { stdout } = await runOrFail('Measuring snapshots', process.execPath, args, { env });
  await remove();
  const times = JSON.parse(stdout);
  return [
    row('snapshot of 20 000 files, 200 MB: nothing changed', times.unchanged, 'ms', 300),
    row('… 800 files changed', times.changed, 'ms', 500),
    row('… of what `cp -a` takes', (100 * times.changed) / times.copy, '%', 25),
    row('`cp -a` of the same', times.copy, 'ms'),
    row('its first snapshot', times.first, 'ms'),
    row('restored over 1600 changes', times.restore, 'ms'),
  ];
}
