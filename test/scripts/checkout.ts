/** A copy of the project in which its scripts run: with its own temporary folder, and a PATH that says what there is on the machine. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { repository } from '../support/commandLine';

const made = new Set(['node_modules', '.cache', '.git', 'dist', 'out', 'docs']);

export interface Checkout {
  readonly folder: string;
  /** What a script sees of the environment. */
  readonly env: NodeJS.ProcessEnv;
  path(name: string): string;
  exists(name: string): boolean;
  /** Puts a shell script on the PATH. */
  program(name: string, script: string): void;
  /** Files that the scripts left for temporary things. */
  temporaries(): readonly string[];
  dispose(): void;
}

function copyProject(folder: string): void {
  for (const name of readdirSync(repository).filter((one) => !made.has(one))) {
    cpSync(join(repository, name), join(folder, name), { recursive: true });
  }
}

function checkout(fill: (folder: string) => NodeJS.ProcessEnv): Checkout {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'c-')));
  copyProject(folder);
  // Short, as sockets in it must be.
  const temporary = join(folder, 't');
  mkdirSync(temporary);
  mkdirSync(join(folder, '.cache'));
  const env = { ...process.env, ...fill(folder), TMPDIR: temporary };
  return {
    folder,
    env,
    path: (name) => join(folder, name),
    exists: (name) => existsSync(join(folder, name)),
    program: (name, script) => writeProgram(join(folder, 'bin'), name, script),
    temporaries: () => readdirSync(temporary),
    dispose: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }),
  };
}

/** With the npm packages and the editor that this checkout has. */
export function completeCheckout(): Checkout {
  return checkout((folder) => {
    symlinkSync(realpathSync(join(repository, 'node_modules')), join(folder, 'node_modules'));
    const host = join(repository, '.cache/code-server');
    if (existsSync(host)) symlinkSync(realpathSync(host), join(folder, '.cache/code-server'));
    return {};
  });
}

/** What every machine has. */
const basics = ['sh', 'env', 'sleep', 'setsid', 'touch', 'cat', 'find'];

function find(program: string): string {
  const folders = (process.env['PATH'] ?? '').split(':');
  const found = folders.map((folder) => join(folder, program)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`there is no ${program}`);
  return found;
}

/** npm's own script, whatever `npm` is in a checkout. */
export function realNpm(): string {
  return realpathSync(find('npm'));
}

function writeProgram(folder: string, name: string, script: string): void {
  writeFileSync(join(folder, name), `#!${join(folder, 'sh')}\n${script}\n`, { mode: 0o755 });
}

/**
 * On a machine with nothing but Node and the programs given as shell scripts. `packages` says whether npm's packages are there; they are
 * not looked at.
 */
export function bareCheckout(programs: Readonly<Record<string, string>>, { packages = true } = {}): Checkout {
  return checkout((folder) => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const name of basics) symlinkSync(find(name), join(bin, name));
    symlinkSync(process.execPath, join(bin, basename(process.execPath)));
    // An ordinary user's sudo; root does without.
    const all = { sudo: 'while [ "$1" = -n ]; do shift; done; exec "$@"', ...programs };
    for (const [name, script] of Object.entries(all)) writeProgram(bin, name, script);
    const lock = JSON.stringify({ packages: { '': {} } });
    if (packages) {
      mkdirSync(join(folder, 'node_modules'));
      for (const name of ['package-lock.json', 'node_modules/.package-lock.json']) {
        writeFileSync(join(folder, name), lock);
      }
    }
    return { PATH: bin };
  });
}
