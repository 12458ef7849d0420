/** `nested-let`: a `let` right inside another, which could be one. */
import type { Binding } from '../../syntax/ast';
import { allNodes } from '../../syntax/nodes';
import type { Check } from '../check';
import { finding } from '../finding';
import { recursiveElsewhere } from '../mergedSets';

export const nestedLet: Check = {
  code: 'nested-let',
  ofNodes: {
    letIn: ({ bindings, body }, { tree: { text } }) => {
      if (body.kind !== 'letIn') return [];
      const last = bindings.at(-1);
      const first = body.bindings[0];
      if (last === undefined || first === undefined) return [];
      const between = text.slice(last.span.end, first.span.start);
      if (!/^\s*in\s+let\s+$/.test(between)) return [];
      if (recursiveElsewhere(bindings) || recursiveElsewhere(body.bindings)) return [];
      const inherits = body.bindings.some((each) => each.kind === 'inherit' && each.from === null);
      const inner = boundBy(body.bindings);
      const outer = boundBy(bindings);
      // Each name has to mean in one `let` what it means now.
      if (
        inherits ||
        [...inner].some((name) => outer.has(name)) ||
        bindings.some((each) => uses(each, inner))
      )
        return [];
      const newText = between.replace(/\s*in\s+let/, '');
      const edits = [{ start: last.span.end, end: first.span.start, newText }];
      const fixes = [{ title: 'Make one `let` of the two', edits }];
      const head = { start: body.span.start, end: body.span.start + 3 };
      return [
        finding('nested-let', 'hint', head, 'This `let` can be one with the `let` around it.', { fixes }),
      ];
    },
  },
};

function boundBy(bindings: readonly Binding[]): ReadonlySet<string> {
  const names = bindings.flatMap((each) =>
    each.kind === 'inherit' ? each.names : each.path.names.slice(0, 1),
  );
  return new Set(names.flatMap(({ name }) => name ?? []));
}

function uses(binding: Binding, names: ReadonlySet<string>): boolean {
  for (const node of allNodes(binding)) {
    if (node.kind === 'variable' && names.has(node.name)) return true;
    const inherited = node.kind === 'inherit' && node.from === null ? node.names : [];
    if (inherited.some(({ name }) => name !== null && names.has(name))) return true;
  }
  return false;
}
