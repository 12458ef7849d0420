/** Where a text writes what a message of nixpkgs is about: its errors are thrown far from there, and often without a trace. Pure. */
import { definitionPlace } from '../analysis/modules/definitions';
import { refusedPackage, wrongMeta } from '../builds/explanations/refusedPackage';
import { wrongDefinition } from '../builds/explanations/wrongDefinition';
import { metaPlace, ownMetaPlace, usePlace } from '../derivation/refusedPlace';
import { parseAttrPath } from '../nix/attrPath';
import type { Expression } from '../syntax/ast';
import { allNodes } from '../syntax/nodes';
import type { Span } from '../syntax/syntaxTree';
import { unwrapped } from '../syntax/walk';

/** Null where the message is about nothing that the text names. `isFile`: whether a file that a message names is this one. */
export function namedPlace(
  root: Expression,
  message: string,
  isFile: (file: string) => boolean,
): Span | null {
  return (
    packagePlace(root, message, isFile) ?? inputPlace(root, message) ?? optionPlace(root, message, isFile)
  );
}

/** A package that the set does not take stands where it is used, or where it says of itself what is wrong. */
function packagePlace(root: Expression, message: string, isFile: (file: string) => boolean): Span | null {
  const refused = refusedPackage(message);
  const wrong = refused === null ? wrongMeta(message) : null;
  const { name, file } = refused ?? wrong ?? { name: null, file: null };
  if (name === null) return null;
  if (file === null || !isFile(file)) return usePlace(root, name);
  return refused === null ? metaPlace(root, wrong?.attributes ?? []) : ownMetaPlace(root, refused.refusal);
}

/** nixpkgs' `pkgs/stdenv/generic/make-derivation.nix`. */
const invalidInput = /^Dependency is not of a valid type: element (\d+) of (\w+) for /m;

/** The element of the only list that it can be. */
function inputPlace(root: Expression, message: string): Span | null {
  const [, number, attribute] = invalidInput.exec(message) ?? [];
  if (number === undefined) return null;
  const places = [...allNodes(root)].flatMap((node): readonly Span[] => {
    if (node.kind !== 'binding' || node.path.names.length !== 1) return [];
    const value = unwrapped(node.value);
    if (node.path.names[0]?.name !== attribute || value.kind !== 'list') return [];
    const element = value.elements[Number(number) - 1];
    return element === undefined ? [] : [element.span];
  });
  return places.length === 1 ? (places[0] ?? null) : null;
}

/** The definition of an option, where it is not said to be in other files. */
function optionPlace(root: Expression, message: string, isFile: (file: string) => boolean): Span | null {
  const wrong = wrongDefinition(message);
  if (wrong === null) return null;
  const isElsewhere =
    wrong.files.length > 0 && !wrong.files.some((file) => file === '<unknown-file>' || isFile(file));
  return isElsewhere ? null : definitionPlace(root, parseAttrPath(wrong.option));
}
