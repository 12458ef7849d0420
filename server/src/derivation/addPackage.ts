/** Adds a package to one of a derivation's lists of inputs, with the arguments that its name needs. Pure. */
import type { Replacement } from '../syntax/replacement';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { FoundDerivation } from './foundDerivation';
import { listPlace } from './listAttributeEdit';
import { packageName } from './packageName';

/** Behind which attributes nixpkgs writes a list that is new. Source: nixpkgs' CONTRIBUTING and `pkgs/by-name`'s custom. */
const before: Readonly<Record<string, readonly string[]>> = {
  nativeBuildInputs: ['strictDeps', 'patches', 'src', 'srcs', 'version', 'pname', 'name'],
  buildInputs: ['nativeBuildInputs', 'strictDeps', 'patches', 'src', 'srcs', 'version', 'pname', 'name'],
  propagatedBuildInputs: ['buildInputs', 'nativeBuildInputs', 'src', 'version', 'pname', 'name'],
  'build-system': ['src', 'version', 'pname', 'name'],
  dependencies: ['build-system', 'nativeBuildInputs', 'src', 'version', 'pname', 'name'],
  nativeCheckInputs: [
    ...['dependencies', 'propagatedBuildInputs', 'buildInputs', 'nativeBuildInputs', 'build-system'],
    ...['src', 'version', 'pname', 'name'],
  ],
  patches: ['src', 'srcs', 'version', 'pname', 'name'],
};

/** Null when the text shows neither the list nor a place for it, or no name for the package. */
export function addPackage(
  tree: SyntaxTree,
  derivation: FoundDerivation,
  attribute: string,
  path: readonly string[],
): readonly Replacement[] | null {
  const place = listPlace(tree.text, derivation, attribute, before[attribute] ?? ['src', 'version', 'name']);
  if (place === null) return null;
  const named = packageName(tree, derivation, place.offset, path);
  return named === null ? null : [...named.edits, place.write(named.name)];
}

/** Adds what is no package, e.g. `./fix.patch` to `patches`; `entry` is in parentheses where a list needs them. */
export function addEntry(
  { text }: SyntaxTree,
  derivation: FoundDerivation,
  attribute: string,
  entry: string,
): Replacement | null {
  return (
    listPlace(text, derivation, attribute, before[attribute] ?? ['src', 'version', 'name'])?.write(entry) ??
    null
  );
}
