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
  private copies: ReadonlyMap<string, MovedText> = new Map();

  constructor(
    private readonly source: TypedSource,
    private readonly ownFolder: string,
    private readonly calledBare: boolean,
    readonly cwd: string,
  ) {}

  /** Writes it for the request of this number; again for another evaluator. */
  place(scratch: Scratch, number: number): void {
    const { file, typed, entry } = this.source;
    const { text, shared } = scratch.placeSharing((nameOf) => typed.sharing(nameOf, this.calledBare));
    this.file = scratch.placeText(number, basename(file), text.text);
    this.copies = new Map([...shared, [this.file, text]]);
    const write = (part: string): string => scratch.placeShared(part);
    this.entry = entry === undefined ? null : placeEntry(entry, this.ownFolder, write);
  }

  readonly mapPlace: PreparedSource['mapPlace'] = (position) => {
    const copy = position.file === null ? undefined : this.copies.get(position.file);
    if (copy !== undefined) return copy.toOriginal({ ...position, file: this.source.file });
    const { file } = position;
    const isEntry = file !== null && Object.values(this.entry ?? {}).includes(file);
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
