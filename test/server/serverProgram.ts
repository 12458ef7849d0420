/** The language server as a process of its own, with assets from the sources instead of the build. */
import { serve, stdioTransport } from '../../server/src/connection';
import { createGuardedRunner } from '../../server/src/nix/guardian';
import { createProcessRunner } from '../../server/src/nix/process';
import { startServer } from '../../server/src/server';
import { assets } from './testAssets';

const world = { assets, runner: createGuardedRunner(createProcessRunner()), environment: process.env };
serve(
  stdioTransport(process.stdin, process.stdout),
  (connection) => startServer(connection, world),
  (code) => process.exit(code),
);
