/** `Show Log`: the build log of a derivation, streamed by the server into an output channel. */
import { CancellationTokenSource, type Disposable } from 'vscode';
import type { LogParams } from '../../../server/src/protocol/messages';
import type { LanguageServer } from '../languageServer';
import { BoundedText } from './boundedText';
import { LogChannel } from './logChannel';
import { PlainText } from './logText';

/** What the log of is shown: either a derivation of a document or a store path. */
export type LogSubject = Pick<LogParams, 'key' | 'storePath'>;

interface Reading {
  readonly channel: LogChannel;
  readonly text: PlainText;
  readonly bounded: BoundedText;
}

export class LogChannels implements Disposable {
  private readonly channels = new Map<string, LogChannel>();
  private readonly readings = new Map<string, Reading>();
  private readonly sources = new Map<string, CancellationTokenSource>();
  private readonly subscription: Disposable;
  private count = 0;

  constructor(private readonly server: LanguageServer) {
    this.subscription = server.onLogChunk(({ id, text }) => {
      const reading = this.readings.get(id);
      if (reading === undefined) return;
      reading.channel.append(reading.bounded.push(reading.text.push(text)));
    });
  }

  /** Shows the log under this name, without taking the focus; ends when it is complete. */
  async show(name: string, subject: LogSubject): Promise<void> {
    this.sources.get(name)?.cancel();
    const source = new CancellationTokenSource();
    this.sources.set(name, source);
    const channel = this.channel(name);
    channel.clear();
    channel.show();
    const id = `log-${++this.count}`;
    const bounded = new BoundedText();
    this.readings.set(id, { channel, text: new PlainText(), bounded });
    try {
      const answer = await this.server.ask((requests) => requests.log({ ...subject, id }, source.token));
      channel.append(bounded.end());
      if (answer.message !== null) channel.append(`${answer.message}\n`);
    } catch (error: unknown) {
      if (!source.token.isCancellationRequested) throw error;
    } finally {
      this.readings.delete(id);
      if (this.sources.get(name) === source) this.sources.delete(name);
      source.dispose();
    }
  }

  dispose(): void {
    this.subscription.dispose();
    for (const source of this.sources.values()) source.cancel();
    for (const channel of this.channels.values()) channel.dispose();
  }

  private channel(name: string): LogChannel {
    const known = this.channels.get(name);
    if (known !== undefined) return known;
    const created = new LogChannel(`Nix Log: ${name}`);
    this.channels.set(name, created);
    return created;
  }
}
