import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { commands } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import {
  closeEverything,
  evaluated,
  icon,
  isRunning,
  key,
  openDerivation,
  phasewise,
  until,
} from './phasewise';
import { window } from './window';

/** The language servers that this extension host started and that live. */
function servers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const program = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return state !== 'Z' && parent === String(process.pid) && program.includes('dist/server.js');
      } catch {
        // It ended while we looked.
        return false;
      }
    })
    .map(Number);
}

describe('a language server that is killed', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  it('is started once more; what it ran is over, its processes too, and no message pops up', async () => {
    const document = await openDerivation(
      'killed/default.nix',
      '  name = "killed";\n  dontUnpack = true;\n  buildPhase = "echo begun; sleep 86393.25";',
    );
    await evaluated(api, document);
    const run = commands.executeCommand('phasewise.runPhase', { ...key(document), phase: 'buildPhase' });
    await until('it runs', () => icon(api, 'buildPhase') === 'loading~spin' && isRunning('86393.25'));
    const [killed, ...others] = servers();
    assert.ok(killed !== undefined && others.length === 0);
    process.kill(killed, 'SIGKILL');
    await until('nothing spins', () => icon(api, 'buildPhase') === 'stop-circle');
    assert.equal(await run, undefined);
    await until('nothing is left', () => !isRunning('86393.25'));
    await until('another server answers', () => api.status().state === 'ready');
    const [started, ...more] = servers();
    assert.ok(started !== undefined && started !== killed && more.length === 0);
    assert.deepEqual(await window.texts('.notification-toast'), []);
    const other = await openDerivation('after/default.nix', '  name = "after";\n  dontUnpack = true;');
    await evaluated(api, other);
    await commands.executeCommand('phasewise.runPhase', { ...key(other), phase: 'buildPhase' });
    await until('it runs phases again', () => icon(api, 'buildPhase') === 'pass-filled');
  });
});
