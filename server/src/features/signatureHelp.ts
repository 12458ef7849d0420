/** `textDocument/signatureHelp`: what a function takes, where the text tells which it is; a builtin as the user's own Nix documents it. */
import { MarkupKind } from 'vscode-languageserver/node';
import type {
  MarkupContent,
  SignatureHelp,
  SignatureHelpParams,
  SignatureInformation,
} from 'vscode-languageserver/node';
import { Meanings } from '../analysis/across/meanings';
import { signatureAt, type BuiltinCall, type Signature } from '../analysis/across/signature';
import { boundPlaceholder, completedTree, placeholder } from '../analysis/completedTree';
import type { OpenDocument } from '../documents';
import { nodesAt } from '../syntax/nodes';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { signatureOf } from './builtinText';
import type { CompletionParts } from './completion';
import { requestHandler } from './handler';
import { valueSignature } from './valueSignature';

export function registerSignatureHelp(parts: CompletionParts): void {
  const { connection, documents, log } = parts;
  connection.onSignatureHelp(
    requestHandler<SignatureHelpParams, SignatureHelp | null>(
      log,
      null,
      async ({ textDocument, position }, signal) => {
        const document = documents.get(textDocument.uri);
        if (document === null) return null;
        const release = document.retain();
        try {
          const offset = document.tree.lines.offsetAt(position);
          const found = await signatureIn(parts, document, offset);
          if (found === null) return null;
          return 'builtin' in found ? await builtinHelp(parts, document, found, signal) : helpOf(found);
        } finally {
          release();
        }
      },
    ),
  );
}

async function signatureIn(
  parts: CompletionParts,
  document: OpenDocument,
  offset: number,
): Promise<Signature | BuiltinCall | null> {
  const { workspace, parse } = parts;
  const { tree, file } = document;
  const { text } = tree;
  if (isInText(tree, offset)) return null;
  const meanings = new Meanings(workspace.now(file));
  const isGap = /[\s{(]/.test(text.charAt(offset - 1)) && !/[\w"'./~<([{-]/.test(text.charAt(offset));
  const known = async (at: SyntaxTree, place: number) => {
    const found =
      (await signatureAt(meanings, { file, tree: at }, place)) ??
      (await valueSignature(parts, document, at, place));
    return found !== null && isLoneName(found) && isInSet(at, place) ? null : found;
  };
  if (!isGap) return known(tree, offset);
  const { accepted } = tree.before(offset);
  const binds = accepted?.has('INHERIT') === true && !accepted.has('INT');
  const inserted = binds ? boundPlaceholder : placeholder;
  const [made, at] = completedTree(tree, offset, offset, inserted, parse);
  try {
    return await known(made, at);
  } finally {
    made.dispose();
  }
}

/** Whoever writes bash, or any other text, gives no argument at this moment. */
function isInText({ root }: SyntaxTree, offset: number): boolean {
  const innermost = nodesAt(root, offset).at(-1);
  return innermost?.kind === 'string' && offset > innermost.span.start && offset < innermost.span.end;
}

/** Tells nothing to whoever writes attribute after attribute of the set that it is given. */
function isLoneName(signature: Signature | BuiltinCall): boolean {
  if ('builtin' in signature || signature.comment !== null) return false;
  const [only, ...more] = signature.parameters;
  return (
    only !== undefined && more.length === 0 && /^[\w'-]+$/.test(signature.label.slice(only.from, only.to))
  );
}

function isInSet({ root }: SyntaxTree, offset: number): boolean {
  const path = nodesAt(root, offset);
  const set = path.findLastIndex(({ kind, span }) => kind === 'set' && span.start < offset);
  return set > path.findLastIndex((node) => node.kind === 'apply' && node.function.span.end < offset);
}

async function builtinHelp(
  { engine, state }: CompletionParts,
  { file }: OpenDocument,
  { builtin, active }: BuiltinCall,
  signal: AbortSignal,
): Promise<SignatureHelp | null> {
  const known = state.trusted ? (await engine.builtins(file, signal)).get(builtin) : undefined;
  if (known === undefined || known.arguments.length === 0) return null;
  const label = signatureOf(known);
  let from = label.length - known.arguments.join(' ').length;
  const parameters = known.arguments.map((name) => {
    const at: [number, number] = [from, from + name.length];
    from += name.length + 1;
    return { label: at };
  });
  return help({ label, documentation: markdown(known.text), parameters }, active);
}

function helpOf({ label, comment, parameters, active }: Signature): SignatureHelp {
  const shown = parameters.map(({ from, to, comment: text }) => ({
    label: [from, to] as [number, number],
    documentation: markdown(text),
  }));
  return help({ label, documentation: markdown(comment), parameters: shown }, active);
}

/** An active parameter beyond the last is none. */
function help(signature: SignatureInformation, active: number | null): SignatureHelp {
  const none = signature.parameters?.length ?? 0;
  return { signatures: [signature], activeSignature: 0, activeParameter: active ?? none };
}

function markdown(value: string | null): MarkupContent | undefined {
  return value === null || value === '' ? undefined : { kind: MarkupKind.Markdown, value };
}
