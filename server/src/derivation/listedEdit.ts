/** Takes something out of a list of a derivation: a patch, an output. Pure. */
import type { Expression } from '../syntax/ast';
import type { Replacement } from '../syntax/replacement';
import { unwrapped, walk } from '../syntax/walk';
import { literalText } from './hashSites';
import { elementsOf, without, withoutElement } from './lints/facts';
import type { FoundDerivation } from './foundDerivation';

/**
 * @param name of an output; of a patch what it is called in the store, without the hash.
 * @returns null when none or several of the list may be meant. The last patch goes with its attribute.
 */
export function removeListed(
  text: string,
  { attributes }: FoundDerivation,
  attribute: 'patches' | 'outputs',
  name: string,
): Replacement | null {
  const written = attributes.get(attribute);
  const { elements } = elementsOf(written);
  const [meant, another] = elements.filter(({ expression }) => names(text, expression).includes(name));
  if (written === undefined || meant === undefined || another !== undefined) return null;
  const isWhole = written.value !== null && unwrapped(written.value) === meant.list;
  return isWhole && elements.length === 1
    ? without(text, written.span)
    : withoutElement(text, meant.expression.span);
}

/** What an element may be called: a literal, a path's or an address's last part, the `name` of what is fetched. */
function names(text: string, element: Expression): readonly string[] {
  const found: string[] = [];
  walk(element, (expression) => {
    if (expression.kind === 'path' && expression.interpolations.length === 0) {
      found.push(lastPart(text.slice(expression.span.start, expression.span.end)));
    }
    const literal = literalText(text, expression);
    if (literal !== null) found.push(lastPart(literal));
    return true;
  });
  return found;
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/[?#].*$/, '');
}
