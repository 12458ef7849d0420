// npm run try: sets up what is missing, builds, and opens examples/ in VS Code: the desktop one when `code` is on PATH, else one in
// the browser, on loopback. Ctrl-C ends everything.
//   npm run try -- --web       in the browser, also with a desktop VS Code
//   npm run try -- --smoke     does the whole story by itself, headless, and writes docs/images/*.png
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap, runMain } from './bootstrap.mjs';
import { temporaryFolder } from './bootstrap/cleanUp.mjs';
import { buildExampleInputs } from './bootstrap/exampleInputs.mjs';
import { findProgram, projectRoot, run, runOrFail, say, SetupError } from './bootstrap/commands.mjs';

const examples = join(projectRoot, 'examples');

async function tryOnDesktop(code, env) {
  const { folder: home, remove } = await temporaryFolder('phasewise-try-');
  say('Opening examples/ in VS Code; Ctrl-C here closes it');
  const args = [
    ...['--new-window', '--wait', '--disable-workspace-trust', `--extensionDevelopmentPath=${projectRoot}`],
    ...['--user-data-dir', join(home, 'data'), '--extensions-dir', join(home, 'extensions')],
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    examples,
    ...['--goto', join(examples, 'hello/default.nix')],
  ];
  const { exitCode, output } = await run(code, args, { env, output: 'shown' });
  if (exitCode === null) throw new SetupError(`VS Code did not start: ${output}`);
  await remove();
  return 0;
}

async function tryInBrowser(env, codeServerEntry) {
  const { makePackage } = await import('./package.mjs');
  const { startCodeServer, windowAddress } = await import('./codeServer.mjs');
  say('Packing the extension and starting the editor');
  const { file } = await makePackage();
  const server = await startCodeServer(codeServerEntry, { env, vsix: file });
  console.log(`\nOpen ${windowAddress(server, examples)}\n\nCtrl-C ends it.`);
  await server.ended;
  await server.stop();
  throw new SetupError('The editor ended by itself.');
}

async function main() {
  const { values } = parseArgs({
    options: { smoke: { type: 'boolean', default: false }, web: { type: 'boolean', default: false } },
  });
  const code = values.smoke || values.web ? null : findProgram('code');
  const tools = await bootstrap({ nix: true, host: code === null, browser: values.smoke });
  const env = { ...process.env, ...tools.nixEnvironment };
  await buildExampleInputs(env);
  if (values.smoke) {
    const { runSmoke } = await import('./smoke.mjs');
    return runSmoke({ env, tools });
  }
  if (code === null) return tryInBrowser(env, tools.codeServerEntry);
  await runOrFail('The build', process.execPath, [join(projectRoot, 'scripts/build.mjs')]);
  return tryOnDesktop(code, env);
}

await runMain(main);
