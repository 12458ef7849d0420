/** All that the analysis has to say about a text. */
import { childrenOf } from '../syntax/nodes';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { Check, Node } from './check';
import { checks } from './checks';
import type { Checked, Finding } from './finding';
import { withoutIgnored } from './ignoreComments';
import { namesOf } from './scopes';

const known = new WeakMap<SyntaxTree, readonly Finding[]>();

/** In order of position; found once for each version of a text. A text that does not parse has its faults and nothing else. */
export function findingsOf(tree: SyntaxTree): readonly Finding[] {
  const found = known.get(tree) ?? find(tree);
  known.set(tree, found);
  return found;
}

function find(tree: SyntaxTree): readonly Finding[] {
  const faults = tree.faults.map(({ code, span, message, related, fix }): Finding => ({
    code,
    severity: 'error',
    source: 'nix',
    span,
    message,
    tag: null,
    related,
    fixes: fix === null ? [] : [fix],
    isSafe: false,
  }));
  if (faults.length > 0) return faults;
  const checked: Checked = { tree, names: namesOf(tree) };
  const found: Finding[] = [];
  for (const { ofNames } of checks) if (ofNames !== undefined) found.push(...ofNames(checked.names, checked));
  lookThrough(checked, found);
  found.sort((a, b) => a.span.start - b.span.start);
  return withoutIgnored(tree, found);
}

type Look = (node: Node, checked: Checked, parent: Node | null) => readonly Finding[];

/** The checks that want to see a kind of node. */
const looks: ReadonlyMap<Node['kind'], readonly Look[]> = looksByKind(checks);

function looksByKind(all: readonly Check[]): Map<Node['kind'], Look[]> {
  const byKind = new Map<Node['kind'], Look[]>();
  for (const { ofNodes } of all) {
    for (const [kind, look] of Object.entries(ofNodes ?? {})) {
      // Each is called with nodes of its kind only, which the type of a map cannot say.
      byKind.set(kind as Node['kind'], [...(byKind.get(kind as Node['kind']) ?? []), look as Look]);
    }
  }
  return byKind;
}

function lookThrough(checked: Checked, found: Finding[]): void {
  const { root } = checked.tree;
  const waiting: (readonly [Node, Node | null])[] = root === null ? [] : [[root, null]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, parent] = next;
    for (const look of looks.get(node.kind) ?? []) found.push(...look(node, checked, parent));
    for (const child of childrenOf(node)) waiting.push([child, node]);
  }
}
