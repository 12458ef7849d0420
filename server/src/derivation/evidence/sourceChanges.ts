/** What of a source tree commands may have changed: what is not said of a file is only said of it as it was before. Pure. */
import { join } from 'node:path';
import type { ShellWord, SimpleCommand } from './simpleCommands';

/** Commands that change no file. */
const harmless = new Set([
  ...[
    'echo',
    'printf',
    'export',
    'unset',
    'local',
    'declare',
    'readonly',
    'shopt',
    'set',
    'true',
    ':',
    'test',
    '[',
  ],
  ...[
    'mkdir',
    'chmod',
    'ls',
    'cat',
    'grep',
    'nixLog',
    'nixInfoLog',
    'exit',
    'return',
    'umask',
    'appendToVar',
  ],
  // Changes the first lines of scripts alone, and none to what a text could name.
  'patchShebangs',
]);
/** Commands that change nothing but what their arguments name. */
const onArguments = new Set([
  'rm',
  'cp',
  'mv',
  'ln',
  'touch',
  'install',
  'sed',
  'patch',
  'rmdir',
  'truncate',
  'dos2unix',
]);

/** Variables whose values lie outside of the source. */
const elsewhere = /^\$(?:out|bin|dev|lib|doc|man|info|devdoc|TMPDIR|NIX_BUILD_TOP)(?:\/|$)|^\//;

export class SourceChanges {
  private all = false;
  private readonly places = new Set<string>();
  /** Relative to where the text began; null once nobody can tell. */
  private folder: string | null = '.';

  /** The path of a file, relative to where the text began; null where that cannot be told. */
  pathOf(file: string): string | null {
    if (this.folder === null || file.startsWith('/')) return null;
    const path = join(this.folder, file);
    return path.startsWith('..') ? null : path;
  }

  /** Whether a file, or a folder that it is in, may be another than it was. */
  mayHaveChanged(path: string): boolean {
    if (this.all || this.folder === null) return true;
    return [...this.places].some((place) => place === '.' || isWithin(path, place) || isWithin(place, path));
  }

  changeEverything(): void {
    this.all = true;
  }

  change(path: string): void {
    this.places.add(path);
  }

  /** What a command does, other than to substitute. */
  follow({ words, writes }: SimpleCommand): void {
    for (const word of writes) this.changeWord(word);
    const [first, ...args] = words;
    if (first === undefined || /^\w+\+?=/.test(first.prefix)) return;
    const name = first.value ?? '';
    if (name === 'cd') this.enter(args);
    else if (onArguments.has(name)) for (const word of args) this.changeWord(word);
    else if (!harmless.has(name)) this.all = true;
  }

  changeWord({ value, prefix }: ShellWord): void {
    if (elsewhere.test(prefix)) return;
    const path = value === null ? null : this.pathOf(value);
    if (path === null) this.all = true;
    else this.places.add(path.replace(/\/$/, ''));
  }

  private enter([to, more]: readonly ShellWord[]): void {
    const path = to?.value == null || more !== undefined ? null : this.pathOf(to.value);
    this.folder = path;
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
