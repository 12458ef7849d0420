/** What the checks say of a piece, kept as long as the piece is as it was and nothing around it that they asked for has changed. */
import { sourceOf } from '../syntax/shifted';
import { childrenOf } from '../syntax/nodes';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { Node } from './check';
import { checksOfNames, checksOfUnusedWith, looksAt } from './checkKinds';
import { shiftedFinding, type Checked, type Finding } from './finding';
import { searchIn, type PieceNames } from './piece';
import type { NameSearch } from './nameSearch';

/** Findings in a piece; their places are from its start. */
export interface PieceFindings {
  readonly always: readonly Finding[];
  readonly ofWiths: readonly WithFindings[];
}

/** What is said of a `with` from which nothing is taken. */
export interface WithFindings {
  /** Names that would come from it were they not bound around the piece. */
  readonly names: readonly string[];
  readonly findings: readonly Finding[];
}

interface Kept extends Role {
  /** What was asked of the names around, with the answers. */
  readonly asked: ReadonlyMap<string, boolean>;
  readonly findings: PieceFindings;
}

/** In a text that is broken and mended the same piece has two roles in turns. */
const known = new WeakMap<Node, readonly Kept[]>();
const mostKept = 2;

export interface PieceToCheck {
  readonly node: Node;
  readonly parent: Node | null;
  readonly names: PieceNames;
  /** When it was made for this version. */
  readonly search: NameSearch | null;
}

/** `isBound` tells whether the text binds a name that Nix itself defines. */
export function findingsOfPiece(
  piece: PieceToCheck,
  tree: SyntaxTree,
  isBound: (name: string) => boolean,
): PieceFindings {
  const source = sourceOf(piece.node);
  const before = known.get(source) ?? [];
  for (const kept of before) {
    if (isSameRole(kept, piece) && isAnswered(kept.asked, isBound)) return kept.findings;
  }
  const asked = new Map<string, boolean>();
  const findings = check(piece, tree, (name) => {
    const answer = isBound(name);
    asked.set(name, answer);
    return answer;
  });
  const made = { ...roleOf(piece.node, piece.parent), asked, findings };
  known.set(source, [made, ...before].slice(0, mostKept));
  return findings;
}

/** What of the parent a check may look at. */
interface Role {
  readonly above: Node['kind'] | null;
  readonly form: string;
  /** Whether the piece is all of a value or body. */
  readonly isWhole: boolean;
}

function roleOf(node: Node, parent: Node | null): Role {
  if (parent === null) return { above: null, form: '', isWhole: false };
  const form = parent.kind === 'set' ? parent.form : '';
  const isWhole = ('value' in parent && parent.value === node) || ('body' in parent && parent.body === node);
  return { above: parent.kind, form, isWhole };
}

function isSameRole(kept: Role, { node, parent }: PieceToCheck): boolean {
  const { above, form, isWhole } = roleOf(node, parent);
  return kept.above === above && kept.form === form && kept.isWhole === isWhole;
}

function isAnswered(asked: ReadonlyMap<string, boolean>, isBound: (name: string) => boolean): boolean {
  for (const [name, was] of asked) if (isBound(name) !== was) return false;
  return true;
}

function check(piece: PieceToCheck, tree: SyntaxTree, isBound: (name: string) => boolean): PieceFindings {
  const { node, parent } = piece;
  const names = piece.search ?? searchIn(node);
  const checked: Checked = { tree, names, isBound };
  const always = checksOfNames.flatMap((ofNames) => ofNames(names, checked));
  const ofWiths: WithFindings[] = [];
  const waiting: (readonly [Node, Node | null])[] = [[node, parent]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [at, above] = next;
    for (const look of looksAt(at.kind)) always.push(...look(at, checked, above));
    if (at.kind === 'with') {
      const found = checksOfUnusedWith.flatMap((ofUnusedWith) => ofUnusedWith(at, checked));
      ofWiths.push({
        names: namesOfWith(piece.names, at.span.start - node.span.start),
        findings: found.map((each) => shiftedFinding(each, -node.span.start)),
      });
    }
    for (const child of childrenOf(at)) waiting.push([child, at]);
  }
  return { always: always.map((each) => shiftedFinding(each, -node.span.start)), ofWiths };
}

function namesOfWith({ free }: PieceNames, start: number): string[] {
  return free.filter(({ withs }) => withs.includes(start)).map(({ name }) => name);
}
