// All phases through a session, against a plain nix-build of the same derivation; and how soon a session's first phase begins.
import { performance } from 'node:perf_hooks';
import { runOrFail } from '../bootstrap/commands.mjs';
import { startServer } from './languageServer.mjs';
import { benchFolder, buildStdenv, derivationText } from './nixFiles.mjs';
import { median, row } from './rows.mjs';

const rounds = 3;
/** About as many as the `configure` of a small GNU program makes; and far fewer, where what a session costs weighs most. */
const usualChecks = 160;
const fewChecks = 40;
const sources = 40;

/** As autoconf's: each check compiles a small program. */
function configureScript(checks) {
  const check = Array.from(
    { length: checks },
    (_, n) => `printf '%s... ' "checking for feature ${n}"
echo 'int feature${n}(void) { return ${n}; } int main(void) { return feature${n}() - ${n}; }' > conftest.c
if $CC -o conftest conftest.c && ./conftest; then echo yes; echo '#define HAVE_${n} 1' >> config.h; else echo no; fi
rm -f conftest conftest.c
`,
  );
  return `#!/bin/sh
for argument; do case $argument in --prefix=*) prefix=\${argument#--prefix=} ;; esac; done
: > config.h
${check.join('')}sed "s|@prefix@|$prefix|" Makefile.in > Makefile
`;
}

function sourceText(number) {
  const functions = Array.from(
    { length: 60 },
    (_, n) => `static int step${n}(int x) { return printf("%d\\n", x + ${n}) + HAVE_${n % fewChecks}; }\n`,
  );
  const calls = Array.from({ length: 60 }, (_, n) => `  x = step${n}(x);\n`);
  return `#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include "config.h"\n${functions.join('')}
int part${number}(int x) {\n${calls.join('')}  return x;\n}\n`;
}

function makefile() {
  const objects = Array.from({ length: sources }, (_, n) => `part${n}.o`).join(' ');
  return `CFLAGS = -O2 -g
program: main.o ${objects}
\t$(CC) -o $@ $^
install: program
\tmkdir -p @prefix@/bin
\tcp program @prefix@/bin/program
`;
}

async function writeSource(files, checks) {
  const source = `source-${checks}`;
  await files.write(`${source}/configure`, configureScript(checks), 0o755);
  await files.write(`${source}/Makefile.in`, makefile());
  for (let n = 0; n < sources; n++) await files.write(`${source}/part${n}.c`, sourceText(n));
  const names = Array.from({ length: sources }, (_, n) => n);
  await files.write(
    `${source}/main.c`,
    `${names.map((n) => `int part${n}(int);\n`).join('')}int main(void) { return ${names.map((n) => `part${n}(1)`).join(' + ')}; }\n`,
  );
}

async function timeBuild(file, env) {
  const started = performance.now();
  await runOrFail('nix-build', 'nix-build', ['--no-out-link', file], { env });
  return performance.now() - started;
}

/** A new file is a new session. */
async function timeSession(server, file, content) {
  const uri = server.open(file, content);
  await server.drawing(uri, ({ derivations, busy }) => !busy && derivations[0]?.source === 'stdenv');
  const isOf =
    (type) =>
    ({ key, event }) =>
      key.uri === uri && event.type === type;
  const requested = performance.now();
  const running = server.run(uri, { selection: 'all' });
  await server.next('phasewise/activity', isOf('started'));
  const started = performance.now();
  await server.next('phasewise/activity', isOf('phaseStarted'));
  const phase = performance.now();
  const { phases } = await running;
  const all = performance.now() - requested;
  const inPhases = 1000 * phases.reduce((sum, { seconds }) => sum + seconds, 0);
  return { all, start: phase - started, around: all - inPhases };
}

/** In turns, so that what else the machine does meets both. */
async function measurePackage(server, files, env, checks) {
  await writeSource(files, checks);
  const builds = [];
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    const content = derivationText(
      `  name = "program";\n  src = ${files.folder}/source-${checks};\n  enableParallelBuilding = true;\n`,
    );
    const file = await files.write(`${checks}-${round}/default.nix`, content);
    const session = () => timeSession(server, file, content);
    const first = round % 2 === 0 ? await session() : null;
    builds.push(await timeBuild(file, env));
    runs.push(first ?? (await session()));
  }
  const ratio = median(runs.map(({ all }, round) => all / builds[round]));
  return { ratio, build: median(builds), runs };
}

export async function measure({ env }) {
  const files = await benchFolder(env);
  await buildStdenv(env);
  const server = await startServer({ folder: files.folder, env: files.env, trusted: true });
  try {
    const usual = await measurePackage(server, files, env, usualChecks);
    const small = await measurePackage(server, files, env, fewChecks);
    const later = usual.runs.slice(1);
    return [
      row('a C package with configure, through a session, of nix-build', usual.ratio, '×', 1.1),
      row('… nix-build', usual.build, 'ms'),
      row('… of the session, around its phases', median(usual.runs.map(({ around }) => around)), 'ms'),
      row('the same with a quarter of the checks', small.ratio, '×'),
      row('… nix-build', small.build, 'ms'),
      row('start of a session, to its first phase', median(later.map(({ start }) => start)), 'ms', 300),
      row('… the first of a server', usual.runs[0].start, 'ms'),
    ];
  } finally {
    await server.end();
    await files.remove();
  }
}
