/** The terminal of a task that cannot be done as it is written: says why and ends. */
import { EventEmitter, type Pseudoterminal } from 'vscode';

const wrongUsage = 2;

export class RefusedTerminal implements Pseudoterminal {
  private readonly writes = new EventEmitter<string>();
  private readonly closes = new EventEmitter<number>();

  readonly onDidWrite = this.writes.event;
  readonly onDidClose = this.closes.event;

  constructor(private readonly reason: string) {}

  open(): void {
    this.writes.fire(`\x1b[31m${this.reason}\x1b[39m\r\n`);
    this.closes.fire(wrongUsage);
  }

  close(): void {
    this.writes.dispose();
  }
}
