// npm run test:e2e: the end-to-end tests alone. npm run test:desktop: those in a desktop VS Code.
//   node scripts/e2e.mjs [--desktop] [--suite trusted|untrusted|folders] [--grep TEXT]
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap, runMain } from './bootstrap.mjs';
import { projectRoot, run } from './bootstrap/commands.mjs';

async function main() {
  const { values } = parseArgs({
    options: {
      desktop: { type: 'boolean', default: false },
      suite: { type: 'string', default: 'trusted' },
      grep: { type: 'string', default: '' },
    },
  });
  const tools = await bootstrap({
    nix: true,
    testPrograms: true,
    browser: !values.desktop,
    host: !values.desktop,
  });
  const built = await run(process.execPath, [join(projectRoot, 'scripts/build.mjs')], { output: 'shown' });
  if (built.exitCode !== 0) return 1;
  // Uses npm packages, which are there only now.
  const { runEndToEnd } = await import('./endToEnd.mjs');
  const { passed, failed } = await runEndToEnd({ ...values, tools });
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

await runMain(main);
