/** The checks by what they look at. */
import type { Check, Node } from './check';
import { checks } from './checks';
import type { Checked, Finding } from './finding';

type Look = (node: Node, checked: Checked, parent: Node | null) => readonly Finding[];

const looks: ReadonlyMap<Node['kind'], readonly Look[]> = looksByKind(checks);

/** The checks that want to see a kind of node. */
export function looksAt(kind: Node['kind']): readonly Look[] {
  return looks.get(kind) ?? none;
}

export const checksOfNames = checks.flatMap(({ ofNames }) => ofNames ?? []);
export const checksOfUnusedWith = checks.flatMap(({ ofUnusedWith }) => ofUnusedWith ?? []);
export const checksOfUndefined = checks.flatMap(({ ofUndefined }) => ofUndefined ?? []);

const none: readonly Look[] = [];

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
