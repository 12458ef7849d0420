/**
 * The view that an isolated session has: a root of bind mounts, read-only but for the session's folders. Of the machine it shows what
 * a real build sees: all, or what Nix's sandbox shows (`sandboxPlan.ts`).
 */
import { lstat, mkdir, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { StorePlace } from '../nix/storePlace';
import type { BuildSandbox } from './buildSurroundings';
import { showMachine } from './machinePlan';
import { makeLink, makeMountPoint, MountPlan } from './mountPlan';
import { showSandbox } from './sandboxPlan';

export interface IsolationView {
  /** Empty folder for the plan's files and the new root; stays as long as the namespace. */
  readonly folder: string;
  readonly store: StorePlace;
  /**
   * What stands at the store directory: the whole store, or these store paths beside what is in a writable `folder`.
   */
  readonly storeContent: 'all' | { readonly paths: readonly string[]; readonly folder: string };
  /** What is ours and shown, and where. */
  readonly visible: readonly ShownPath[];
  /** The build directory: where it is, and where the builder finds it. */
  readonly build: { readonly source: string; readonly target: string } | null;
  /** The user's home; hidden. */
  readonly home: string | null;
  /** Whether the network stays (a fixed-output derivation). */
  readonly network: boolean;
  /** False: everything but the store is as outside (only the private store is wanted). */
  readonly closed: boolean;
  /** Whether the kernel passes for one of 32 bits. */
  readonly narrow: boolean;
  /** Null: the machine is seen. */
  readonly sandbox: BuildSandbox | null;
}

export interface ShownPath {
  readonly source: string;
  readonly target: string;
  readonly writable: boolean;
}

/** Names in the session's store folder that are mount points there: no copy or removal may touch them. */
export async function writeIsolationPlan(view: IsolationView): Promise<ReadonlySet<string>> {
  const plan = new MountPlan(view.folder);
  await mkdir(plan.root, { recursive: true, mode: 0o755 });
  plan.bind(plan.root, '', false);
  if (view.sandbox === null) await showMachine(plan, view);
  else await showSandbox(plan, view, view.sandbox);
  for (const { source, target, writable } of view.visible) {
    if (view.closed) await plan.show(source, target, writable);
  }
  if (view.build !== null) await plan.show(view.build.source, view.build.target, true);
  const points = await showStore(plan, view);
  await plan.write();
  return points;
}

async function showStore(
  plan: MountPlan,
  { store, storeContent }: IsolationView,
): Promise<ReadonlySet<string>> {
  const { storeDir, physicalStoreDir } = store;
  if (storeContent === 'all') {
    await plan.show(physicalStoreDir, storeDir, false);
    return new Set();
  }
  await mkdir(storeContent.folder, { recursive: true, mode: 0o775 });
  await plan.show(storeContent.folder, storeDir, true);
  const points = storeContent.paths.map((path) => basename(path));
  for (const name of points) {
    const source = join(physicalStoreDir, name);
    const point = join(storeContent.folder, name);
    const stats = await lstat(source);
    // A work directory that was brought back has its mount points already.
    if (stats.isSymbolicLink()) await makeLink(await readlink(source), point);
    else {
      await makeMountPoint(point, stats);
      plan.bind(source, join(storeDir, name), false);
    }
  }
  return new Set(points);
}
