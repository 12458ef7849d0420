/** A view of the whole machine, as a build without a sandbox has it; home, `/run` and what is temporary are hidden. */
import type { Dirent } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { IsolationView } from './isolationPlan';
import type { MountPlan } from './mountPlan';

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

export async function showMachine(plan: MountPlan, view: IsolationView): Promise<void> {
  await showFolders(plan, view);
  if (view.closed) await hide(plan, view);
  await showProcesses(plan, view);
}

/** Top-level entries as they are, but for those whose content is ours. */
async function showFolders(plan: MountPlan, view: IsolationView): Promise<void> {
  const ours = new Set(['/proc', topOf(view.store.storeDir)]);
  if (view.build !== null) ours.add(topOf(view.build.target));
  if (view.closed) for (const path of hiddenFolders) ours.add(path);
  for (const entry of await readdir('/', { withFileTypes: true })) {
    if (entry.isSymbolicLink()) ours.delete(`/${entry.name}`);
    if (!ours.has(`/${entry.name}`)) await showTop(plan, entry);
  }
  for (const path of ours) await plan.make(path);
}

async function showTop(plan: MountPlan, entry: Dirent): Promise<void> {
  const path = `/${entry.name}`;
  if (entry.isSymbolicLink()) await symlink(await readlink(path), plan.root + path);
  else if (entry.isDirectory()) {
    await mkdir(plan.root + path);
    plan.bind(path, path, false, 'rbind');
  }
}

async function hide(plan: MountPlan, { folder, home, network }: IsolationView): Promise<void> {
  await cover(plan, '/tmp', join(folder, 'tmp'), true);
  await chmod(join(folder, 'tmp'), 0o1777);
  if (home !== null && plan.placeOf(home) === null && !systemFolders.has(home)) {
    const stats = await lstat(home).catch(() => null);
    if (stats?.isDirectory() === true) await cover(plan, home, join(folder, 'home'), false);
  }
  if (!network) return;
  const resolver = await realpath('/etc/resolv.conf').catch(() => null);
  for (const path of [resolver, '/run/nscd']) {
    if (path === null || plan.placeOf(path) === null) continue;
    if ((await lstat(path).catch(() => null)) !== null) await plan.show(path, path, false);
  }
}

async function cover(plan: MountPlan, path: string, folder: string, writable: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  plan.bind(folder, path, writable);
  plan.own(path, folder);
}

async function showProcesses(plan: MountPlan, view: IsolationView): Promise<void> {
  if (!view.closed) return plan.bind('/proc', '/proc', false, 'rbind');
  await showOwnProcesses(plan);
  // Where the script finds the processes of the new namespace: it does not enter the view.
  const beside = join(view.folder, 'proc');
  await mkdir(beside, { recursive: true });
  plan.mount('proc', beside, 'nosuid,nodev,noexec', true);
  if ((await lstat('/dev/shm').catch(() => null))?.isDirectory() === true)
    plan.mount('tmpfs', '/dev/shm', 'mode=1777,nosuid,nodev');
}

/** `/proc` of the new namespace, in which nothing of the kernel's can be set. */
export async function showOwnProcesses(plan: MountPlan): Promise<void> {
  plan.mount('proc', '/proc', 'nosuid,nodev,noexec');
  if (process.getuid?.() !== 0) return;
  // The kernel takes root of any user namespace that has root in it for root here.
  for (const name of ['sys', 'sysrq-trigger', 'irq', 'bus']) {
    if ((await lstat(`/proc/${name}`).catch(() => null)) === null) continue;
    plan.bind(`${plan.root}/proc/${name}`, `/proc/${name}`, false, 'bind,ro');
  }
}

function topOf(path: string): string {
  return `/${path.split('/')[1] ?? ''}`;
}
