/** What a command of the tree is called with: a row, the keys of a keybinding, or nothing. Pure. */
import type { DerivationKey } from '../../../server/src/protocol/messages';

export type PhaseArgument =
  | { readonly kind: 'item'; readonly key: DerivationKey; readonly phase: string | null }
  /** The row with this id. */
  | { readonly kind: 'row'; readonly id: string }
  /** The row that is selected in the tree. */
  | { readonly kind: 'selected' }
  /** A row that VS Code no longer knew when its button was pressed. */
  | { readonly kind: 'gone' }
  /** Nothing was named: ask. */
  | { readonly kind: 'none' };

/** The second argument of a click on a row, which looks at something and leaves the focus in the tree. */
export const clicked = 'clicked';

const goneRow = { gone: true } as const;

/**
 * The argument among those that VS Code calls a command with. A row's buttons and menu give the row and the selected rows; the row is
 * undefined when it was being shown anew at that moment, which is not the same as a call without any.
 */
export function commandArgument(args: readonly unknown[]): unknown {
  const [first] = args;
  return (first === undefined || first === null) && args.length > 1 ? goneRow : first;
}

/** Reads the argument of a command, which may come from a menu, a keybinding or another extension. */
export function readPhaseArgument(value: unknown): PhaseArgument {
  if (typeof value === 'string' && value !== '') return { kind: 'row', id: value };
  if (value === goneRow) return { kind: 'gone' };
  if (typeof value !== 'object' || value === null) return { kind: 'none' };
  if ('selected' in value && value.selected === true) return { kind: 'selected' };
  if (!('uri' in value) || typeof value.uri !== 'string') return { kind: 'none' };
  const attr = 'attr' in value && typeof value.attr === 'string' ? value.attr : '';
  const phase = 'phase' in value && typeof value.phase === 'string' ? value.phase : null;
  return { kind: 'item', key: { uri: value.uri, attr }, phase };
}
