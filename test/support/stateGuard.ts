/** Required by mocha: sees that no test leaves a session where a user's own are kept. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Stands in for the user's folder, in this process and in all that it starts. */
const stateHome = mkdtempSync(join(tmpdir(), 'phasewise-state-'));
process.env['XDG_STATE_HOME'] = stateHome;

export const mochaHooks = {
  afterAll(): void {
    const left = readdirSync(stateHome, { recursive: true });
    rmSync(stateHome, { recursive: true, force: true });
    assert.deepEqual(left, [], 'a test left these in the default state folder: give it one of its own');
  },
};
