/** Sets an argument of what fetches a derivation's source, whose hash is another then. Pure. */
import type { AttributeSet, Expression } from '../syntax/ast';
import type { Replacement } from '../syntax/replacement';
import { unwrapped } from '../syntax/walk';
import type { FoundDerivation } from './foundDerivation';
import { hashSites } from './hashSites';
import { insertBinding } from './listAttributeEdit';
import { resolve } from './staticValue';

/** Behind which arguments a new one is put, the best first. */
const before = ['rev', 'tag', 'ref', 'repo', 'url'];
/** Those that know submodules. Source: nixpkgs' `pkgs/build-support/fetch*`. */
const withSubmodules =
  /^fetch(?:git|FromGitHub|FromGitLab|FromGitea|FromForgejo|FromGitiles|FromSourcehut|FromCodeberg)$/;

/**
 * `argument = value;` in the call that `src` is fetched by, and `""` in the place of its hash, which Nix refuses with the true one.
 * @returns null when the text does not show such a call, or one that says the argument already.
 */
export function setFetcherArgument(
  text: string,
  root: Expression,
  { attributes }: FoundDerivation,
  argument: string,
  value: string,
): readonly Replacement[] | null {
  const src = attributes.get('src');
  if (src?.value == null) return null;
  const set = fetcherArguments(resolve(src.value, src.scope).expression);
  if (set === null) return null;
  const written = set.bindings.find(
    (binding) => binding.kind === 'binding' && binding.path.names[0]?.name === argument,
  );
  if (written !== undefined) {
    if (written.kind !== 'binding' || text.slice(written.value.span.start, written.value.span.end) === value)
      return null;
    return [{ ...written.value.span, newText: value }, ...emptiedHash(text, root, set)];
  }
  return [insertBinding(text, set, before, () => `${argument} = ${value};`), ...emptiedHash(text, root, set)];
}

function fetcherArguments(src: Expression): AttributeSet | null {
  const call = unwrapped(src);
  if (call.kind !== 'apply') return null;
  const { function: head, argument } = call;
  const name =
    head.kind === 'variable' ? head.name : head.kind === 'select' ? head.path.names.at(-1)?.name : null;
  const given = unwrapped(argument);
  return given.kind === 'set' && withSubmodules.test(name ?? '') ? given : null;
}

/** Nothing where a stand-in is there already, or the hash is said elsewhere. */
function emptiedHash(text: string, root: Expression, { span }: AttributeSet): readonly Replacement[] {
  const sites = hashSites({ text }, root).filter(
    (site) => site.written !== null && span.start <= site.value.span.start && site.value.span.end <= span.end,
  );
  return sites.map(({ value }) => ({ ...value.span, newText: '""' }));
}
