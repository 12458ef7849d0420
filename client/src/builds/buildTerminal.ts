/** The terminal of a `phasewise` task: shows the build as it happens; closing it stops the build. */
import { CancellationTokenSource, EventEmitter, type Pseudoterminal, type TerminalDimensions } from 'vscode';
import type { ActivityParams, DerivationKey } from '../../../server/src/protocol/messages';
import type { BuildResult, RunResult } from '../../../server/src/protocol/model';
import { keyName, type ServerState } from '../serverState';
import { LiveScreen } from './liveScreen';
import { StatusBlock } from './statusBlock';
import { buildSummary, exitCodeOf, runSummary, TerminalText } from './terminalText';

/** What came of it: a result of the server, or an exit code with a sentence. Null when the server told the reason by other means. */
export type TerminalEnd =
  BuildResult | RunResult | { readonly exitCode: number; readonly words: string } | null;

/** What the terminal does: requests that the token cancels. */
export type TerminalWork = (token: CancellationTokenSource['token']) => Promise<TerminalEnd>;

/** What a terminal of a task is made for. */
export interface TerminalSubject {
  readonly key: DerivationKey;
  readonly kind: ActivityParams['kind'];
  /** Its first line. */
  readonly title: string;
  /** What the block of what goes on calls it. */
  readonly name: string;
  /** Output alone, with nothing drawn anew. */
  readonly plain: boolean;
}

const wrongUsage = 2;
const interrupted = 130;
const redrawMs = 1000;
const interruptKey = '\x03';

export class BuildTerminal implements Pseudoterminal {
  private readonly writes = new EventEmitter<string>();
  private readonly closes = new EventEmitter<number>();
  private readonly source = new CancellationTokenSource();
  private readonly text = new TerminalText();
  private readonly screen = new LiveScreen();
  private readonly block: StatusBlock | null;
  private told = false;

  readonly onDidWrite = this.writes.event;
  readonly onDidClose = this.closes.event;

  constructor(
    private readonly state: ServerState,
    private readonly subject: TerminalSubject,
    private readonly work: TerminalWork,
  ) {
    this.block = subject.plain ? null : new StatusBlock(subject.name, () => performance.now());
  }

  open(dimensions: TerminalDimensions | undefined): void {
    this.screen.resize(dimensions?.columns);
    void this.perform();
  }

  setDimensions({ columns }: TerminalDimensions): void {
    this.screen.resize(columns);
  }

  close(): void {
    this.source.cancel();
  }

  handleInput(data: string): void {
    if (data === interruptKey) this.source.cancel();
  }

  private async perform(): Promise<void> {
    const listening = this.state.onActivity((params) => this.show(params));
    const redrawing = this.block === null ? null : setInterval(() => this.write(''), redrawMs);
    this.write(this.text.line(`\x1b[2m${this.subject.title}\x1b[22m`));
    let exitCode = 1;
    try {
      const result = await this.work(this.source.token);
      this.block?.end();
      exitCode = this.conclude(result);
    } catch (error: unknown) {
      this.block?.end();
      const words = error instanceof Error ? error.message : String(error);
      if (!this.source.token.isCancellationRequested) this.write(this.text.line(`\x1b[31m${words}\x1b[39m`));
      exitCode = this.source.token.isCancellationRequested
        ? interrupted
        : isWrongUsage(error)
          ? wrongUsage
          : 1;
    } finally {
      listening.dispose();
      if (redrawing !== null) clearInterval(redrawing);
      this.write('');
      this.closes.fire(exitCode);
      this.source.dispose();
    }
  }

  private show({ key, kind, event }: ActivityParams): void {
    if (kind !== this.subject.kind || keyName(key) !== keyName(this.subject.key)) return;
    if (event.type === 'finished' && event.status !== 'ok') this.told = true;
    this.block?.follow(event);
    this.write(this.text.render(event));
  }

  private conclude(result: TerminalEnd): number {
    if (this.source.token.isCancellationRequested) return interrupted;
    if (result === null) {
      if (!this.told) this.write(this.text.line(this.reason()));
      return 1;
    }
    if ('exitCode' in result) {
      this.write(this.text.line(result.words));
      return result.exitCode;
    }
    this.write(this.text.line('status' in result ? buildSummary(result) : runSummary(result)));
    return exitCodeOf(result);
  }

  private reason(): string {
    const { message, advice } = this.state.status;
    const busy = this.state.activity(this.subject.key)?.status === null;
    if (busy) return 'This derivation is already being run or built: stop that first.';
    const words = [message, advice].filter((part) => part !== null).join('\n');
    return words === '' ? 'Nothing was done; the Phasewise log may say why.' : words;
  }

  private write(text: string): void {
    const shown = this.screen.write(text, this.block?.lines() ?? []);
    if (shown !== '') this.writes.fire(shown);
  }
}

/** The server's Problem is the data of its error. */
function isWrongUsage(error: unknown): boolean {
  if (!(error instanceof Error) || !('data' in error)) return false;
  const { data } = error;
  return typeof data === 'object' && data !== null && 'code' in data && data.code === 'wrong-arguments';
}
