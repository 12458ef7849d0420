import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const title = 'A window that is reloaded or closed in mid-run leaves no process behind';

const patience = 20_000;
const seconds = '86395.25';

function isRunning() {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(seconds);
    } catch {
      // It ended while we looked.
      return false;
    }
  });
}

async function until(what, holds) {
  const deadline = Date.now() + patience;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not in ${patience / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function tell({ page, folder, command, openFile, row, press, see }) {
  // Only Linux tells what runs.
  if (process.platform !== 'linux') return;
  await mkdir(join(folder, 'endless'), { recursive: true });
  await writeFile(
    join(folder, 'endless/default.nix'),
    `{ pkgs ? import ../pkgs { } }:\n\npkgs.stdenv.mkDerivation {\n  name = "endless";\n  dontUnpack = true;\n  buildPhase = "sleep ${seconds}";\n}\n`,
  );
  const run = async () => {
    await openFile('endless/default.nix');
    await command('Phasewise: Focus on Phases View');
    await see('.pane-body', /endless.*(evaluated|asked of its stdenv)/s);
    await row(/^buildPhase/);
    await press(/^buildPhase/, 'Run Phase');
    await until('the phase runs', isRunning);
  };
  await run();
  await page.reload();
  await until('nothing is left after reloading', () => !isRunning());
  await run();
  await page.close({ runBeforeUnload: true });
  await until('nothing is left after closing', () => !isRunning());
}
