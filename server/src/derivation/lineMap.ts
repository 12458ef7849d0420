import type { Expression } from '../syntax/ast';
import type { Range } from '../protocol/model';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import type { Scope } from './scope';
import { certainty, TextOwners } from './textMatch';
import { templateOf, type Template } from './textTemplate';

/** The line of a document that a line of an evaluated text was written in. */
export interface NixLine {
  /** The trimmed line, as far as it belongs to the string that it was found in. */
  readonly range: Range;
  /** True when it is that line and no other; false for the nearest place that is known. */
  readonly exact: boolean;
}

export interface LineMap {
  /** Where a 0-based line of the evaluated text was written; null when nothing is known of it. */
  toNix(bashLine: number): NixLine | null;
  /** The 0-based lines of the evaluated text that a 0-based line of the document became; empty when none did. */
  toBash(nixLine: number): readonly number[];
}

/**
 * Maps the lines of an evaluated text to the lines of the document that made it: through interpolations, `+`,
 * concatStringsSep, optionalString, mapped lists, and names bound in the same document. `value` is the expression whose
 * value is `text` (`scope` what its names refer to). Never fails; what cannot have come from the expression maps to nothing.
 */
export function buildLineMap(tree: SyntaxTree, value: Expression, scope: Scope, text: string): LineMap {
  const owners = new TextOwners(text, tree.text);
  const template = templateOf(value, scope, tree.text);
  if (isOpaque(template) || !owners.match(template)) owners.scatter(template, 0, text.length);
  return new OwnedLines(tree, owners);
}

/** A value of which the document writes nothing itself, such as a name from elsewhere. */
function isOpaque(template: Template): boolean {
  const [only] = template;
  if (template.length !== 1 || only?.kind !== 'hole') return false;
  return only.alternatives.length === 0 && only.repeated === null;
}

class OwnedLines implements LineMap {
  private readonly lines: readonly (NixLine | null)[];
  private readonly back = new Map<number, number[]>();

  constructor(
    private readonly tree: SyntaxTree,
    private readonly owners: TextOwners,
  ) {
    this.lines = this.mapLines();
    this.lines.forEach((line, index) => {
      if (line === null) return;
      const { start } = line.range;
      const known = this.back.get(start.line);
      if (known === undefined) this.back.set(start.line, [index]);
      else known.push(index);
    });
  }

  toNix(bashLine: number): NixLine | null {
    return this.lines[bashLine] ?? null;
  }

  toBash(nixLine: number): readonly number[] {
    return this.back.get(nixLine) ?? [];
  }

  private mapLines(): (NixLine | null)[] {
    // Bash counts only \n as the end of a line.
    const found: (NixLine | null)[] = [];
    let start = 0;
    for (const line of this.owners.text.split('\n')) {
      found.push(this.mapLine(start, start + line.length));
      start += line.length + 1;
    }
    return found;
  }

  /** The surest character decides, the first of equals; of a blank line its line ending. */
  private mapLine(start: number, end: number): NixLine | null {
    const { text, certainties } = this.owners;
    let best = -1;
    for (let i = start; i < end; i++) {
      if (/\s/.test(text.charAt(i))) continue;
      if (best < 0 || (certainties[i] ?? 0) > (certainties[best] ?? 0)) best = i;
      if (certainties[best] === certainty.sure) break;
    }
    if (best < 0) best = end < text.length ? end : end - 1;
    if (best < 0 || (certainties[best] ?? 0) === certainty.none) return null;
    return this.nixLine(best);
  }

  private nixLine(index: number): NixLine | null {
    const { lines } = this.tree;
    const offset = this.owners.offsets[index] ?? 0;
    const whole = lines.lineSpan(lines.lineAt(offset));
    if (whole === null) return null;
    const limit = this.owners.limitOf(index) ?? whole;
    const inside = trimmed(this.tree.text, intersection(whole, limit));
    const span = inside.start < inside.end ? inside : trimmed(this.tree.text, whole);
    const exact = this.owners.certainties[index] === certainty.sure;
    return { range: lines.rangeOf(span), exact };
  }
}

function intersection(a: Span, b: Span): Span {
  return { start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) };
}

function trimmed(text: string, { start, end }: Span): Span {
  let from = start;
  let to = end;
  while (from < to && /\s/.test(text.charAt(from))) from++;
  while (to > from && /\s/.test(text.charAt(to - 1))) to--;
  return { start: from, end: to };
}
