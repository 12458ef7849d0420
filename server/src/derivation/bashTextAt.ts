/** The bash that is written in a Nix string: of phases, hooks, `runCommand`, `writeShellScript` and the like. Pure. */
import type { StringLiteral } from '../syntax/ast';
import { nodesAt, type WalkedNode } from '../syntax/nodes';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { calledName, callParts } from './callAttributes';
import { takenAttributesOf } from './takenAttributes';

export interface BashTextAt {
  readonly literal: StringLiteral;
  /** The attribute whose value the text is, or a part of; null for an argument of a function. */
  readonly attribute: string | null;
}

/** Functions one of whose arguments is a script, by its index. Source: nixpkgs' `pkgs/build-support/trivial-builders`. */
export const scriptArguments: Readonly<Record<string, number>> = {
  runCommand: 2,
  runCommandCC: 2,
  runCommandLocal: 2,
  runCommandNoCC: 2,
  writeShellScript: 1,
  writeShellScriptBin: 1,
};
/** Names that everybody gives to bash. */
export const usualName = /Phase$|^(?:pre|post)[A-Z]\w*$|^shellHook$|(?:Hook|Script)$/;

/** Null where no bash is written, also in what Nix puts into it. */
export function bashTextAt(
  { root, text }: Pick<SyntaxTree, 'root' | 'text'>,
  offset: number,
): BashTextAt | null {
  const found = bashOf(text, nodesAt(root, offset));
  if (found === null) return null;
  const { start, end } = found.literal.content;
  return start <= offset && offset <= end ? found : null;
}

/** The same of the literal that a path from the root ends in; null where that is no literal, or not bash. */
export function bashOf(text: string, path: readonly WalkedNode[]): BashTextAt | null {
  const literal = path.at(-1);
  if (literal?.kind !== 'string') return null;
  if (isMarkedBash(text, literal)) return { literal, attribute: null };
  return valueOf(path, literal);
}

const longestMark = 40;

/** By a comment before it. */
export function isMarkedBash(text: string, { span }: StringLiteral): boolean {
  const before = text.slice(Math.max(0, span.start - longestMark), span.start);
  return /\/\*\s*(?:bash|sh|shell)\s*\*\/\s*$/.test(before);
}

function valueOf(path: readonly WalkedNode[], literal: StringLiteral): BashTextAt | null {
  let inner: WalkedNode = literal;
  for (let index = path.length - 2; index >= 0; index--) {
    const node = path[index];
    if (node === undefined) return null;
    if (node.kind === 'binding') {
      const [name, more] = node.path.names;
      if (name?.name == null || more !== undefined) return null;
      const known = takenAttributesOf(path.slice(0, index))?.known.get(name.name);
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
