/** The bash that is written in a Nix string: of phases, hooks, `runCommand`, `writeShellScript` and the like. Pure. */
import type { StringLiteral } from '../syntax/ast';
import { nodesAt, type WalkedNode } from '../syntax/nodes';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { calledName, callParts } from './callAttributes';
import { takenAlong } from './takenAttributes';

export interface BashTextAt {
  readonly literal: StringLiteral;
  /** The attribute whose value the text is, or a part of; null for an argument of a function. */
  readonly attribute: string | null;
}

/** Functions one of whose arguments is a script, by its index. Source: nixpkgs' `pkgs/build-support/trivial-builders`. */
const scriptArguments: Readonly<Record<string, number>> = {
  runCommand: 2,
  runCommandCC: 2,
  runCommandLocal: 2,
  runCommandNoCC: 2,
  writeShellScript: 1,
  writeShellScriptBin: 1,
};
/** Names that everybody gives to bash. */
const usualName = /Phase$|^(?:pre|post)[A-Z]\w*$|^shellHook$|(?:Hook|Script)$/;

const longestMark = 100;

/** Null where no bash is written, also in what Nix puts into it. */
export function bashTextAt(
  { root, text }: Pick<SyntaxTree, 'root' | 'text'>,
  offset: number,
): BashTextAt | null {
  const path = nodesAt(root, offset);
  const literal = path.at(-1);
  if (literal?.kind !== 'string') return null;
  if (offset < literal.content.start || offset > literal.content.end) return null;
  return bashTextAlong(text, path, literal);
}

/** The same for the string in which a path ends that leads inwards from the whole text. */
export function bashTextAlong(
  text: string,
  path: readonly WalkedNode[],
  literal: StringLiteral,
): BashTextAt | null {
  const before = text.slice(Math.max(0, literal.span.start - longestMark), literal.span.start);
  if (/\/\*\s*(?:bash|sh|shell)\s*\*\/\s*$/.test(before)) return { literal, attribute: null };
  let inner: WalkedNode = literal;
  for (let index = path.length - 2; index >= 0; index--) {
    const node = path[index];
    if (node === undefined) return null;
    if (node.kind === 'binding') {
      const [name, more] = node.path.names;
      if (name?.name == null || more !== undefined) return null;
      const known = takenAlong(path.slice(0, index))?.known.get(name.name);
      const isBash = known?.type === 'bash' || (known === undefined && usualName.test(name.name));
      return isBash ? { literal, attribute: name.name } : null;
    }
    if (node.kind === 'apply') {
      const { head, args } = callParts(node);
      const called = calledName(head) ?? '';
      if (scriptArguments[called] === args.length - 1 && args.at(-1) === inner)
        return { literal, attribute: null };
    }
    // Whatever a function makes of a text, it is most likely still bash: `lib.optionalString x "…"`.
    if (node.kind === 'set' || node.kind === 'list') return null;
    inner = node;
  }
  return null;
}
