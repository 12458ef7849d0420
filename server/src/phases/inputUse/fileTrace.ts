/**
 * What a session's processes do with files, by strace: the command that is watched, and what its lines tell of store paths. Source: the
 * manual strace(1). Pure.
 */
import { basename, dirname, join } from 'node:path';
import type { DriverCommand } from '../driver';
import { regExpText } from '../../regExpText';

/** Who watches, and what it writes. */
export interface FileTracing {
  /** Absolute path of strace. */
  readonly strace: string;
  readonly file: string;
}

/** Successful calls that name a file, and the one by which a program could open files unseen. */
const watched = ['-e', 'trace=%file,io_uring_setup', '-z', '-e', 'signal=none', '-e', 'verbose=none'];

/**
 * The same command with all that it starts being watched. The watcher is its grandchild (`-D`), so that its process id stays what it is;
 * it ends with what it watches.
 */
export function tracedCommand(command: DriverCommand, { strace, file }: FileTracing): DriverCommand {
  const own = ['-D', '-f', '-y', '-qq', '--seccomp-bpf', ...watched, '-o', file, '--'];
  return { ...command, program: strace, argv0: 'strace', args: [...own, command.program, ...command.args] };
}

export interface TraceQuestion {
  readonly storeDir: string;
  /** The store paths that are asked about. */
  readonly paths: ReadonlySet<string>;
  /** Folders that the build's variables tell tools to search. */
  readonly searched: ReadonlySet<string>;
  /** The FIFO through which the shell tells of its phases, as it calls it. */
  readonly events: string;
  /** How many phases ran. */
  readonly phases: number;
}

/** Calls that only look whether something is there. */
const looks = new Set([
  ...['stat', 'lstat', 'newfstatat', 'fstatat64', 'statx', 'stat64', 'lstat64'],
  ...['access', 'faccessat', 'faccessat2', 'readlink', 'readlinkat', 'statfs'],
]);

/**
 * Reads a trace line by line. A store path is used by what succeeds in a phase and names it or anything below; but not by a look at a folder,
 * or its listing, that variables tell every tool to search: what is found there is named by another call.
 */
export class FileTrace {
  private events = 0;
  private complete = true;
  private readonly found = new Map<string, string>();
  private readonly mention: RegExp;

  constructor(private readonly question: TraceQuestion) {
    this.mention = new RegExp(`${regExpText(question.storeDir)}/[0-9a-z]{32}-[^/"<> ]+`, 'g');
  }

  /** Without its end of line. */
  read(line: string): void {
    if (line.includes('io_uring_setup(')) this.complete = false;
    if (line.includes(`"${this.question.events}"`) && /^\d+ +open/.test(line)) this.events++;
    // Before the second it is the setup, which looks at every input.
    if (this.events < 2 || !line.includes(this.question.storeDir)) return;
    for (const [path] of line.matchAll(this.mention)) {
      if (!this.question.paths.has(path) || this.found.has(path) || this.isSearch(line, path)) continue;
      this.found.set(path, describe(line, path));
    }
  }

  /** By store path the first call that used it; null when the trace does not tell all that the phases did. */
  get used(): ReadonlyMap<string, string> | null {
    const told = 2 + 2 * this.question.phases;
    return this.complete && this.events >= told ? this.found : null;
  }

  private isSearch(line: string, storePath: string): boolean {
    const call = /^\d+ +(\w+)\((?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"(.*)$/.exec(line);
    const [, name = '', folder = '/', written = '', rest = ''] = call ?? [];
    const lists = /^open/.test(name) && /\bO_DIRECTORY\b/.test(rest);
    if (call === null || !(lists || looks.has(name))) return false;
    const place = join(folder, written.startsWith('/') ? written : `./${written}`);
    const path = (written.startsWith('/') ? join(written) : place).replace(/\/$/, '');
    for (const searched of this.question.searched) {
      if (!isWithin(searched, storePath)) continue;
      for (let above = searched; isWithin(above, storePath); above = dirname(above))
        if (above === path) return true;
    }
    return path === storePath;
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function describe(line: string, storePath: string): string {
  const name = /^\d+ +(\w+)\(/.exec(line)?.[1] ?? '';
  const at = line.indexOf(storePath);
  const file = /^[^"<> ]*/.exec(line.slice(at + storePath.length))?.[0] ?? '';
  const did = name.startsWith('exec') ? 'ran' : name.startsWith('open') ? 'opened' : 'looked at';
  return `${did} ${file === '' ? basename(storePath) : file.slice(1)}`;
}

/** The folders of a store that a text names, whatever stands around them. */
export function foldersNamed(text: string, storeDir: string): ReadonlySet<string> {
  const named = new RegExp(`${regExpText(storeDir)}/[0-9a-z]{32}-[^\\s:;,"'\\\\()<>=\\0]*`, 'g');
  return new Set(text.match(named)?.map((path) => path.replace(/\/+$/, '')));
}
