// All tests are not run for their number: it is that of their last run here.
import { lastTestRun } from '../test/lastRun.mjs';
import { row } from './rows.mjs';

export async function measure() {
  const last = await lastTestRun();
  if (last === null) {
    console.log('npm test: not known, all tests have not run here yet');
    return [];
  }
  const when = last.finished.slice(0, 16).replace('T', ' ');
  const what = `npm test without its set-up, ${when}, ${last.failed} of ${last.passed + last.failed} failed`;
  return [row(what, last.seconds / 60, 'min', 12)];
}
