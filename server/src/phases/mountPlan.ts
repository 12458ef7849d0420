/** The mounts of a view of the machine, below a folder that becomes the root, written down for `driver/isolate.sh`. */
import type { Stats } from 'node:fs';
import { lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

interface Mount {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
}

export class MountPlan {
  readonly root: string;
  private readonly mounts: Mount[] = [];
  private readonly writable: string[] = [];
  /** Folders of the view that are ours to fill, with their place on the disk. */
  private readonly owned = new Map<string, string>();

  constructor(private readonly folder: string) {
    this.root = join(folder, 'root');
  }

  /** Makes a folder of ours in the view. */
  async make(path: string, mode = 0o755): Promise<void> {
    await mkdir(this.root + path, { recursive: true, mode });
    this.owned.set(path, this.root + path);
  }

  /** What is in `path` from now on is ours to fill, in this folder on the disk. */
  own(path: string, folder: string): void {
    this.owned.set(path, folder);
  }

  bind(source: string, target: string, writable: boolean, options = 'bind'): void {
    this.mounts.push({ source, target: this.root + target, type: 'none', options });
    if (writable) this.writable.push(this.root + target);
  }

  /** A file system of its own, by its type; `target` is a path of the view, or with `beside` one of the disk. */
  mount(type: string, target: string, options: string, beside = false): void {
    this.mounts.push({ source: 'phasewise', target: beside ? target : this.root + target, type, options });
  }

  /** Shows a file or folder; makes the mount point where the folder around it is ours. */
  async show(source: string, target: string, writable: boolean, options = 'bind'): Promise<void> {
    const made = this.placeOf(target);
    if (made !== null) await makeMountPoint(made, await lstat(source));
    this.bind(source, target, writable, options);
  }

  /** Where on the disk a mount point for this path is to be made; null when the path is one of the machine's. */
  placeOf(path: string): string | null {
    for (let above = path; above !== '/'; above = dirname(above)) {
      const place = this.owned.get(above);
      if (place !== undefined) return place + path.slice(above.length);
    }
    const root = this.owned.get('/');
    return root === undefined ? null : root + path;
  }

  async write(): Promise<void> {
    await writeFile(join(this.folder, 'fstab'), this.mounts.map(fstabLine).join(''));
    await writeFile(join(this.folder, 'writable'), this.writable.map((path) => `${path}\n`).join(''));
  }
}

export async function makeMountPoint(path: string, like: Stats): Promise<void> {
  if (like.isDirectory()) await mkdir(path, { recursive: true, mode: 0o755 });
  else {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFile(path, '');
  }
}

/** A link that is there already stays. */
export async function makeLink(target: string, path: string): Promise<void> {
  await symlink(target, path).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
}

/** One line of fstab(5). */
export function fstabLine({ source, target, type, options }: Mount): string {
  return `${escaped(source)} ${escaped(target)} ${type} ${options} 0 0\n`;
}

function escaped(text: string): string {
  return text.replaceAll(
    /[\s\\#]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}
