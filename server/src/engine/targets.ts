/** What a question to the engine is about, as Nix names it. Pure. */
import { join } from 'node:path';
import { normalAttrPath } from '../nix/attrPath';
import type { Nix } from '../nix/nix';
import type { Target } from './engine';
import { logicalPath } from './storeDocuments';

/** Whether an attribute path is another one or below it. */
export function isWithin(attr: string, selected: string): boolean {
  return attr === selected || attr.startsWith(`${selected}.`);
}

/** The file whose folder's settings hold for what is asked; null where no file is named. */
export function fileOfTarget(target: Target): string | null {
  if (target.kind === 'derivation') return null;
  return target.kind === 'nix' ? target.file : join(target.folder, 'flake.nix');
}

/** With attribute path and store path as Nix writes them. */
export function logical(target: Target, nix: Nix): Target {
  if (target.kind !== 'derivation') return { ...target, attr: normalAttrPath(target.attr) };
  return { ...target, drvPath: logicalPath(target.drvPath, nix.installation) };
}
