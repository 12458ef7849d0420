/** `repeated-keys`: `a.x = …; a.y = …; a.z = …;`, which one set says. */
import type { Check } from '../check';
import { finding, type Finding } from '../finding';
import type { Binding } from '../../syntax/ast';

const least = 3;

export const repeatedKeys: Check = {
  code: 'repeated-keys',
  isOptional: true,
  ofNodes: {
    set: ({ bindings }) => {
      const byName = new Map<string, Binding[]>();
      for (const binding of bindings) {
        const first =
          binding.kind === 'binding' && binding.path.names.length > 1 ? binding.path.names[0]?.name : null;
        if (first == null) continue;
        byName.set(first, [...(byName.get(first) ?? []), binding]);
      }
      return [...byName].flatMap(([name, parts]): Finding[] => {
        const third = parts[least - 1];
        if (third?.kind !== 'binding') return [];
        const related = parts
          .slice(0, least - 1)
          .map(({ span }) => ({ span, message: `Also a part of \`${name}\`.` }));
        const message = `\`${name}\` is written in ${parts.length} parts: \`${name} = { … };\` says it once.`;
        return [
          finding('repeated-keys', 'hint', third.path.names[0]?.span ?? third.span, message, { related }),
        ];
      });
    },
  },
};
