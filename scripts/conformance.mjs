// npm run test:conformance -- PATH…: whether our verdict on Nix texts, and the first line we fault, are those of `nix-instantiate --parse`.
// Every .nix file below the paths counts as it is, and broken in many ways. See test/conformance/syntaxAgreement.test.ts.
// Also whether the TextMate grammar takes them for what they are, with VS Code's own grammar of bash where one is at hand: test/grammar/scopes.test.ts.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bootstrap, runMain } from './bootstrap.mjs';
import { projectRoot, run, SetupError } from './bootstrap/commands.mjs';

const extensions = '.cache/code-server/node_modules/code-server/lib/vscode/extensions';
const shellGrammar = join(projectRoot, extensions, 'shellscript/syntaxes/shell-unix-bash.tmLanguage.json');
const timeoutMs = 3 * 60 * 60_000;

async function main() {
  const paths = process.argv.slice(2);
  if (paths.length === 0) throw new SetupError('usage: npm run test:conformance -- PATH…');
  const { nixEnvironment } = await bootstrap({ nix: true });
  const mocha = `${projectRoot}/node_modules/mocha/bin/mocha.js`;
  const env = {
    ...(existsSync(shellGrammar) && { PHASEWISE_SHELL_GRAMMAR: shellGrammar }),
    PHASEWISE_MUTATIONS: '20000',
    ...process.env,
    ...nixEnvironment,
    PHASEWISE_CORPORA: JSON.stringify(paths.map((path) => resolve(path))),
  };
  const tests = ['test/conformance/syntaxAgreement.test.ts', 'test/grammar/scopes.test.ts'];
  const args = [mocha, '--timeout', String(timeoutMs), ...tests];
  const { exitCode } = await run(process.execPath, args, { env, output: 'shown', timeoutMs });
  return exitCode;
}

await runMain(main);
