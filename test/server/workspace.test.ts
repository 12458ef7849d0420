/** What the server knows of files that are not open, and of those that are as they are. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FileChangeType } from 'vscode-languageserver/node';
import type {
  CallHierarchyIncomingCall,
  CallHierarchyItem,
  CallHierarchyOutgoingCall,
  CodeAction,
  CompletionItem,
  MarkupContent,
  SignatureHelp,
  DocumentLink,
  DocumentSymbol,
  Location,
  SymbolInformation,
  TextEdit,
  WorkspaceEdit,
  WorkspaceEditClientCapabilities,
} from 'vscode-languageserver/node';
import { trustNotification } from '../../server/src/protocol/messages';
import { success } from '../../server/src/result';
import { LineIndex } from '../../server/src/syntax/lineIndex';
import { replaced } from '../../server/src/syntax/replacement';
import { atCursor } from '../support/cursor';
import { FakeEngine } from '../support/fakeEngine';
import { TestClient } from './testClient';

describe('the files of a workspace', () => {
  let client: TestClient;
  let engine: FakeEngine;
  /** Of the search path. */
  let folder: string;

  beforeEach(async () => {
    const workspaceEdit: WorkspaceEditClientCapabilities = {
      documentChanges: true,
      resourceOperations: ['create'],
    };
    const capabilities = {
      workspace: { didChangeWatchedFiles: { dynamicRegistration: true }, workspaceEdit },
    };
    engine = new FakeEngine();
    folder = await mkdtemp(join(tmpdir(), 'phasewise-search-'));
    const options = { trusted: false, inWorkspace: true, capabilities, nixPath: [`np=${folder}`, folder] };
    client = await TestClient.over(engine, options);
  });
  afterEach(async () => {
    await client.end();
    await rm(folder, { recursive: true });
  });

  async function ask<T>(name: string, marked: string, method: string, more: object = {}): Promise<T> {
    const { text, offset } = atCursor(marked);
    const { uri } = await client.file(name, text);
    await client.open(uri, text);
    const position = new LineIndex(text).positionAt(offset);
    const answer = await client.connection.sendRequest<T>(`textDocument/${method}`, {
      textDocument: { uri },
      position,
      ...more,
    });
    await client.close(uri);
    return answer;
  }

  async function changedOnDisk(...uris: readonly string[]): Promise<void> {
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: uris.map((uri) => ({ uri, type: FileChangeType.Changed })),
    });
  }

  /** `file:line:character` below the client's folder. */
  function places(locations: readonly Location[]): string[] {
    return locations
      .map(
        ({ uri, range }) =>
          `${uri.slice(pathToFileURL(client.folder).href.length + 1)}:${range.start.line}:${range.start.character}`,
      )
      .sort();
  }

  const includeDeclaration = { context: { includeDeclaration: true } };

  it('definitions lead into them, to a path’s file and to attributes, as it is saved or open', async () => {
    const { uri } = await client.file('b/default.nix', '{\n  x = 1;\n}\n');
    assert.deepEqual(places(await ask('a.nix', 'import ./b|', 'definition')), ['b/default.nix:0:0']);
    assert.deepEqual(places(await ask('a.nix', '(import ./b).x|', 'definition')), ['b/default.nix:1:2']);
    await client.open(uri, '{\n  y = 2;\n  x = 1;\n}\n');
    assert.deepEqual(places(await ask('a.nix', '(import ./b).x|', 'definition')), ['b/default.nix:2:2']);
  });

  it('references are found in those that nobody opened, and again after they changed on the disk', async () => {
    await client.file('b.nix', '{ x = 1; }');
    const { uri } = await client.file('deep/c.nix', '(import ../b.nix).x');
    assert.deepEqual(places(await ask('b.nix', '{ x| = 1; }', 'references', includeDeclaration)), [
      'b.nix:0:2',
      'deep/c.nix:0:18',
    ]);
    await client.file('deep/c.nix', 'with (import ../b.nix); [ x ]');
    const { uri: added, file } = await client.file('d.nix', '{ inherit (import ./b.nix) x; }');
    await changedOnDisk(uri, added);
    assert.deepEqual(places(await ask('b.nix', '{ x| = 1; }', 'references', includeDeclaration)), [
      'b.nix:0:2',
      'd.nix:0:27',
      'deep/c.nix:0:26',
    ]);
    await unlink(file);
    await changedOnDisk(added);
    assert.equal((await ask<Location[]>('b.nix', '{ x| = 1; }', 'references', includeDeclaration)).length, 2);
  });

  it('a rename changes them all, and is refused for what lies elsewhere', async () => {
    const user = 'let inherit (import ./b.nix) x; in x';
    const { uri } = await client.file('c.nix', user);
    const edit = await ask<WorkspaceEdit>('b.nix', '{ x| = 1; }', 'rename', { newName: 'y' });
    const lines = new LineIndex(user);
    const edits = (edit.changes?.[uri] ?? []).map(({ range, newText }) => ({
      start: lines.offsetAt(range.start),
      end: lines.offsetAt(range.end),
      newText,
    }));
    assert.equal(replaced(user, edits), 'let x = (import ./b.nix).y; in x');
    assert.equal(Object.keys(edit.changes ?? {}).length, 2);
    const { uri: broken } = await client.file('broken.nix', '(import ./b.nix).x }');
    await changedOnDisk(broken);
    await assert.rejects(
      ask('b.nix', '{ x| = 1; }', 'rename', { newName: 'y' }),
      /broken\.nix has syntax errors/,
    );
  });

  it('names are found by a part of them, as the files are now', async () => {
    const find = async (query: string): Promise<string[]> => {
      const found = await client.connection.sendRequest<SymbolInformation[]>('workspace/symbol', { query });
      return found.map(
        ({ name, containerName, location }) => `${containerName ?? ''}/${name} ${places([location]).join()}`,
      );
    };
    const { uri } = await client.file('b.nix', 'lib: {\n  helpers = { concatThem = a: a; };\n}\n');
    assert.deepEqual(await find('concat'), ['helpers/concatThem b.nix:1:14']);
    await client.open(uri, 'lib: { concatAll = 1; }');
    assert.deepEqual(await find('cAl'), ['/concatAll b.nix:0:7']);
    assert.deepEqual(await find('concatThem'), []);
    await client.close(uri);
    assert.deepEqual(await find('concatThem'), ['helpers/concatThem b.nix:1:14']);
    await client.file('b.nix', '{ other = 1; }');
    const { uri: added } = await client.file('sub/c.nix', '{ concatMore = 1; }');
    await changedOnDisk(uri, added);
    assert.deepEqual(await find('concat'), ['/concatMore sub/c.nix:0:2']);
  });

  it('symbols of a text are its names, nested', async () => {
    const [symbol] = await ask<DocumentSymbol[]>('e.nix', '{ a = { b = x: 1; }; }|', 'documentSymbol');
    assert.equal(symbol?.name, 'a');
    assert.deepEqual(
      symbol.children?.map(({ name, detail }) => [name, detail]),
      [['b', 'x']],
    );
  });

  it('links lead to the files that paths name, and to those of the search path', async () => {
    const { file: found } = await client.file('lib/default.nix', '{ }');
    await writeFile(join(folder, 'lib.nix'), '{ }');
    const links = await ask<DocumentLink[]>(
      'f.nix',
      '[ ./lib ./missing.nix <np/lib.nix> <other> ]|',
      'documentLink',
    );
    assert.deepEqual(
      links.map(({ target }) => target),
      [pathToFileURL(found).href, pathToFileURL(join(folder, 'lib.nix')).href],
    );
  });

  it('completion proposes files of the folder, attributes of other files and what they take', async () => {
    await client.file('lib/default.nix', '{ size, colour ? 1 }: { inherit size; }');
    await client.file('lib/.hidden.nix', '1');
    const labels = async (marked: string): Promise<string[]> =>
      (await ask<CompletionItem[]>('f.nix', marked, 'completion')).map(({ label }) => label).sort();
    assert.deepEqual(await labels('import ./l|'), ['f.nix', 'lib/']);
    assert.deepEqual(await labels('import ./lib/|'), ['default.nix']);
    assert.deepEqual(await labels('import <n|'), ['np']);
    assert.deepEqual(await labels('(import ./lib { }).|'), ['size']);
    assert.deepEqual(await labels('import ./lib { size = 1; | }'), ['colour', 'inherit']);
  });

  it('signature help shows what a function takes, as its comment and its own Nix say', async () => {
    await client.file('l.nix', '{\n  /** Adds *two*. */\n  add = a: { b, c ? 1 }: a;\n}\n');
    const shown = async (marked: string): Promise<unknown[]> => {
      const help = await ask<SignatureHelp | null>('f.nix', marked, 'signatureHelp');
      const [signature] = help?.signatures ?? [];
      if (signature === undefined) return [];
      const [from, to] = signature.parameters?.[help?.activeParameter ?? 0]?.label ?? [0, 0];
      const text = signature.documentation as MarkupContent | undefined;
      return [signature.label, signature.label.slice(Number(from), Number(to)), text?.value];
    };
    const add = 'add a { b, c ? 1 }';
    assert.deepEqual(await shown('(import ./l.nix).add |'), [add, 'a', 'Adds *two*.']);
    assert.deepEqual(await shown('let l = import ./l.nix; in l.add 1 |'), [
      add,
      '{ b, c ? 1 }',
      'Adds *two*.',
    ]);
    assert.deepEqual(await shown('(import ./l.nix).add 1 { c = |'), ['{ b, c ? 1 }', 'c ? 1', undefined]);
    assert.deepEqual(await shown('let f = x: x; in [ (f 1|) ]'), ['f x', 'x', undefined]);
    assert.deepEqual(
      await shown('let f = x: x; in f { a = 1; |b = 2; }'),
      [],
      'a lone name tells nothing there',
    );
    assert.deepEqual(await shown('let f = x: x; in f { a = f |; }'), ['f x', 'x', undefined]);
    assert.deepEqual(await shown('x: x |'), []);
    assert.deepEqual(await shown('map |'), []);
    const doc = { name: 'map', arguments: ['f', 'list'], text: 'Applies *f*.' };
    engine.onBuiltins = () => new Map([['map', doc]]);
    await client.connection.sendNotification(trustNotification, { trusted: true });
    assert.deepEqual(await shown('map (x: x) |'), ['builtins.map f list', 'list', 'Applies *f*.']);
  });

  it('what is extracted gets a file of its own, under a name that none has', async () => {
    await client.file('g.nix', '1');
    const text = 'a: { g = [ a ]; }';
    const { uri } = await client.file('f.nix', text);
    await client.open(uri, text);
    const range = { start: { line: 0, character: 9 }, end: { line: 0, character: 14 } };
    const context = { diagnostics: [], only: ['refactor.extract'] };
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range,
      context,
    });
    assert.deepEqual(
      actions.map(({ title, kind }) => [title, kind]),
      [
        ['Extract to a new file: g.nix', 'refactor.extract'],
        ['Extract to a new `let`: `g`', 'refactor.extract'],
      ],
    );
    const changes = actions[0]?.edit?.documentChanges ?? [];
    const added = pathToFileURL(join(client.folder, 'g-2.nix')).href;
    const told = changes.map((change) =>
      'edits' in change
        ? [change.textDocument.uri, change.edits.map((edit) => 'newText' in edit && edit.newText)]
        : change,
    );
    assert.deepEqual(told, [
      { kind: 'create', uri: added, options: { overwrite: false } },
      [added, ['{ a }:\n[ a ]\n']],
      [uri, ['import ./g-2.nix { inherit a; }']],
    ]);
  });

  it('formatting edits the lines that differ; without a formatter it says so once, and nothing runs unless trusted', async () => {
    const text = '{\n  a = 1;\n  b  =  2;\n}\n|';
    const options = { options: { tabSize: 2, insertSpaces: true } };
    assert.deepEqual(await ask<TextEdit[]>('f.nix', text, 'formatting', options), []);
    assert.ok(!engine.calls.includes('format'));
    assert.match(client.toasts.join(), /not trusted/);
    await client.connection.sendNotification(trustNotification, { trusted: true });
    for (let time = 0; time < 2; time++) await ask<TextEdit[]>('f.nix', text, 'formatting', options);
    assert.equal(client.toasts.filter((toast) => toast.startsWith('No formatter')).length, 1);
    engine.onFormat = (whole) => success(whole.replace('b  =  2', 'b = 2'));
    assert.deepEqual(await ask<TextEdit[]>('f.nix', text, 'formatting', options), [
      { range: { start: { line: 2, character: 0 }, end: { line: 3, character: 0 } }, newText: '  b = 2;\n' },
    ]);
  });

  it('formatting selected lines changes those alone, whole strings, and nothing that would break the text', async () => {
    await client.connection.sendNotification(trustNotification, { trusted: true });
    const text =
      "{\n  a  = 1;\n  b  = 2;\n  c = ''\n   x\n\n   y\n  '';\n  d = [ 1\n  ];\n  e = 3;\n  f = [\n    1\n  ];\n}\n|";
    engine.onFormat = (whole) =>
      success(
        whole
          .replace('a  =', 'a =')
          .replace('b  =', 'b =')
          .replace('   x', '    x')
          .replace('   y', '    y')
          .replace('[ 1\n  ];', '[ 1 ];')
          .replace('[\n    1\n  ]', '([\n    1\n  ])'),
      );
    const inLines = async (first: number, last: number): Promise<(readonly [number, number, string])[]> => {
      const range = { start: { line: first, character: 1 }, end: { line: last + 1, character: 0 } };
      const more = { range, options: { tabSize: 2, insertSpaces: true } };
      const edits = await ask<TextEdit[]>('part.nix', text, 'rangeFormatting', more);
      return edits.map(({ range: { start, end }, newText }) => [start.line, end.line, newText] as const);
    };
    assert.deepEqual(await inLines(2, 2), [[2, 3, '  b = 2;\n']]);
    assert.deepEqual(await inLines(4, 4), [
      [4, 5, '    x\n'],
      [6, 7, '    y\n'],
    ]);
    assert.deepEqual(await inLines(9, 9), [[8, 10, '  d = [ 1 ];\n']]);
    assert.deepEqual(await inLines(14, 14), []);
    assert.deepEqual(client.toasts, []);
    assert.deepEqual(await inLines(11, 12), []);
    assert.match(client.toasts.join(), /cannot be formatted without others/);
    assert.equal((await inLines(11, 13)).length, 2);
  });

  it('a call hierarchy tells who calls a function, and what it calls, in all files', async () => {
    await client.file('a.nix', 'let l = import ./l.nix; in { both = l.add 1 2 + l.add 3 4; not = l.add; }');
    const [item] = await ask<CallHierarchyItem[]>(
      'l.nix',
      'rec { id = x: x; add = a: b: id a + id| b; sum = add 1 (add 2 3); }',
      'prepareCallHierarchy',
    );
    assert.equal(item?.name, 'id');
    const request = <T>(method: string, of: CallHierarchyItem | undefined): Promise<T> =>
      client.connection.sendRequest<T>(`callHierarchy/${method}`, { item: of });
    const [caller, ...more] = await request<CallHierarchyIncomingCall[]>('incomingCalls', item);
    assert.deepEqual([caller?.from.name, caller?.fromRanges.length, more.length], ['add', 2, 0]);
    const callers = await request<CallHierarchyIncomingCall[]>('incomingCalls', caller?.from);
    assert.deepEqual(
      callers.map(({ from, fromRanges }) => [from.name, from.detail, fromRanges.length]),
      [
        ['sum', 'l.nix', 2],
        ['both', 'a.nix', 2],
      ],
    );
    const called = await request<CallHierarchyOutgoingCall[]>('outgoingCalls', callers[1]?.from);
    assert.deepEqual(
      called.map(({ to, fromRanges }) => [to.name, fromRanges.length]),
      [['add', 2]],
    );
  });
});
