/** The builder's output cut at the marks that the driver puts into it, and made readable. Pure. */

export type OutputPart =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'mark'; readonly label: string };

/** Finds `ESC ] TOKEN ; LABEL BEL` in a stream of chunks, wherever the chunks are cut. */
export class MarkSplitter {
  private readonly prefix: Buffer;
  private pending = Buffer.alloc(0);

  constructor(token: string) {
    this.prefix = Buffer.from(`\u001b]${token};`);
  }

  feed(chunk: Uint8Array): OutputPart[] {
    let rest = this.pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.pending, chunk]);
    const parts: OutputPart[] = [];
    for (;;) {
      const start = rest.indexOf(this.prefix);
      const end = start < 0 ? -1 : rest.indexOf(7, start);
      if (end < 0) {
        const keep = start < 0 ? rest.length - this.partialPrefix(rest) : start;
        if (keep > 0) parts.push({ kind: 'bytes', bytes: rest.subarray(0, keep) });
        this.pending = Buffer.from(rest.subarray(keep));
        return parts;
      }
      if (start > 0) parts.push({ kind: 'bytes', bytes: rest.subarray(0, start) });
      parts.push({ kind: 'mark', label: rest.toString('latin1', start + this.prefix.length, end) });
      rest = rest.subarray(end + 1);
    }
  }

  /** How many bytes at the end may be the beginning of a mark. */
  private partialPrefix(bytes: Buffer): number {
    for (let length = Math.min(this.prefix.length - 1, bytes.length); length > 0; length--) {
      if (bytes.subarray(bytes.length - length).equals(this.prefix.subarray(0, length))) return length;
    }
    return 0;
  }
}

const nixMessage = '@nix ';

/**
 * Text of one phase: decoded as UTF-8 across chunks, NUL shown as `␀`, and without the lines `@nix {…}` by which a builder
 * speaks to Nix (Nix does not show them either).
 */
export class OutputText {
  private readonly decoder = new TextDecoder('utf-8');
  /** The end of what came that may still turn out to be a message to Nix. */
  private held = '';
  private atLineStart = true;
  private newlines = 0;

  /** Lines so far; an unfinished one counts. */
  get lines(): number {
    return this.newlines + (this.atLineStart ? 0 : 1);
  }

  feed(bytes: Uint8Array): string {
    return this.filter(this.decoder.decode(bytes, { stream: true }).replaceAll('\0', '\u2400'), false);
  }

  end(): string {
    return this.filter(this.decoder.decode(), true);
  }

  private filter(text: string, last: boolean): string {
    const all = this.held + text;
    this.held = '';
    let shown = '';
    let from = 0;
    while (from < all.length) {
      const newline = all.indexOf('\n', from);
      const end = newline < 0 ? all.length : newline + 1;
      const line = all.slice(from, end);
      if (this.atLineStart && this.isMessage(line, newline >= 0 || last)) {
        if (newline < 0 && !last) this.held = line;
      } else {
        shown += line;
        this.atLineStart = newline >= 0;
        if (newline >= 0) this.newlines++;
      }
      from = end;
    }
    return shown;
  }

  /** Whether the line is a message to Nix or, unfinished and short, may become one. */
  private isMessage(line: string, complete: boolean): boolean {
    if (line.startsWith(`${nixMessage}{`)) return complete || line.length < 4096;
    return !complete && `${nixMessage}{`.startsWith(line);
  }
}
