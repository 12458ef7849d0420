/** The assists of a text as code actions. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CodeActionKind, CreateFile, TextDocumentEdit } from 'vscode-languageserver/node';
import type {
  ClientCapabilities,
  CodeAction,
  Range,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import { offersAt } from '../analysis/assists';
import type { NewFile, Offer } from '../analysis/assists/assist';
import type { OpenDocument } from '../documents';
import type { Replacement } from '../syntax/replacement';

const kinds: Readonly<Record<Offer['kind'], string>> = {
  rewrite: CodeActionKind.RefactorRewrite,
  extract: CodeActionKind.RefactorExtract,
  inline: CodeActionKind.RefactorInline,
  quickfix: CodeActionKind.QuickFix,
};

/** Those of the kinds that are wanted; one that makes a file only for a client that can. */
export async function refactorings(
  document: OpenDocument,
  range: Range,
  client: ClientCapabilities,
  wants: (kind: string) => boolean,
): Promise<CodeAction[]> {
  const { tree } = document;
  const span = { start: tree.lines.offsetAt(range.start), end: tree.lines.offsetAt(range.end) };
  const offers = offersAt(tree, span).filter(({ kind }) => wants(kinds[kind]));
  const actions = offers.map(async ({ title, kind, edits, newFile }): Promise<CodeAction[]> => {
    if (newFile !== undefined && (!makesFiles(client) || !document.onDisk)) return [];
    const edit =
      newFile === undefined
        ? { changes: { [document.uri]: textEdits(document, edits) } }
        : await withNewFile(document, newFile);
    return edit === null ? [] : [{ title, kind: kinds[kind], edit }];
  });
  return (await Promise.all(actions)).flat();
}

function makesFiles({ workspace }: ClientCapabilities): boolean {
  const { documentChanges, resourceOperations } = workspace?.workspaceEdit ?? {};
  return documentChanges === true && resourceOperations?.includes('create') === true;
}

/** Under a name that no file has yet; null when very many are taken. */
async function withNewFile(
  document: OpenDocument,
  { name, text, edits }: NewFile,
): Promise<WorkspaceEdit | null> {
  const folder = dirname(document.file);
  for (let number = 1; number < 100; number++) {
    const own = number === 1 ? name : `${name}-${number}`;
    const file = join(folder, `${own}.nix`);
    if ((await stat(file).catch(() => null)) !== null) continue;
    const uri = pathToFileURL(file).href;
    const start = { line: 0, character: 0 };
    return {
      documentChanges: [
        CreateFile.create(uri, { overwrite: false }),
        TextDocumentEdit.create({ uri, version: null }, [{ range: { start, end: start }, newText: text }]),
        TextDocumentEdit.create(
          { uri: document.uri, version: document.version },
          textEdits(document, edits(own)),
        ),
      ],
    };
  }
  return null;
}

function textEdits({ tree }: OpenDocument, edits: readonly Replacement[]): TextEdit[] {
  return edits.map((edit) => ({ range: tree.lines.rangeOf(edit), newText: edit.newText }));
}
