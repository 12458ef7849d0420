/** Writes an attribute of a derivation, or a flag for its compiler. Pure. */
import type { Expression } from '../syntax/ast';
import type { Replacement } from '../syntax/replacement';
import { unwrapped } from '../syntax/walk';
import type { FoundDerivation } from './foundDerivation';
import { attributePlace } from './listAttributeEdit';

/** Behind which attributes a new one is put, the best first. Source: nixpkgs' custom of its order. */
const before = ['postPatch', 'patches', 'src', 'srcs', 'version', 'pname', 'name'];

/** `value` is Nix text. Null when what stands there comes from elsewhere, or there is no set to write in. */
export function writeAttribute(
  text: string,
  derivation: FoundDerivation,
  attribute: string,
  value: string,
): Replacement | null {
  const written = derivation.attributes.get(attribute);
  if (written === undefined) {
    return attributePlace(text, derivation, before)?.(() => `${attribute} = ${value};`) ?? null;
  }
  if (written.value === null || written.value.span.start <= written.nameSpan.start) return null;
  return { ...written.value.span, newText: value };
}

const flags = 'NIX_CFLAGS_COMPILE';

/** Adds to `env.NIX_CFLAGS_COMPILE`, wherever the derivation writes it. Null when that is no plain string. */
export function addCompilerFlag(text: string, derivation: FoundDerivation, flag: string): Replacement | null {
  const { attributes } = derivation;
  const outside = attributes.get(flags);
  if (outside !== undefined) return outside.value === null ? null : intoString(outside.value, flag);
  const env = attributes.get('env');
  // Of `env.A = …; env.B = …` the value is no set of its own.
  if (env === undefined) return writeAttribute(text, derivation, `env.${flags}`, `"${flag}"`);
  const set = env.value === null ? null : unwrapped(env.value);
  if (set?.kind !== 'set') return set === null ? besidePaths(text, derivation, flag) : null;
  const written = set.bindings.find(
    (binding) => binding.kind === 'binding' && binding.path.names[0]?.name === flags,
  );
  if (written !== undefined) return written.kind === 'binding' ? intoString(written.value, flag) : null;
  const at = text.indexOf('{', set.span.start) + 1;
  return { start: at, end: at, newText: ` ${flags} = "${flag}";` };
}

function besidePaths(text: string, { argument }: FoundDerivation, flag: string): Replacement | null {
  const set = argument === null ? null : unwrapped(argument.expression);
  if (set?.kind !== 'set') return null;
  const written = set.bindings.flatMap((binding) => {
    if (binding.kind === 'inherit') return [];
    const [first, second, third] = binding.path.names;
    return first?.name === 'env' && second?.name === flags && third === undefined ? [binding.value] : [];
  })[0];
  if (written !== undefined) return intoString(written, flag);
  const first = set.bindings.find(
    (binding) => binding.kind === 'binding' && binding.path.names[0]?.name === 'env',
  );
  if (first === undefined) return null;
  const { start } = first.span;
  const indentation = /[ \t]*$/.exec(text.slice(0, start))?.[0] ?? '';
  const between = text.charAt(start - indentation.length - 1) === '\n' ? `\n${indentation}` : ' ';
  return { start, end: start, newText: `env.${flags} = "${flag}";${between}` };
}

function intoString(value: Expression, flag: string): Replacement | null {
  const at = unwrapped(value);
  if (at.kind !== 'string') return null;
  const { content, style } = at;
  if (style === 'indented') return null;
  const gap = content.start === content.end ? '' : ' ';
  return { start: content.end, end: content.end, newText: `${gap}${flag}` };
}
