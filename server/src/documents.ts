/**
 * The text documents that the client has open: one syntax tree per version. A tree is disposed when its version was
 * replaced or closed and the last work that retained it has let go.
 */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type {
  DidChangeTextDocumentParams,
  DidCloseTextDocumentParams,
  DidOpenTextDocumentParams,
  DidSaveTextDocumentParams,
} from 'vscode-languageserver/node';
import type { Logger } from './environment';
import { editedText } from './editedText';
import type { Target } from './engine/engine';
import { Listeners } from './features/listeners';
import type { SyntaxTree } from './syntax/syntaxTree';
import type { TextChange } from './syntax/textChange';

/** Texts longer than this (in UTF-16 units) are evaluated when saved only. */
export const largeText = 2 * 1024 * 1024;

/** Parses a whole text; `previous` is the tree of the version before, which the change leads away from. */
export type ParseText = (text: string, previous: SyntaxTree | null, change: TextChange | null) => SyntaxTree;

/** One version of one document. */
export class OpenDocument {
  private holders = 1;

  constructor(
    readonly uri: string,
    readonly version: number,
    readonly tree: SyntaxTree,
  ) {}

  /** Absolute path; for a document that is no file, a path made from its name, which nothing reads. */
  get file(): string {
    return fileOf(this.uri) ?? `/${basename(this.uri)}`;
  }

  /** False for documents that are on no disk (`untitled:`, `git:`): Nix is not asked about them. */
  get onDisk(): boolean {
    return fileOf(this.uri) !== null;
  }

  get large(): boolean {
    return this.tree.text.length > largeText;
  }

  /** What the text alone is asked about. */
  get target(): Target & { readonly kind: 'nix' } {
    return { kind: 'nix', file: this.file, attr: '', tree: this.tree, unsaved: false };
  }

  /** What Nix is asked about: says whether this text differs from the file on disk. */
  targetForNix(): Target & { readonly kind: 'nix' } {
    const saved = textOnDisk(this.file);
    const unsaved = saved !== withoutMark(this.tree.text);
    return { ...this.target, unsaved };
  }

  /** Keeps the tree alive until the answer is called. */
  retain(): () => void {
    this.holders++;
    let held = true;
    return () => {
      if (held) this.release();
      held = false;
    };
  }

  /** Called once by the owner when this version is replaced or closed. */
  release(): void {
    this.holders--;
    if (this.holders === 0) this.tree.dispose();
  }
}

export interface DocumentChange {
  readonly document: OpenDocument;
  readonly before: OpenDocument;
  /** Null when the new version has the same text. */
  readonly change: TextChange | null;
}

export class Documents {
  readonly opened = new Listeners<OpenDocument>();
  readonly changed = new Listeners<DocumentChange>();
  readonly saved = new Listeners<OpenDocument>();
  readonly closed = new Listeners<OpenDocument>();
  private readonly open = new Map<string, OpenDocument>();

  constructor(
    private readonly parse: ParseText,
    private readonly log: Logger,
  ) {}

  get(uri: string): OpenDocument | null {
    return this.open.get(uri) ?? null;
  }

  all(): readonly OpenDocument[] {
    return [...this.open.values()];
  }

  /** The open document that this file is; null when it is not open. */
  ofFile(file: string): OpenDocument | null {
    return (
      this.get(pathToFileURL(file).href) ??
      this.all().find((each) => each.onDisk && each.file === file) ??
      null
    );
  }

  /** Whether this is still the version that the client has open. */
  isCurrent(document: OpenDocument): boolean {
    return this.open.get(document.uri) === document;
  }

  /** The URI by which the client knows this file, or a plain `file:` URI. */
  uriOf(file: string): string {
    return this.ofFile(file)?.uri ?? pathToFileURL(file).href;
  }

  /**
   * The open version, retained; else the file as it is on disk, parsed for the caller alone. The caller calls
   * `release` when done. Null when there is no such file.
   */
  async openOrRead(
    uri: string,
  ): Promise<{ readonly document: OpenDocument; readonly release: () => void } | null> {
    const open = this.get(uri);
    if (open !== null) return { document: open, release: open.retain() };
    const file = fileOf(uri);
    const text = file === null ? null : await readFile(file, 'utf8').catch(() => null);
    if (text === null) return null;
    const document = new OpenDocument(uri, 0, this.parse(withoutMark(text), null, null));
    return { document, release: () => document.release() };
  }

  didOpen({ textDocument }: DidOpenTextDocumentParams): void {
    const { uri, version, text } = textDocument;
    this.replaced(uri);
    const document = new OpenDocument(uri, version, this.parse(text, null, null));
    this.open.set(uri, document);
    this.opened.fire(document);
  }

  didChange({ textDocument, contentChanges }: DidChangeTextDocumentParams): void {
    const before = this.open.get(textDocument.uri);
    if (before === undefined) {
      this.log.warn(`A change came for a document that is not open: ${textDocument.uri}`);
      return;
    }
    const { text, change } = editedText(before.tree, contentChanges);
    const document = new OpenDocument(
      before.uri,
      textDocument.version,
      this.parse(text, before.tree, change),
    );
    this.open.set(before.uri, document);
    this.changed.fire({ document, before, change });
    before.release();
  }

  didSave({ textDocument }: DidSaveTextDocumentParams): void {
    const document = this.open.get(textDocument.uri);
    if (document !== undefined) this.saved.fire(document);
  }

  didClose({ textDocument }: DidCloseTextDocumentParams): void {
    const document = this.open.get(textDocument.uri);
    this.replaced(textDocument.uri);
    if (document !== undefined) this.closed.fire(document);
  }

  /** Frees every tree. */
  dispose(): void {
    for (const uri of [...this.open.keys()]) this.replaced(uri);
  }

  private replaced(uri: string): void {
    const document = this.open.get(uri);
    this.open.delete(uri);
    document?.release();
  }
}

/** The path of a `file:` URI; null for every other URI. */
export function fileOf(uri: string): string | null {
  if (!uri.startsWith('file:')) return null;
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}

/** A file's text as an editor has it. Read at once: to wait for a file that is about to be evaluated takes longer than to read it. Null when it cannot be read. */
export function textOnDisk(file: string): string | null {
  try {
    return withoutMark(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Editors keep the byte order mark out of their text. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
