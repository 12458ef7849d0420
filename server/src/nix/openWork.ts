/** What Nix is in the middle of, by its own words: whoever ends it meanwhile must give it time to end that in order. */
import { activityType, type NixLogRecord } from './internalJson';

/** Between their beginning and end Nix builds, fetches or waits. Of what is not here an evaluator may do something itself. */
const waits: ReadonlySet<number> = new Set([
  activityType.copyPath,
  activityType.fileTransfer,
  activityType.realise,
  activityType.builds,
  activityType.build,
  activityType.substitute,
  activityType.buildWaiting,
  activityType.fetchTree,
]);

/**
 * How long Nix may take to end what it does after SIGTERM: it ends the builder, keeps the log, and removes the build directory, however
 * many files that has. Killed before, it leaves that behind.
 */
export const workGraceMs = 5000;

/** Whether this begins something that Nix waits for. */
export function beginsWork(record: NixLogRecord): record is Extract<NixLogRecord, { type: 'start' }> {
  return record.type === 'start' && waits.has(record.activity);
}

export class OpenWork {
  private readonly ids = new Set<string>();

  take(record: NixLogRecord): void {
    if (beginsWork(record)) this.ids.add(record.id);
    else if (record.type === 'stop') this.ids.delete(record.id);
  }

  get isOpen(): boolean {
    return this.ids.size > 0;
  }
}
