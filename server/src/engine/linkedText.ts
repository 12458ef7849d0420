/** Writes plain text with links, keeping the position of each. Pure. */
import type { DerivationDocument } from '../protocol/messages';

export interface LinkedWords {
  readonly text: string;
  readonly target: string;
  readonly tooltip: string;
}

type Link = DerivationDocument['links'][number];

export class LinkedText {
  private readonly lines: string[] = [];
  private readonly found: Link[] = [];

  /** Adds one line made of words, linked or not; none of them may hold a newline. */
  line(...words: readonly (string | LinkedWords)[]): void {
    const line = this.lines.length;
    let text = '';
    for (const word of words) {
      if (typeof word === 'string') {
        text += word;
        continue;
      }
      const character = text.length;
      text += word.text;
      this.found.push({
        range: { start: { line, character }, end: { line, character: text.length } },
        target: word.target,
        tooltip: word.tooltip,
      });
    }
    this.lines.push(text);
  }

  /** Adds a heading with an empty line before it. */
  heading(text: string): void {
    if (this.lines.length > 0) this.line();
    this.line(text);
  }

  get text(): string {
    return `${this.lines.join('\n')}\n`;
  }

  get links(): readonly Link[] {
    return this.found;
  }
}
