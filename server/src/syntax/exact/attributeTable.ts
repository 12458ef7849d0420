/**
 * Which attributes a set's bindings make, and which two of them Nix refuses together: `addAttr` and `dupAttr` of its parser.
 * Pure; used by the recogniser while it reads and by the analysis of a whole tree.
 */
import type { Span } from '../syntaxTree';

/** One name of an attribute path; null when only evaluation tells it. */
export interface WrittenName {
  readonly name: string | null;
  readonly span: Span;
}

export interface Entry {
  /** Where the attribute is first defined: its whole path. */
  readonly span: Span;
  /** The set that other bindings may add to; null when it is another value. */
  readonly nested: AttributeTable | null;
}

export interface DuplicateAttribute {
  /** The path as written, with dots. */
  readonly name: string;
  readonly span: Span;
  readonly previous: Span;
}

export class AttributeTable {
  readonly entries = new Map<string, Entry>();
  /** The first name that only evaluation tells. */
  dynamic: Span | null = null;

  /** Takes `path = value`; gives what it defines twice, null when nothing. `value` is the table of a set that is written out. */
  bind(path: readonly WrittenName[], value: AttributeTable | null): DuplicateAttribute | null {
    const span = spanOf(path);
    const name = path.map((each) => each.name ?? '${…}').join('.');
    return this.place(path, { name, span }, value);
  }

  private place(
    path: readonly WrittenName[],
    { name, span }: Pick<DuplicateAttribute, 'name' | 'span'>,
    value: AttributeTable | null,
  ): DuplicateAttribute | null {
    const [step, ...rest] = path;
    if (step === undefined) return null;
    const known = step.name === null ? undefined : this.entries.get(step.name);
    const nested = rest.length === 0 ? value : new AttributeTable();
    if (known === undefined) {
      this.enter(step, { span, nested });
      return nested === null || rest.length === 0 ? null : nested.place(rest, { name, span }, value);
    }
    if (known.nested === null || nested === null) return { name, span, previous: known.span };
    return rest.length > 0 ? known.nested.place(rest, { name, span }, value) : known.nested.merge(nested);
  }

  /** Takes names after `inherit`. */
  inherit(names: readonly WrittenName[]): DuplicateAttribute | null {
    for (const written of names) {
      if (written.name === null) continue;
      const known = this.entries.get(written.name);
      if (known !== undefined) return { name: written.name, span: written.span, previous: known.span };
      this.enter(written, { span: written.span, nested: null });
    }
    return null;
  }

  private enter({ name, span }: WrittenName, entry: Entry): void {
    if (name === null) this.dynamic ??= span;
    else this.entries.set(name, entry);
  }

  /** Two sets written for one name are one, as long as they share no attribute; Nix faults the first of the two attributes. */
  private merge(other: AttributeTable): DuplicateAttribute | null {
    for (const [name, entry] of other.entries) {
      const known = this.entries.get(name);
      if (known !== undefined) return { name, span: known.span, previous: entry.span };
      this.entries.set(name, entry);
    }
    this.dynamic ??= other.dynamic;
    return null;
  }
}

function spanOf(path: readonly WrittenName[]): Span {
  return { start: path[0]?.span.start ?? 0, end: path.at(-1)?.span.end ?? 0 };
}
