/** The view that an isolated session has of the machine: a root of bind mounts, read-only but for the session's folders. */
import type { Dirent, Stats } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readlink, realpath, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { StorePlace } from '../nix/storePlace';

export interface IsolationView {
  /** Empty folder for the plan's files and the new root; stays as long as the namespace. */
  readonly folder: string;
  readonly store: StorePlace;
  /**
   * What stands at the store directory: the whole store, or these store paths beside what is in a writable `folder`.
   */
  readonly storeContent: 'all' | { readonly paths: readonly string[]; readonly folder: string };
  /** Folders (or files) of ours, at their own paths. */
  readonly visible: readonly { readonly path: string; readonly writable: boolean }[];
  /** The build directory: where it is, and where the builder finds it. */
  readonly build: { readonly source: string; readonly target: string } | null;
  /** The user's home; hidden. */
  readonly home: string | null;
  /** Whether the network stays (a fixed-output derivation). */
  readonly network: boolean;
  /** False: everything but the store is as outside (only the private store is wanted). */
  readonly closed: boolean;
}

interface Mount {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
}

/** Hidden with all that is in them. */
const hiddenFolders = ['/tmp', '/run', '/home', '/root'];
/** Never taken for a home that can be hidden. */
const systemFolders = new Set([
  '/',
  '/usr',
  '/etc',
  '/bin',
  '/sbin',
  '/lib',
  '/var',
  '/dev',
  '/proc',
  '/sys',
  '/nix',
  '/opt',
]);

/** Names in the session's store folder that are mount points there: no copy or removal may touch them. */
export async function writeIsolationPlan(view: IsolationView): Promise<ReadonlySet<string>> {
  const plan = new PlanWriter(view);
  return plan.write();
}

class PlanWriter {
  private readonly root: string;
  private readonly mounts: Mount[] = [];
  private readonly writable: string[] = [];
  /** Folders of the view that are ours to fill, with their place on the disk. */
  private readonly owned = new Map<string, string>();

  constructor(private readonly view: IsolationView) {
    this.root = join(view.folder, 'root');
  }

  async write(): Promise<ReadonlySet<string>> {
    const { view } = this;
    await mkdir(this.root, { recursive: true, mode: 0o755 });
    this.bind(this.root, '', false);
    await this.showMachine();
    if (view.closed) await this.hide();
    await this.showProcesses();
    for (const { path, writable } of view.visible) {
      if (view.closed) await this.show(path, path, writable);
    }
    if (view.build !== null) await this.show(view.build.source, view.build.target, true);
    const points = await this.showStore();
    await writeFile(join(view.folder, 'fstab'), this.mounts.map(fstabLine).join(''));
    await writeFile(join(view.folder, 'writable'), this.writable.map((path) => `${path}\n`).join(''));
    return points;
  }

  private bind(source: string, target: string, writable: boolean, options = 'bind'): void {
    this.mounts.push({ source, target: this.root + target, type: 'none', options });
    if (writable) this.writable.push(this.root + target);
  }

  /** Shows a file or folder; makes the mount point where the folder around it is ours. */
  private async show(source: string, target: string, writable: boolean): Promise<void> {
    const made = this.placeOf(target);
    if (made !== null) await makeMountPoint(made, await lstat(source));
    this.bind(source, target, writable);
  }

  /** Where on the disk a mount point for this path is to be made; null when the path is one of the machine's. */
  private placeOf(path: string): string | null {
    for (let above = path; above !== '/'; above = dirname(above)) {
      const place = this.owned.get(above);
      if (place !== undefined) return place + path.slice(above.length);
    }
    return null;
  }

  /** Top-level entries as they are, but for those whose content is ours. */
  private async showMachine(): Promise<void> {
    const { view } = this;
    const ours = new Set(['/proc', topOf(view.store.storeDir)]);
    if (view.build !== null) ours.add(topOf(view.build.target));
    if (view.closed) for (const path of hiddenFolders) ours.add(path);
    for (const entry of await readdir('/', { withFileTypes: true })) {
      if (entry.isSymbolicLink()) ours.delete(`/${entry.name}`);
      if (!ours.has(`/${entry.name}`)) await this.showTop(entry);
    }
    for (const path of ours) {
      await mkdir(this.root + path, { recursive: true, mode: 0o755 });
      this.owned.set(path, this.root + path);
    }
  }

  private async showTop(entry: Dirent): Promise<void> {
    const path = `/${entry.name}`;
    if (entry.isSymbolicLink()) await symlink(await readlink(path), this.root + path);
    else if (entry.isDirectory()) {
      await mkdir(this.root + path);
      this.bind(path, path, false, 'rbind');
    }
  }

  private async hide(): Promise<void> {
    const { folder, home, network } = this.view;
    await this.cover('/tmp', join(folder, 'tmp'), true);
    await chmod(join(folder, 'tmp'), 0o1777);
    if (home !== null && this.placeOf(home) === null && !systemFolders.has(home)) {
      const stats = await lstat(home).catch(() => null);
      if (stats?.isDirectory() === true) await this.cover(home, join(folder, 'home'), false);
    }
    if (!network) return;
    const resolver = await realpath('/etc/resolv.conf').catch(() => null);
    for (const path of [resolver, '/run/nscd']) {
      if (path === null || this.placeOf(path) === null) continue;
      if ((await lstat(path).catch(() => null)) !== null) await this.show(path, path, false);
    }
  }

  private async cover(path: string, folder: string, writable: boolean): Promise<void> {
    await mkdir(folder, { recursive: true });
    this.bind(folder, path, writable);
    this.owned.set(path, folder);
  }

  private async showProcesses(): Promise<void> {
    if (!this.view.closed) {
      this.bind('/proc', '/proc', false, 'rbind');
      return;
    }
    const target = `${this.root}/proc`;
    this.mounts.push({ source: 'phasewise', target, type: 'proc', options: 'nosuid,nodev,noexec' });
    const shared = `${this.root}/dev/shm`;
    if ((await lstat('/dev/shm').catch(() => null))?.isDirectory() === true)
      this.mounts.push({
        source: 'phasewise',
        target: shared,
        type: 'tmpfs',
        options: 'mode=1777,nosuid,nodev',
      });
    if (process.getuid?.() !== 0) return;
    // The kernel takes root of any user namespace that has root in it for root here.
    for (const name of ['sys', 'sysrq-trigger', 'irq', 'bus']) {
      if ((await lstat(`/proc/${name}`).catch(() => null)) === null) continue;
      this.bind(`${target}/${name}`, `/proc/${name}`, false, 'bind,ro');
    }
  }

  private async showStore(): Promise<ReadonlySet<string>> {
    const { store, storeContent } = this.view;
    const { storeDir, physicalStoreDir } = store;
    if (storeContent === 'all') {
      await this.show(physicalStoreDir, storeDir, false);
      return new Set();
    }
    await mkdir(storeContent.folder, { recursive: true, mode: 0o775 });
    await this.show(storeContent.folder, storeDir, true);
    const points = storeContent.paths.map((path) => basename(path));
    for (const name of points) {
      const source = join(physicalStoreDir, name);
      const point = join(storeContent.folder, name);
      const stats = await lstat(source);
      if (stats.isSymbolicLink()) await symlink(await readlink(source), point).catch(unlessThere);
      else {
        await makeMountPoint(point, stats);
        this.bind(source, join(storeDir, name), false);
      }
    }
    return new Set(points);
  }
}

/** A work directory that was brought back has its mount points already. */
function unlessThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}

async function makeMountPoint(path: string, like: Stats): Promise<void> {
  if (like.isDirectory()) await mkdir(path, { recursive: true, mode: 0o755 });
  else {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFile(path, '');
  }
}

function topOf(path: string): string {
  return `/${path.split('/')[1] ?? ''}`;
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
