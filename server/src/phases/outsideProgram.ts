/**
 * How a program of the machine is started where nothing of the machine can be seen: a folder that was opened before leads to it, its
 * loader is named, and the loader is told where the libraries are.
 */
import { access, open, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ProcessRunner } from '../nix/process';

/** All paths are absolute and hold no link. */
export interface OutsideProgram {
  readonly program: string;
  /** Null: it needs none. */
  readonly loader: { readonly path: string; readonly libraries: readonly string[] } | null;
}

/** Null when it is no program that can be started so: a script, say, or one whose libraries cannot be told. */
export async function outsideProgram(
  path: string,
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<OutsideProgram | null> {
  try {
    const program = await realpath(path);
    const interpreter = await loaderOf(program);
    if (interpreter === null) return { program, loader: null };
    const loader = await realpath(interpreter);
    const listed = await runner.run(loader, ['--list', program], { env: {}, signal, timeoutMs: 5000 });
    const found = listed.stdout.split('\n').map((line) => / => (\/.*) \(0x[0-9a-f]+\)$/.exec(line)?.[1]);
    if (listed.exitCode !== 0 || / => not found/.test(listed.stdout)) return null;
    const folders = found.flatMap((file) => (file === undefined ? [] : [realpath(dirname(file))]));
    return { program, loader: { path: loader, libraries: [...new Set(await Promise.all(folders))] } };
  } catch {
    return null;
  }
}

/** The words of the command, where `root` leads to the machine's root: `.` or a descriptor's path. */
export function startedFrom(root: string, { program, loader }: OutsideProgram): readonly string[] {
  if (loader === null) return [root + program];
  const libraries = loader.libraries.map((folder) => root + folder).join(':');
  return [root + loader.path, '--library-path', libraries, root + program];
}

const terminalFolders = [
  '/etc/terminfo',
  '/lib/terminfo',
  '/usr/share/terminfo',
  '/run/current-system/sw/share/terminfo',
];

/** The machine's folder that describes the terminal which builders are told of (TERM), for a shell that edits lines. */
export async function terminalDescriptions(): Promise<string | null> {
  for (const folder of terminalFolders) {
    const described = await access(`${folder}/x/xterm-256color`).then(
      () => true,
      () => false,
    );
    if (described) return realpath(folder);
  }
  return null;
}

/** The program header of this type names the loader (elf(5)). */
const interpreterType = 3;

async function loaderOf(program: string): Promise<string | null> {
  const file = await open(program, 'r');
  try {
    return await readInterpreter(file);
  } finally {
    await file.close();
  }
}

/** Null when the program is static. Throws for what is no ELF file. */
async function readInterpreter(file: FileHandle): Promise<string | null> {
  const read = async (position: number, length: number) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  };
  const head = await read(0, 64);
  if (head.toString('latin1', 0, 4) !== '\x7fELF') throw new Error('no ELF file');
  const wide = head[4] === 2;
  const little = head[5] === 1;
  const number = (bytes: Buffer, at: number, size: 2 | 4 | 8): number => {
    if (size === 2) return little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
    if (size === 4) return little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    return Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  };
  const word = wide ? 8 : 4;
  const start = number(head, wide ? 32 : 28, word);
  const size = number(head, wide ? 54 : 42, 2);
  const count = number(head, wide ? 56 : 44, 2);
  const table = await read(start, size * count);
  for (let at = 0; at + size <= table.length; at += size) {
    if (number(table, at, 4) !== interpreterType) continue;
    const name = await read(
      number(table, at + (wide ? 8 : 4), word),
      number(table, at + (wide ? 32 : 16), word),
    );
    return name.toString('utf8').replace(/\0.*$/s, '');
  }
  return null;
}
