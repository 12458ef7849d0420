// npm run test:conformance -- PATH…: whether our verdict on Nix texts, and the first line we fault, are those of `nix-instantiate --parse`.
// Every .nix file below the paths counts as it is, and broken in many ways. See test/conformance/syntaxAgreement.test.ts.
import { resolve } from 'node:path';
import { bootstrap, runMain } from './bootstrap.mjs';
import { projectRoot, run, SetupError } from './bootstrap/commands.mjs';

const timeoutMs = 3 * 60 * 60_000;

async function main() {
  const paths = process.argv.slice(2);
  if (paths.length === 0) throw new SetupError('usage: npm run test:conformance -- PATH…');
  const { nixEnvironment } = await bootstrap({ nix: true });
  const mocha = `${projectRoot}/node_modules/mocha/bin/mocha.js`;
  const env = {
    PHASEWISE_MUTATIONS: '20000',
    ...process.env,
    ...nixEnvironment,
    PHASEWISE_CORPORA: JSON.stringify(paths.map((path) => resolve(path))),
  };
  const args = [mocha, '--timeout', String(timeoutMs), 'test/conformance/syntaxAgreement.test.ts'];
  const { exitCode } = await run(process.execPath, args, { env, output: 'shown', timeoutMs });
  return exitCode;
}

await runMain(main);
