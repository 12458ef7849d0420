// `phasewise check` over a folder of 3 000 files, against `nix-instantiate --parse` once for each; and whether its memory grows with
// their number. The files are those below PHASEWISE_CORPORA (a JSON list of folders), else the project's own, many times over.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { projectRoot, run } from '../bootstrap/commands.mjs';
import { benchFolder } from './nixFiles.mjs';
import { row } from './rows.mjs';

const count = 3000;
const few = 600;
/** Nix takes as long for each: some of them tell of all. */
const sampled = 150;
const program = join(projectRoot, 'dist/phasewise.js');

function nixTexts() {
  const roots = JSON.parse(process.env.PHASEWISE_CORPORA ?? 'null') ?? [
    join(projectRoot, 'examples'),
    join(projectRoot, 'server/src/nix/expressions'),
  ];
  const files = roots.flatMap((root) =>
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.nix'))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  );
  return files.map((file) => readFileSync(file));
}

/**
 * Seconds, and mebibytes that it held at most. `frugal`: where the heap may grow Node lets garbage lie, and what is held says little of what
 * is needed.
 */
async function timeCheck(files, folder, env, frugal = false) {
  const told = join(files.folder, 'resident');
  const atEnd = await files.write(
    'atEnd.cjs',
    `process.on('exit', () => require('node:fs').writeFileSync(process.env.TOLD, String(process.resourceUsage().maxRSS)));`,
  );
  const started = performance.now();
  const limits = frugal ? ['--max-old-space-size=96'] : [];
  await run(process.execPath, [...limits, '--require', atEnd, program, 'check', folder], {
    env: { ...env, TOLD: told },
  });
  const seconds = (performance.now() - started) / 1000;
  return { seconds, resident: Number(readFileSync(told, 'utf8')) / 1024 };
}

function timeParse(paths, env) {
  const started = performance.now();
  for (const path of paths) {
    try {
      execFileSync('nix-instantiate', ['--parse', path], { env, stdio: 'ignore' });
    } catch {
      // Some are broken on purpose.
    }
  }
  return (performance.now() - started) / 1000 / paths.length;
}

export async function measure({ env }) {
  const files = await benchFolder(env);
  try {
    const texts = nixTexts();
    const paths = [];
    for (let n = 0; n < count; n++) {
      const folder = n < few ? 'all/few' : 'all/more';
      paths.push(await files.write(`${folder}/${n}.nix`, texts[n % texts.length]));
    }
    const [some, most] = [
      await timeCheck(files, join(files.folder, 'all/few'), env, true),
      await timeCheck(files, join(files.folder, 'all'), env, true),
    ];
    const before = timeParse(paths.slice(0, sampled), env);
    const all = await timeCheck(files, join(files.folder, 'all'), env);
    const after = timeParse(paths.slice(sampled, 2 * sampled), env);
    const each = (before + after) / 2;
    return [
      row(
        `check of ${count} files, of nix-instantiate --parse for each`,
        all.seconds / (each * count),
        '×',
        0.2,
      ),
      row('… the check', all.seconds * 1000, 'ms'),
      row('… one nix-instantiate --parse', each * 1000, 'ms'),
      row(`… memory at most, of that for ${few} files`, most.resident / some.resident, '×', 1.5),
      row('… memory at most', most.resident, 'MB'),
    ];
  } finally {
    await files.remove();
  }
}
