/** A name that nothing binds, or only a `with` may give: as an argument of a function around it, or inherited from a set that others are. */
import { addFormal } from '../../syntax/formalsEdit';
import { nameAt } from '../nameAt';
import type { Use } from '../scopes';
import type { Assist, Offer } from './assist';
import { fromText } from './convertToInherit';

export const addMissing: Assist = ({ tree: { text }, names, span }) => {
  const use = nameAt(names, span.start)?.use;
  if (use?.definition !== null || (use.other !== 'undefined' && use.other !== 'with')) return [];
  const { name } = use;
  const offers: Offer[] = [];
  const functions: Use['scope'][] = [];
  for (let at: Use['scope'] | null = use.scope; at !== null; at = at.parent) {
    if (at.owner?.kind === 'function' && at.owner.formals !== null) functions.push(at);
    if (at.owner?.kind !== 'letIn' || at.kind !== 'let') continue;
    for (const binding of at.owner.bindings) {
      const last = binding.kind === 'inherit' ? binding.names.at(-1) : undefined;
      if (binding.kind !== 'inherit' || binding.from === null || last === undefined) continue;
      const edits = [{ start: last.span.end, end: last.span.end, newText: ` ${name}` }];
      offers.push({
        title: `Add \`${name}\` to \`inherit ${fromText(text, binding)}\``,
        kind: 'quickfix',
        edits,
      });
    }
  }
  const last = functions.length - 1;
  functions.forEach((at, index) => {
    // The outermost is the fix of `undefined-variable` already.
    if (
      at.owner?.kind !== 'function' ||
      at.owner.formals === null ||
      (index === last && use.other === 'undefined')
    )
      return;
    const title = `Add \`${name}\` to the arguments of the ${index === last ? 'outermost' : 'inner'} function`;
    offers.push({ title, kind: 'quickfix', edits: [addFormal(text, at.owner.formals, name)] });
  });
  return offers;
};
