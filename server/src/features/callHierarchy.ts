/** `callHierarchy/…`: which bindings call a function, and which functions it calls, in all files of the workspace. */
import { basename } from 'node:path';
import { SymbolKind } from 'vscode-languageserver/node';
import type {
  CallHierarchyIncomingCall,
  CallHierarchyIncomingCallsParams,
  CallHierarchyItem,
  CallHierarchyOutgoingCall,
  CallHierarchyOutgoingCallsParams,
  CallHierarchyPrepareParams,
} from 'vscode-languageserver/node';
import { callsFrom, callsIn, functionsAt, type Caller } from '../analysis/across/callHierarchy';
import type { FileTree } from '../analysis/across/fileTrees';
import { Meanings } from '../analysis/across/meanings';
import { meaningAt } from '../analysis/across/references';
import { fileOf } from '../documents';
import { requestHandler } from './handler';
import { rangeIn, type NameParts } from './names';

export function registerCallHierarchy(parts: NameParts): void {
  const { connection, documents, workspace, log } = parts;
  connection.languages.callHierarchy.onPrepare(
    requestHandler<CallHierarchyPrepareParams, CallHierarchyItem[] | null>(
      log,
      null,
      async ({ textDocument, position }) => {
        const document = documents.get(textDocument.uri);
        if (document === null || !document.onDisk) return null;
        const file = { file: document.file, tree: document.tree };
        const found = await functionsAt(
          new Meanings(workspace.now(file.file)),
          file,
          document.tree.lines.offsetAt(position),
        );
        return found.length === 0 ? null : found.map((each) => itemOf(parts, each));
      },
    ),
  );
  connection.languages.callHierarchy.onIncomingCalls(
    requestHandler<CallHierarchyIncomingCallsParams, CallHierarchyIncomingCall[]>(
      log,
      [],
      async ({ item }, signal) => {
        const trees = workspace.now(fileOf(item.uri));
        const meanings = new Meanings(trees);
        const file = await fileOfItem(item, (path) => trees.read(path));
        if (file === null) return [];
        const meaning = await meaningAt(meanings, file, file.tree.lines.offsetAt(item.selectionRange.start));
        if (meaning === null) return [];
        const calls: CallHierarchyIncomingCall[] = [];
        for await (const other of workspace.naming([file.file], meaning.name, trees, signal)) {
          for (const { of, spans } of await callsIn(meanings, other, meaning)) {
            calls.push({ from: itemOf(parts, of), fromRanges: spans.map((span) => rangeIn(other, span)) });
          }
        }
        return calls;
      },
    ),
  );
  connection.languages.callHierarchy.onOutgoingCalls(
    requestHandler<CallHierarchyOutgoingCallsParams, CallHierarchyOutgoingCall[]>(
      log,
      [],
      async ({ item }) => {
        const trees = workspace.now(fileOf(item.uri));
        const file = await fileOfItem(item, (path) => trees.read(path));
        if (file === null) return [];
        const offset = file.tree.lines.offsetAt(item.selectionRange.start);
        const calls = await callsFrom(new Meanings(trees), file, offset);
        return calls.map(({ of, spans }) => ({
          to: itemOf(parts, of),
          fromRanges: spans.map((span) => rangeIn(file, span)),
        }));
      },
    ),
  );
}

async function fileOfItem(
  { uri }: CallHierarchyItem,
  read: (path: string) => Promise<FileTree | null>,
): Promise<FileTree | null> {
  const path = fileOf(uri);
  return path === null ? null : read(path);
}

function itemOf({ documents }: NameParts, { in: file, name, span, nameSpan }: Caller): CallHierarchyItem {
  return {
    name: name ?? basename(file.file),
    kind: name === null ? SymbolKind.File : SymbolKind.Function,
    detail: name === null ? undefined : basename(file.file),
    uri: documents.uriOf(file.file),
    range: rangeIn(file, span),
    selectionRange: rangeIn(file, nameSpan),
  };
}
