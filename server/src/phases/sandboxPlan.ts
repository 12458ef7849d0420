/**
 * A view of what Nix's sandbox shows a build, and beside it only the folder of ours (`insideFolder`). Source: Nix's
 * `LocalDerivationGoal::runChild` (2.8, 2.26) and `ChrootLinuxDerivationBuilder::enterChroot` (2.34).
 */
import { chmod, lstat, readlink, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { physicalPath } from '../nix/storePlace';
import type { BuildSandbox, SandboxPath } from './buildSurroundings';
import type { IsolationView } from './isolationPlan';
import { showOwnProcesses } from './machinePlan';
import { makeLink, type MountPlan } from './mountPlan';

/** Who the builder is in Nix's sandbox. */
export const sandboxUser = { uid: 1000, gid: 100 };

const devices = ['full', 'null', 'random', 'tty', 'urandom', 'zero'];

/** Where the session's own files are seen: no listing of folders that builds look into names it. */
export function insideFolder({ paths }: BuildSandbox): string {
  return paths.some(({ target }) => target === '/dev') ? '/.phasewise' : '/dev/.phasewise';
}

export async function showSandbox(
  plan: MountPlan,
  view: IsolationView,
  sandbox: BuildSandbox,
): Promise<void> {
  for (const path of ['/etc', '/proc', '/tmp']) await plan.make(path);
  // A mount of its own, for the rest of the root cannot be written.
  await chmod(`${plan.root}/tmp`, 0o1777);
  plan.bind(`${plan.root}/tmp`, '/tmp', true);
  plan.own('/', plan.root);
  await writeUsers(plan, view);
  await showPaths(plan, view, sandbox);
  if (!sandbox.paths.some(({ target }) => target === '/dev')) await showDevices(plan, sandbox);
  if (view.network) await showNetwork(plan, sandbox);
  await showOwnProcesses(plan);
}

async function writeUsers(plan: MountPlan, { build, network }: IsolationView): Promise<void> {
  const { uid, gid } = sandboxUser;
  const home = build?.target ?? '/build';
  const users = [
    `root:x:0:0:Nix build user:${home}:/noshell`,
    `nixbld:x:${uid}:${gid}:Nix build user:${home}:/noshell`,
    'nobody:x:65534:65534:Nobody:/:/noshell',
  ];
  const groups = ['root:x:0:', `nixbld:!:${gid}:`, 'nogroup:x:65534:'];
  const files: Record<string, readonly string[]> = network
    ? { passwd: users, group: groups, 'nsswitch.conf': ['hosts: files dns', 'services: files'] }
    : { passwd: users, group: groups, hosts: ['127.0.0.1 localhost', '::1 localhost'] };
  for (const [name, lines] of Object.entries(files))
    await writeFile(`${plan.root}/etc/${name}`, lines.map((line) => `${line}\n`).join(''), { mode: 0o644 });
}

async function showPaths(plan: MountPlan, view: IsolationView, sandbox: BuildSandbox): Promise<void> {
  const shown: string[] = [];
  for (const path of sandbox.paths) {
    const { target } = path;
    // The store shows closures; the kernel's processes are the namespace's own.
    if (path.source === '/proc' || isBelow(target, view.store.storeDir)) continue;
    const around = shown.find((folder) => isBelow(target, folder));
    if (around !== undefined && (await lstat(target).catch(() => null)) === null) continue;
    if (await showPath(plan, view, sandbox, path, around !== undefined)) shown.push(target);
  }
}

/** Whether it is there to be shown. Within another one (`inside`) its mount point is the machine's. */
async function showPath(
  plan: MountPlan,
  { store }: IsolationView,
  { followsLinks }: BuildSandbox,
  { source, target }: SandboxPath,
  inside: boolean,
): Promise<boolean> {
  const path = physicalPath(source, store);
  const stats = await (followsLinks ? stat(path) : lstat(path)).catch(() => null);
  if (stats === null) return false;
  if (stats.isSymbolicLink()) {
    if (inside) return false;
    await plan.make(dirname(target));
    await makeLink(await readlink(path), plan.root + target);
    return true;
  }
  const real = await realpath(path);
  if (inside) plan.bind(real, target, false, 'rbind');
  else await plan.show(real, target, false, stats.isDirectory() ? 'rbind' : 'bind');
  return true;
}

async function showDevices(plan: MountPlan, { kvm }: BuildSandbox): Promise<void> {
  for (const path of ['/dev', '/dev/pts', '/dev/shm']) await plan.make(path);
  for (const name of kvm ? [...devices, 'kvm'] : devices) {
    const path = `/dev/${name}`;
    if ((await lstat(path).catch(() => null)) !== null) await plan.show(path, path, false);
  }
  await makeLink('/proc/self/fd', `${plan.root}/dev/fd`);
  for (const [number, name] of ['stdin', 'stdout', 'stderr'].entries())
    await makeLink(`/proc/self/fd/${number}`, `${plan.root}/dev/${name}`);
  await makeLink('/dev/pts/ptmx', `${plan.root}/dev/ptmx`);
  plan.mount('tmpfs', '/dev/shm', 'mode=1777,nosuid,nodev');
  plan.mount('devpts', '/dev/pts', 'newinstance,mode=0620,ptmxmode=0666,nosuid,noexec');
}

/** What a fixed-output derivation needs to reach others. */
async function showNetwork(plan: MountPlan, { certificates }: BuildSandbox): Promise<void> {
  const files = ['/etc/resolv.conf', '/etc/services', '/etc/hosts'].map((path) => [path, path] as const);
  const all = [...files, ['/etc/ssl/certs/ca-certificates.crt', certificates ?? ''] as const];
  for (const [target, source] of all) {
    const real = source === '' ? null : await realpath(source).catch(() => null);
    if (real !== null) await plan.show(real, target, false);
  }
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
