/** `nested-let`: a `let` right inside another, which could be one. */
import type { Check } from '../check';
import { finding } from '../finding';

export const nestedLet: Check = {
  code: 'nested-let',
  ofNodes: {
    letIn: ({ bindings, body }, { names, tree: { text } }) => {
      if (body.kind !== 'letIn' || bindings.length === 0 || body.bindings.length === 0) return [];
      const inner = names.scopes.find(({ owner }) => owner === body);
      const outer = inner?.parent;
      if (inner === undefined || outer?.kind !== 'let' || inner.open || outer.open) return [];
      // Each name has to mean in one `let` what it means now.
      for (const name of inner.names.keys()) if (outer.names.has(name) || outer.parent === null) return [];
      const isInherited = body.bindings.some(
        (binding) => binding.kind === 'inherit' && binding.from === null,
      );
      const meant = names.uses.some(
        ({ name, span, definition }) =>
          inner.names.has(name) &&
          span.end < body.span.start &&
          definition?.scope !== inner &&
          span.start >= outer.span.start,
      );
      if (isInherited || meant) return [];
      const last = bindings.at(-1);
      const first = body.bindings[0];
      if (last === undefined || first === undefined) return [];
      const between = text.slice(last.span.end, first.span.start);
      if (!/^\s*in\s+let\s+$/.test(between)) return [];
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
