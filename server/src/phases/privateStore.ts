/** A command for a private store (`--store DIR`): run where that store stands at the store directory. Linux only. */
import { join } from 'node:path';
import type { ProcessRunner } from '../nix/process';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { DriverCommand } from './driver';
import { isolatedCommand, probeIsolation } from './isolation';
import type { IsolationView } from './isolationPlan';
import type { StorePlace } from '../nix/storePlace';

/**
 * The command in a mount namespace of its own when the store is private, else as it is; nothing but the store is another
 * there. A Problem `namespaces-unavailable` when the kernel or the machine's rules refuse a namespace.
 */
export async function commandForStore(
  command: DriverCommand,
  store: StorePlace,
  place: { readonly driverFolder: string; readonly controlFolder: string; readonly path: string },
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<Result<DriverCommand>> {
  if (store.storeDir === store.physicalStoreDir) return success(command);
  const probed = await probeIsolation(place.driverFolder, place.path, 'store', runner, signal);
  if (!probed.ok) return failure(unavailable(probed.error));
  const view: IsolationView = {
    ...{ folder: join(place.controlFolder, 'isolation'), store, storeContent: 'all', visible: [] },
    ...{ build: null, home: null, network: true, closed: false, narrow: false, sandbox: null },
  };
  const isolated = await isolatedCommand(command, view, place.driverFolder, probed.value);
  return success(isolated.command);
}

function unavailable(reason: string): Problem {
  return {
    code: 'namespaces-unavailable',
    message: `Phases of a private store can be run only in a user namespace, and this machine gives none: ${reason}.`,
    advice:
      'Allow unprivileged user namespaces (Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0), or use the store of a Nix daemon.',
  };
}
