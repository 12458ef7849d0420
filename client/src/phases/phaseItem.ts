/** One row of the tree: what is shown, not how. Pure. */
import type { DrawingParams } from '../../../server/src/protocol/messages';
import type { Derivation, FileRange } from '../../../server/src/protocol/model';
import { baseName } from '../words';
import type { Shown } from './shownStates';

export type ItemKind =
  'notice' | 'derivation' | 'phase' | 'hook' | 'group' | 'setupHook' | 'inputs' | 'input';

export interface ItemIcon {
  /** A codicon's name. */
  readonly name: string;
  /** A theme colour's name; null for the default. */
  readonly color: string | null;
}

/** One row. `uri`, `attr` and `phase` are also what commands of the row are called with. */
export interface PhaseItem {
  readonly kind: ItemKind;
  /** The same row has the same id after every redrawing. */
  readonly id: string;
  readonly uri: string;
  readonly attr: string;
  /** Name of the phase, or of the phase that the hook belongs to; null for derivations and notices. */
  readonly phase: string | null;
  /** Of a hook's row the hook that its text is of, as `runHook` is given it, when that is known. */
  readonly hook?: string | null;
  readonly label: string;
  readonly description: string;
  readonly icon: ItemIcon;
  /** Markdown. */
  readonly tooltip: string;
  readonly spoken: string;
  /** What the row can do, for `when` clauses: `phase;runnable;definition;logged;`. */
  readonly context: string;
  readonly dimmed: boolean;
  /** Where it is defined; null when that is not known. */
  readonly definition: FileRange | null;
  /** stdenv's own function of a phase that something else replaces; null when there is none. */
  readonly stdenvDefault: FileRange | null;
  readonly drvPath: string | null;
  readonly expanded: boolean;
  readonly children: readonly PhaseItem[];
}

/** What the rows of one derivation are made from. */
export interface Row {
  readonly drawing: DrawingParams;
  readonly derivation: Derivation;
  readonly shown: Shown;
}

/** What a derivation is called where there is no room for more. */
export function derivationName(derivation: Derivation): string {
  return derivation.name ?? (derivation.attr === '' ? baseName(derivation.file) : derivation.attr);
}
