/** One output channel a derivation, to which its runs and builds are written as they happen. */
import type { Disposable } from 'vscode';
import type { ActivityParams, DerivationKey } from '../../../server/src/protocol/messages';
import { BoundedLog } from '../builds/boundedLog';
import { LogChannel } from '../builds/logChannel';
import { keyName, type ServerState, type Subscription } from '../serverState';
import { baseName } from '../words';
import { derivationName } from './phaseItem';

interface Writing {
  readonly channel: LogChannel;
  readonly id: string;
  readonly log: BoundedLog;
  /** Bytes that the channel had before it. */
  readonly before: number;
}

/** VS Code begins a new file for a channel at 30 MB, and with it another beginning. */
const channelBytes = 20_000_000;

export class PhaseChannels implements Disposable {
  private readonly channels = new Map<string, LogChannel>();
  private readonly writing = new Map<string, Writing>();
  private readonly subscription: Subscription;

  constructor(private readonly state: ServerState) {
    this.subscription = state.onActivity((params) => this.write(params));
  }

  /** Shows what the derivation's runs and builds printed, without taking the focus; false when nothing ran yet. */
  show(key: DerivationKey): boolean {
    const writing = this.writing.get(keyName(key));
    writing?.channel.show();
    return writing !== undefined;
  }

  dispose(): void {
    this.subscription.dispose();
    for (const channel of this.channels.values()) channel.dispose();
  }

  private write({ key, kind, id, event }: ActivityParams): void {
    // Nobody asked for a replay, and the build has said the same; what evaluations print has a channel of its own.
    if (kind === 'replay' || kind === 'evaluation') return;
    const name = keyName(key);
    let writing = this.writing.get(name);
    if (writing?.id !== `${kind} ${id}`) {
      writing = this.begin(key, `${kind} ${id}`, writing);
      this.writing.set(name, writing);
    }
    writing.channel.append(writing.log.render(event));
  }

  /** A channel that is half full makes room for what comes. */
  private begin(key: DerivationKey, id: string, last: Writing | undefined): Writing {
    const full = last === undefined ? 0 : last.before + last.log.size;
    const before = full > channelBytes / 2 ? 0 : full;
    if (full > before) {
      last?.channel.dispose();
      this.channels.delete(keyName(key));
    }
    return { channel: this.channel(key), id, log: new BoundedLog(channelBytes - before), before };
  }

  /** Derivations of the same name share no channel: the second is told apart by its file. */
  private channel(key: DerivationKey): LogChannel {
    const name = keyName(key);
    const known = this.channels.get(name);
    if (known !== undefined) return known;
    const derivation = this.state.derivation(key);
    const what = derivation === undefined ? baseName(key.uri) : derivationName(derivation);
    const created = new LogChannel(`Phasewise: ${what}`);
    this.channels.set(name, created);
    return created;
  }
}
