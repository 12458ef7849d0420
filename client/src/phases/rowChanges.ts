/** Which rows are to be shown anew after a redrawing: the fewer, the fewer buttons vanish under a mouse that is about to press. Pure. */
import type { PhaseItem } from './phaseItem';

/**
 * Ids of the rows whose own look or whose set of children changed, parents before children; `all` when the rows at the top are others.
 * A tooltip counts only for the rows in `resolved`: those of others are asked for when the mouse gets there.
 */
export function rowChanges(
  before: readonly PhaseItem[],
  after: readonly PhaseItem[],
  resolved: ReadonlySet<string>,
): 'all' | readonly string[] {
  if (!sameIds(before, after)) return 'all';
  return after.flatMap((item, index) => {
    const old = before[index];
    return old === undefined ? [] : changesBelow(old, item, resolved);
  });
}

function changesBelow(before: PhaseItem, after: PhaseItem, resolved: ReadonlySet<string>): readonly string[] {
  const below = rowChanges(before.children, after.children, resolved);
  const same = below !== 'all' && look(before) === look(after);
  const sameTooltip = !resolved.has(after.id) || before.tooltip === after.tooltip;
  // VS Code asks for everything below a row that it shows anew.
  return same && sameTooltip ? below : [after.id];
}

function sameIds(before: readonly PhaseItem[], after: readonly PhaseItem[]): boolean {
  return before.length === after.length && before.every(({ id }, index) => id === after[index]?.id);
}

function look(item: PhaseItem): string {
  const { label, description, icon, spoken, context, dimmed, definition, expanded } = item;
  return JSON.stringify([
    ...[label, description, icon.name, icon.color, spoken, context, dimmed, expanded],
    definition === null,
  ]);
}
