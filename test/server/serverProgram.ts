/**
 * The language server as a process of its own, with assets from the sources instead of the build. On SIGUSR2 it collects its garbage and
 * writes how many bytes are left into the file `heap` of its folder for state.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { serve, stdioTransport } from '../../server/src/connection';
import { createGuardedRunner } from '../../server/src/nix/guardian';
import { createProcessRunner } from '../../server/src/nix/process';
import { startServer } from '../../server/src/server';
import { assets } from './testAssets';

const world = { assets, runner: createGuardedRunner(createProcessRunner()), environment: process.env };
process.on('SIGUSR2', () => {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  writeFileSync(join(process.env['XDG_STATE_HOME'] ?? '', 'heap'), String(heapUsed + external));
});
serve(
  stdioTransport(process.stdin, process.stdout),
  (connection) => startServer(connection, world),
  (code) => process.exit(code),
);
