/** The text of one question as a kept evaluator reads it: a copy under a fresh name, which names what it shares with others. */
import { basename } from 'node:path';
import { placeEntry, type EntryFiles } from '../entryFiles';
import type { PreparedSource } from '../evaluationSource';
import type { NixFrame } from '../internalJson';
import type { EvaluationSource, MovedText } from '../nix';
import type { Scratch } from './scratch';

export type TypedSource = EvaluationSource & { readonly typed: NonNullable<EvaluationSource['typed']> };

export class WarmText implements PreparedSource {
  file = '';
  entry: EntryFiles | null = null;
  private readonly copies = new Map<string, MovedText>();

  constructor(
    private readonly source: TypedSource,
    private readonly ownFolder: string,
    private readonly calledBare: boolean,
    readonly cwd: string,
  ) {}

  /** Writes it for the request of this number; again for another evaluator. */
  place(scratch: Scratch, number: number): void {
    const { source } = this;
    const files = new Map<string, string>();
    const nameOf = (text: string): string => {
      const file = scratch.sharedFile(text);
      const name = `(import ${quoted(file)})`;
      files.set(name, file);
      return name;
    };
    const written = (text: string): string => {
      const file = scratch.sharedFile(text);
      scratch.placeShared(file, text);
      return file;
    };
    const sharing = source.typed.sharing(nameOf, this.calledBare);
    this.copies.clear();
    for (const shared of sharing.shared) {
      const file = files.get(shared.name);
      if (file === undefined) continue;
      scratch.placeShared(file, shared.text);
      this.copies.set(file, shared);
    }
    this.file = scratch.placeText(number, basename(source.file), sharing.text);
    this.copies.set(this.file, sharing);
    this.entry = source.entry === undefined ? null : placeEntry(source.entry, this.ownFolder, written);
  }

  readonly mapPlace: PreparedSource['mapPlace'] = (position) => {
    const copy = position.file === null ? undefined : this.copies.get(position.file);
    if (copy !== undefined) return copy.toOriginal({ ...position, file: this.source.file });
    const { file } = position;
    const isEntry = file !== null && (file === this.entry?.set || file === this.entry?.args);
    return isEntry || file?.startsWith(`${this.ownFolder}/`) === true ? null : position;
  };

  readonly mapText = (text: string): string => {
    let mapped = text;
    for (const copy of this.copies.keys()) mapped = mapped.replaceAll(copy, this.source.file);
    return mapped;
  };

  /** A shared expression is a file of its own for Nix, which newer ones tell with the import of it. */
  readonly usersFrames = (trace: readonly NixFrame[]): readonly NixFrame[] => {
    const shared = [...this.copies.keys()].filter((copy) => copy !== this.file);
    const isShared = (frame: NixFrame | undefined): boolean =>
      frame?.message.startsWith('while evaluating the file') === true &&
      shared.some((copy) => frame.message.includes(copy));
    return trace.filter(
      (frame, index) =>
        !isShared(frame) && !(isShared(trace[index - 1]) && frame.message.includes("'import' builtin")),
    );
  };

  copiedTo(): void {
    // A flake's tree, which is not evaluated here.
  }

  dispose(): Promise<void> {
    // The evaluator removes what it was given.
    return Promise.resolve();
  }
}

function quoted(text: string): string {
  return `"${text.replace(/["\\$]/g, '\\$&')}"`;
}
