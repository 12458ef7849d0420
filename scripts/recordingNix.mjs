// Programs in front of the real ones on PATH that note each call: how a test sees that Nix was run, or was not.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { findProgram } from './bootstrap/commands.mjs';

const programs = ['nix', 'nix-build', 'nix-instantiate', 'nix-shell', 'nix-store'];

function quoted(word) {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Puts them into a folder below `home`; gives what to add to the environment. The notes are lines of PHASEWISE_E2E_NIX_CALLS. */
export async function recordNix(home) {
  const folder = join(home, 'bin');
  const notes = join(home, 'nix-calls.txt');
  await mkdir(folder, { recursive: true });
  await writeFile(notes, '');
  for (const name of programs) {
    const real = findProgram(name);
    if (real === null) continue;
    const file = join(folder, name);
    const script = `#!/bin/sh\necho ${quoted(name)} "$*" >> ${quoted(notes)}\nexec ${quoted(real)} "$@"\n`;
    await writeFile(file, script);
    await chmod(file, 0o755);
  }
  return {
    PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
    PHASEWISE_E2E_NIX_CALLS: notes,
  };
}
