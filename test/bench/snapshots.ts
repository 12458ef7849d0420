// What snapshots of a build directory of 20 000 files and 200 MB cost. Prints one line of JSON, in milliseconds. Its part
// in `npm run bench` is scripts/bench/snapshots.mjs.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProcessRunner } from '../../server/src/nix/process';
import { IncrementalSnapshots } from '../../server/src/phases/snapshots/snapshots';
import type { Result } from '../../server/src/result';

const folders = 200;
const filesInFolder = 100;
const fileBytes = 10_240;
const never = new AbortController().signal;

function filePath(directory: string, number: number): string {
  return join(directory, `folder${number % folders}`, `file${Math.floor(number / folders)}.c`);
}

function makeTree(directory: string): void {
  for (let folder = 0; folder < folders; folder++) mkdirSync(join(directory, `folder${folder}`));
  const content = Buffer.alloc(fileBytes, 'int answer(void) { return 42; }\n');
  for (let number = 0; number < folders * filesInFolder; number++) {
    content.writeUInt32LE(number);
    writeFileSync(filePath(directory, number), content);
  }
}

/** 500 files changed, 280 new, 20 gone. */
function changeTree(directory: string, round: number): void {
  for (let number = 0; number < 500; number++) {
    appendFileSync(filePath(directory, number * 37 + round), 'changed\n');
  }
  for (let number = 0; number < 280; number++) {
    writeFileSync(
      join(directory, `folder${number % folders}`, `new${round}.${number}`),
      'n'.repeat(fileBytes),
    );
  }
  for (let number = 0; number < 20; number++) unlinkSync(filePath(directory, 19_900 + round * 20 + number));
}

async function timed(action: () => Promise<Result<unknown>>): Promise<number> {
  const started = performance.now();
  const result = await action();
  if (!result.ok) throw new Error(result.error.message);
  return performance.now() - started;
}

function timeCopy(from: string, to: string): number {
  const started = performance.now();
  execFileSync('cp', ['-a', from, to]);
  const milliseconds = performance.now() - started;
  rmSync(to, { recursive: true });
  return milliseconds;
}

function middle(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

async function measure(root: string): Promise<Readonly<Record<string, number>>> {
  const directory = join(root, 'live');
  mkdirSync(directory);
  makeTree(directory);
  await sleep(100);
  const snapshots = new IncrementalSnapshots(directory, join(root, 'snapshots'), createProcessRunner());
  const copies = [timeCopy(directory, join(root, 'copy'))];
  const first = await timed(() => snapshots.save(0, never));
  const unchanged: number[] = [];
  const changed: number[] = [];
  for (let round = 0; round < 3; round++) {
    unchanged.push(await timed(() => snapshots.save(2 * round + 1, never)));
    changeTree(directory, round);
    await sleep(100);
    copies.push(timeCopy(directory, join(root, 'copy')));
    changed.push(await timed(() => snapshots.save(2 * round + 2, never)));
  }
  const restore = await timed(() => snapshots.restore(5, never));
  const restoreUnchanged = await timed(() => snapshots.restore(5, never));
  return {
    copy: middle(copies),
    first,
    unchanged: middle(unchanged),
    changed: middle(changed),
    restore,
    restoreUnchanged,
  };
}

const root = mkdtempSync(join(tmpdir(), 'phasewise-bench-'));
void measure(root)
  .then((times) => console.log(JSON.stringify(times)))
  .finally(() => rmSync(root, { recursive: true, force: true }));
