/**
 * The checks of a whole text: what is larger than a piece is looked at for each version, and what pieces say put together with it. A piece
 * that stands as it stood is not looked at again.
 */
import { isGlobalName } from '../knowledge/builtins';
import { childrenOf } from '../syntax/nodes';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import type { Node } from './check';
import { checksOfNames, checksOfUndefined, checksOfUnusedWith, looksAt } from './checkKinds';
import { shiftedFinding, type Checked, type Finding } from './finding';
import { NameSearch, type MutableScope } from './nameSearch';
import { OuterNames, type OuterMeanings } from './outerNames';
import { isPiece, searchedPiece, type SearchedPiece } from './piece';
import { findingsOfPiece } from './pieceFindings';

interface Piece extends SearchedPiece, OuterMeanings {
  readonly node: Node;
  readonly scope: MutableScope;
}

export class TextCheck {
  private readonly pieces = new Map<Node, Piece>();
  private readonly names = new NameSearch((node, scope) => this.takes(node, scope));
  private readonly outer = new OuterNames(this.names);
  private readonly boundGlobals = new Set<string>();
  private readonly checked: Checked;
  private readonly found: Finding[] = [];

  constructor(
    private readonly tree: SyntaxTree,
    private readonly size: number,
  ) {
    this.checked = { tree, names: this.names, isBound: (name) => this.boundGlobals.has(name) };
  }

  /** In no particular order. */
  run(): Finding[] {
    const { text, whole } = this.tree;
    const span = { start: 0, end: text.length };
    // What is around bindings of which the rest is broken may bind any name, and use any that they bind.
    if (whole !== null) return this.check(whole, span, true);
    const { root } = this.tree;
    return root === null ? [] : this.check([root], span, false);
  }

  private check(roots: readonly Node[], span: Span, open: boolean): Finding[] {
    const { names, checked, found } = this;
    const outermost = names.outermost(span, open);
    for (const root of roots) if (!this.takes(root, outermost)) names.through(root, outermost);
    for (const { name } of names.definitions) if (isGlobalName(name)) this.boundGlobals.add(name);
    for (const ofNames of checksOfNames) found.push(...ofNames(names, checked));
    for (const root of roots) this.lookThrough(root);
    this.lookAtUndefined(names);
    for (const { node, scope, hasUndefined } of this.pieces.values()) {
      if (hasUndefined) this.lookAtUndefined(new NameSearch().through(node, scope));
    }
    return found;
  }

  private takes(node: Node, scope: MutableScope): boolean {
    if (!isPiece(node, this.size)) return false;
    const { names, search } = searchedPiece(node);
    const { unbound, hasUndefined } = this.outer.meaningsFor(names, node.span, scope);
    for (const name of names.boundGlobals) this.boundGlobals.add(name);
    this.pieces.set(node, { node, scope, names, search, unbound, hasUndefined });
    return true;
  }

  private lookThrough(root: Node): void {
    const { checked, found } = this;
    const waiting: (readonly [Node, Node | null])[] = [[root, null]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [node, parent] = next;
      const piece = this.pieces.get(node);
      if (piece !== undefined) {
        this.addFindings(piece, parent);
        continue;
      }
      for (const look of looksAt(node.kind)) found.push(...look(node, checked, parent));
      if (node.kind === 'with' && !this.names.usedWiths.has(node)) {
        for (const ofUnusedWith of checksOfUnusedWith) found.push(...ofUnusedWith(node, checked));
      }
      for (const child of childrenOf(node)) waiting.push([child, node]);
    }
  }

  private addFindings({ node, names, search, unbound }: Piece, parent: Node | null): void {
    const { always, ofWiths } = findingsOfPiece(
      { node, parent, names, search },
      this.tree,
      this.checked.isBound,
    );
    for (const each of always) this.found.push(shiftedFinding(each, node.span.start));
    for (const { names: needed, findings } of ofWiths) {
      if (unbound !== null && needed.some((name) => unbound.has(name))) continue;
      for (const each of findings) this.found.push(shiftedFinding(each, node.span.start));
    }
  }

  private lookAtUndefined({ uses }: NameSearch): void {
    for (const use of uses) {
      if (use.other !== 'undefined') continue;
      for (const ofUndefined of checksOfUndefined) this.found.push(...ofUndefined(use, this.checked));
    }
  }
}
