// How long all tests took when they ran last, for the numbers that `npm run bench` shows.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '../bootstrap/commands.mjs';

const file = join(cacheFolder, 'last-test-run.json');

/** Of a run of all parts: its seconds without the set-up, and its counts. */
export async function recordTestRun({ seconds, passed, failed }) {
  await mkdir(cacheFolder, { recursive: true });
  const finished = new Date().toISOString();
  await writeFile(file, `${JSON.stringify({ seconds, passed, failed, finished })}\n`);
}

/** What was recorded last; null when all tests have not run here yet. */
export async function lastTestRun() {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
}
