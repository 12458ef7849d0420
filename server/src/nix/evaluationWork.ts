/**
 * What an evaluation waits for: derivations that are built because it needs what they make (import from derivation), and what is
 * fetched. Told as it happens; meanwhile the evaluation's clock stands still.
 */
import { stripAnsi } from './ansi';
import type { Deadline } from './deadline';
import { activityType, type NixLogRecord } from './internalJson';
import { beginsWork } from './openWork';
import { withoutCredentials } from '../credentials';
import { derivationName } from '../protocol/storePath';

export type EvaluationWork =
  /** `name` is that of a derivation or store path, or an address. */
  | { readonly type: 'started'; readonly kind: 'build' | 'download'; readonly name: string }
  /** Of a build: what it prints, without newlines. */
  | { readonly type: 'lines'; readonly name: string; readonly texts: readonly string[] }
  | { readonly type: 'ended'; readonly kind: 'build' | 'download'; readonly name: string };

/** What a binary cache is asked before anything is fetched from it. */
const aboutCache = /\.narinfo$|\/nix-cache-info$/;

interface Going {
  readonly kind: 'build' | 'download';
  readonly name: string;
}

export class WaitedWork {
  /** By the id of Nix's activity; null for one that is not told. */
  private readonly going = new Map<string, Going | null>();

  constructor(
    private readonly deadline: Pick<Deadline, 'pause' | 'resume'>,
    private readonly onWork: (work: EvaluationWork) => void = () => undefined,
  ) {}

  take(record: NixLogRecord): void {
    if (beginsWork(record)) this.start(record);
    else if (record.type === 'stop') this.stop(record.id);
    else if (record.type === 'lines') {
      const going = this.going.get(record.id);
      if (going?.kind === 'build') this.onWork({ type: 'lines', name: going.name, texts: record.texts });
    }
  }

  /** The evaluator is gone, and with it what it did. */
  end(): void {
    for (const id of [...this.going.keys()]) this.stop(id);
  }

  private start(record: Extract<NixLogRecord, { type: 'start' }>): void {
    const going = told(record);
    if (!this.going.has(record.id)) this.deadline.pause();
    this.going.set(record.id, going);
    if (going !== null) this.onWork({ type: 'started', ...going });
  }

  private stop(id: string): void {
    const going = this.going.get(id);
    if (going === undefined) return;
    this.going.delete(id);
    this.deadline.resume();
    if (going !== null) this.onWork({ type: 'ended', ...going });
  }
}

function told({ activity, fields }: Extract<NixLogRecord, { type: 'start' }>): Going | null {
  const [subject] = fields;
  if (typeof subject !== 'string') return null;
  switch (activity) {
    case activityType.build:
      return { kind: 'build', name: derivationName(subject) };
    case activityType.substitute:
      return { kind: 'download', name: derivationName(subject) };
    case activityType.fileTransfer:
      return aboutCache.test(subject)
        ? null
        : { kind: 'download', name: withoutCredentials(stripAnsi(subject)) };
    default:
      return null;
  }
}
