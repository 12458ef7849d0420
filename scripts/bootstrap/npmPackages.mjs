// The project's own npm packages: installed exactly as package-lock.json says.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot, runOrFail, say, SetupError } from './commands.mjs';

/** Oldest Node that everything here runs on. */
const oldestNode = [20, 9];

async function readLock(file) {
  try {
    return JSON.parse(await readFile(join(projectRoot, file), 'utf8')).packages;
  } catch {
    return null;
  }
}

/** Whether node_modules holds what the lock file names. npm notes what it installed in a hidden lock file of its own. */
async function areInstalled() {
  const [wanted, installed] = await Promise.all([
    readLock('package-lock.json'),
    readLock('node_modules/.package-lock.json'),
  ]);
  if (wanted === null || installed === null) return false;
  return Object.entries(wanted).every(
    ([folder, { version, optional }]) =>
      folder === '' || installed[folder]?.version === version || (optional && !(folder in installed)),
  );
}

export async function ensureNpmPackages() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])) {
    throw new SetupError(`Node ${oldestNode.join('.')} or newer is needed; this is ${process.versions.node}`);
  }
  if (await areInstalled()) return;
  say('Installing npm packages (npm ci)');
  await runOrFail('Installing npm packages', 'npm', ['ci', '--no-audit', '--no-fund']);
}
