/** What the server answers from the text alone: names, renames, selections, quick fixes. */
import assert from 'node:assert/strict';
import { CodeActionKind } from 'vscode-languageserver/node';
import type {
  CodeAction,
  CompletionItem,
  DocumentHighlight,
  Hover,
  Location,
  MarkupContent,
  SelectionRange,
  WorkspaceEdit,
} from 'vscode-languageserver/node';
import { textDiagnostics } from '../../server/src/analysis/textDiagnostics';
import { trustNotification } from '../../server/src/protocol/messages';
import { LineIndex } from '../../server/src/syntax/lineIndex';
import { replaced } from '../../server/src/syntax/replacement';
import { atCursor, marked } from '../support/cursor';
import { FakeEngine } from '../support/fakeEngine';
import { TestClient, until } from './testClient';

describe('the language of a text', () => {
  let engine: FakeEngine;
  let client: TestClient;
  let severities: Record<string, string>;
  let files = 0;

  beforeEach(async () => {
    severities = {};
    engine = new FakeEngine();
    engine.onCheckStatic = (target) =>
      target.kind === 'nix' ? textDiagnostics(target.tree, target.file, severities) : [];
    client = await TestClient.over(engine, { trusted: false });
  });
  afterEach(() => client.end());

  /** A file with this text, and its cursor when `|` marks one. */
  async function opened(text: string) {
    const at = text.includes('|') ? atCursor(text) : { text, offset: 0 };
    const { uri } = await client.file(`${files++}.nix`);
    await client.open(uri, at.text);
    await until('diagnostics', () => client.published(uri) !== null);
    const lines = new LineIndex(at.text);
    const position = lines.positionAt(at.offset);
    const ask = <T>(method: string, more: object = {}) =>
      client.connection.sendRequest<T>(`textDocument/${method}`, {
        textDocument: { uri },
        position,
        ...more,
      });
    const spanOf = ({ range }: Pick<Location, 'range'>) => ({
      start: lines.offsetAt(range.start),
      end: lines.offsetAt(range.end),
    });
    const changed = (edit: WorkspaceEdit | null | undefined): string =>
      replaced(
        at.text,
        (edit?.changes?.[uri] ?? []).map(({ range, newText }) => ({ ...spanOf({ range }), newText })),
      );
    return { ...at, uri, ask, spanOf, changed, lines };
  }

  it('a use leads to what it means, an inherited name and a formal too', async () => {
    for (const [text, expected] of [
      ['let a = "é"; b = 2; in a + b|', 'let a = "é"; [b] = 2; in a + b'],
      ['{ a }: { inherit a|; }', '{ [a] }: { inherit a; }'],
      ['x: let x = 1; in x|', 'x: let [x] = 1; in x'],
    ] as const) {
      const { text: whole, ask, spanOf } = await opened(text);
      assert.equal(marked(whole, (await ask<Location[]>('definition')).map(spanOf)), expected);
    }
  });

  it('references and highlights are every place of the same name', async () => {
    const { text, ask, spanOf } = await opened('a: let b = a|; in [ a (a: a) ]');
    const references = await ask<Location[]>('references', { context: { includeDeclaration: false } });
    assert.equal(marked(text, references.map(spanOf)), 'a: let b = [a]; in [ [a] (a: a) ]');
    const highlights = await ask<DocumentHighlight[]>('documentHighlight');
    assert.deepEqual(
      highlights.map(({ kind }) => kind),
      [3, 2, 2],
    );
  });

  it('a rename changes every place, and is refused with the reason where a name would be captured', async () => {
    const { ask, changed } = await opened('let a| = 1; in b: { inherit a b; }');
    assert.equal(
      changed(await ask<WorkspaceEdit>('rename', { newName: 'c' })),
      'let c = 1; in b: { inherit b; a = c; }',
    );
    await assert.rejects(ask('rename', { newName: 'b' }), /another `b` would be meant/);
    const unbound = await opened('{ x = toString| 1; }');
    await assert.rejects(unbound.ask('prepareRename'), /`toString` is not defined in this file/);
    const broken = await opened('let a| = 1; in { a');
    await assert.rejects(broken.ask('rename', { newName: 'c' }), /syntax errors/);
  });

  it('a rename of a derivation’s attribute changes the variable of its bash, or is refused', async () => {
    const bash = (attribute: string, variable: string): string =>
      `mkDerivation rec { ${attribute} = "1"; other = "2"; buildPhase = ''\n  echo \${${attribute}} $${variable} "''\${${variable}%x}" '$foo' \\$foo foo\n  substitute a b --subst-var ${variable}; ${variable}+=1\n''; run = writeShellScript "a" "echo $foo"; }`;
    const text = bash('foo', 'foo').replace('foo =', 'foo| =');
    const { ask, changed } = await opened(text);
    assert.equal(changed(await ask<WorkspaceEdit>('rename', { newName: 'bar' })), bash('bar', 'bar'));
    await assert.rejects(
      ask('rename', { newName: 'foo-bar' }),
      /bash in line 2 names `foo`, and bash knows no/,
    );
    const taken = await opened('mkDerivation { foo| = 1; buildPhase = "echo $foo $bar"; }');
    await assert.rejects(
      taken.ask('rename', { newName: 'bar' }),
      /bash in line 1 has a variable `bar` already/,
    );
    const env = await opened('mkDerivation { env.foo| = "1"; buildPhase = "echo $foo"; }');
    assert.equal(
      env.changed(await env.ask<WorkspaceEdit>('rename', { newName: 'bar' })),
      'mkDerivation { env.bar = "1"; buildPhase = "echo $bar"; }',
    );
    // A name of Nix alone is no variable of the builder.
    const local = await opened('let foo| = 1; in mkDerivation { a = foo; buildPhase = "echo $foo"; }');
    assert.equal(
      local.changed(await local.ask<WorkspaceEdit>('rename', { newName: 'bar' })),
      'let bar = 1; in mkDerivation { a = bar; buildPhase = "echo $foo"; }',
    );
  });

  it('a selection grows from the name to the file', async () => {
    const { text, ask, spanOf, lines, offset } = await opened('{ a.b| = [ 1 ]; }');
    const [selection] = await ask<SelectionRange[]>('selectionRange', {
      positions: [lines.positionAt(offset)],
    });
    const grown: string[] = [];
    for (let at = selection; at !== undefined; at = at.parent) {
      const { start, end } = spanOf(at);
      grown.push(text.slice(start, end));
    }
    assert.deepEqual(grown, ['b', 'a.b', 'a.b = [ 1 ];', '{ a.b = [ 1 ]; }']);
  });

  it('a quick fix belongs to its diagnostic, and mends the text', async () => {
    const { uri, ask, changed } = await opened('{\n  a = 1\n  b = 2;\n}\n');
    const [diagnostic] = client.published(uri) ?? [];
    assert.equal(diagnostic?.source, 'nix');
    assert.equal(diagnostic.range.start.line, 2);
    const [action] = await ask<CodeAction[]>('codeAction', {
      range: diagnostic.range,
      context: { diagnostics: [diagnostic] },
    });
    assert.equal(action?.title, 'Insert `;`');
    assert.equal(action.diagnostics?.length, 1);
    assert.equal(changed(action.edit), '{\n  a = 1;\n  b = 2;\n}\n');
  });

  it('fixing all makes every fix that changes nothing but the text, and no other', async () => {
    const { ask, changed } = await opened('x: let unused = 1; in rec { a = (x); inherit; b = http://y.z/; }');
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    const context = { diagnostics: [], only: [CodeActionKind.SourceFixAll] };
    const [action, ...others] = await ask<CodeAction[]>('codeAction', { range, context });
    assert.deepEqual(others, []);
    assert.equal(action?.kind, 'source.fixAll.phasewise');
    assert.equal(changed(action.edit), 'x: let unused = 1; in { a = x; b = "http://y.z/"; }');
  });

  it('a hover tells what a name means, with its comment, and what its own Nix says of a builtin once trusted', async () => {
    const doc = { name: 'map', arguments: ['f', 'list'], text: 'Applies *f*.' };
    engine.onBuiltins = () => new Map([['map', doc]]);
    const text = async (withCursor: string): Promise<string | null> => {
      const { ask } = await opened(withCursor);
      const found = await ask<Hover | null>('hover');
      return found === null ? null : (found.contents as MarkupContent).value;
    };
    assert.match(
      (await text('let\n  # Adds one.\n  f = x: x + 1;\nin f| 2')) ?? '',
      /f = x: x \+ 1;[^]*line 3[^]*Adds one\./,
    );
    assert.equal(await text('map| 1'), null);
    assert.ok(!engine.calls.includes('builtins'));
    await client.connection.sendNotification(trustNotification, { trusted: true });
    assert.match((await text('builtins.map| 1')) ?? '', /`builtins\.map f list`\n\nApplies \*f\*\./);
  });

  it('a hover over a function of the library leads to noogle, not over one of the text’s own `lib`', async () => {
    const text = async (withCursor: string): Promise<string | null> => {
      const { ask } = await opened(withCursor);
      const found = await ask<Hover | null>('hover');
      return found === null ? null : (found.contents as MarkupContent).value;
    };
    const link = (path: string) => `[Open \`lib.${path}\` in noogle](https://noogle.dev/q?term=lib.${path})`;
    assert.equal(await text('{ lib }: lib.optional| true 1'), link('optional'));
    assert.equal(await text('{ lib }: lib.strings.toUpper| ""'), link('strings.toUpper'));
    assert.equal(await text('{ lib }: lib.strings|.toUpper ""'), link('strings'));
    assert.equal(await text('pkgs: let inherit (pkgs) lib; in lib.id| 1'), link('id'));
    assert.equal(await text('pkgs: pkgs.lib.id| 1'), link('id'));
    assert.equal(await text('let lib = import ./lib.nix; in lib.id| 1'), null);
    assert.equal(await text('{ pkgs }: pkgs.hello|'), null);
  });

  it('completion proposes names by distance, with builtins as their own Nix documents them once trusted', async () => {
    const { ask } = await opened('a: let b = 1; in |');
    const items = await ask<CompletionItem[]>('completion');
    const [first, second] = items.toSorted((x, y) => (x.sortText ?? '').localeCompare(y.sortText ?? ''));
    assert.deepEqual([first?.label, second?.label], ['b', 'a']);
    assert.equal(items.find(({ label }) => label === 'map')?.detail, 'builtin');
  });

  it('the end of a long binding tells its name, when that is asked for', async () => {
    const long = `{\n  a.b = {\n${'    c = 1;\n'.repeat(23)}  };\n  d = [\n${'    1\n'.repeat(22)}  ];\n}\n`;
    const { ask } = await opened(long);
    const range = { start: { line: 0, character: 0 }, end: { line: 60, character: 0 } };
    assert.deepEqual(await ask('inlayHint', { range }), []);
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { inlayHints: { bindingEnds: true } },
    });
    assert.deepEqual(await ask('inlayHint', { range }), [
      { position: { line: 25, character: 4 }, label: '= a.b', paddingLeft: true },
    ]);
    assert.deepEqual(await ask('inlayHint', { range: { ...range, end: { line: 20, character: 0 } } }), []);
  });

  it('another severity of a check shows at once', async () => {
    const { uri } = await opened('let a = 1; in 2');
    assert.equal(client.published(uri)?.[0]?.severity, 2);
    severities = { 'unused-binding': 'off' };
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { checks: { severity: severities } },
    });
    await until('the new diagnostics', () => client.published(uri)?.length === 0);
  });
});
