/** What a question to the engine is about, as Nix names it. Pure. */
import { normalAttrPath } from '../nix/attrPath';
import type { Nix } from '../nix/nix';
import type { Target } from './engine';
import { logicalPath } from './storeDocuments';

/** Whether an attribute path is another one or below it. */
export function isWithin(attr: string, selected: string): boolean {
  return attr === selected || attr.startsWith(`${selected}.`);
}

/** With attribute path and store path as Nix writes them. */
export function logical(target: Target, nix: Nix): Target {
  if (target.kind !== 'derivation') return { ...target, attr: normalAttrPath(target.attr) };
  return { ...target, drvPath: logicalPath(target.drvPath, nix.installation) };
}
