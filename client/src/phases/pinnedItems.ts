/** The group of pinned derivations below those of the file. Pure. */
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { PinnedDrawingParams } from '../../../server/src/protocol/pinMessages';
import { keyName } from '../serverState';
import { escapeMarkdown } from '../words';
import type { PhaseItem } from './phaseItem';
import { derivationItem } from './phaseItems';
import type { Shown } from './shownStates';

export interface PinnedFacts {
  drawingOf(key: DerivationKey): PinnedDrawingParams | undefined;
  shownOf(key: DerivationKey): Shown;
  /** Where it is, for a person: `lib/zlib.nix`. */
  placeOf(uri: string): string;
}

/** One row that holds all of them; none when nothing is pinned. */
export function pinnedItems(pins: readonly DerivationKey[], facts: PinnedFacts): readonly PhaseItem[] {
  if (pins.length === 0) return [];
  const counted = pins.length === 1 ? 'one derivation' : `${pins.length} derivations`;
  return [
    {
      ...{ kind: 'group', id: 'pinned:', uri: '', attr: '', phase: null, label: 'Pinned', description: '' },
      icon: { name: 'pinned', color: null },
      tooltip: 'Derivations that stay here whatever file is in front.',
      spoken: `pinned, ${counted}`,
      ...{ context: 'group;pins;', dimmed: false, definition: null, stdenvDefault: null, drvPath: null },
      expanded: true,
      children: pins.map((key) => pinnedItem(key, facts)),
    },
  ];
}

function pinnedItem(key: DerivationKey, facts: PinnedFacts): PhaseItem {
  const drawing = facts.drawingOf(key);
  const place = facts.placeOf(key.uri);
  if (drawing?.derivation == null) return undrawnItem(key, place, drawing);
  const { derivation, busy, message } = drawing;
  const shown = facts.shownOf(key);
  const drawn = { uri: key.uri, version: 0, busy, message, derivations: [derivation] };
  const item = derivationItem({ drawing: drawn, derivation, shown });
  const description = [message === null ? '' : 'not up to date', item.description, place];
  return {
    ...apart(item),
    // Of a flake or a selected attribute the drawing may know another name than the pin has.
    ...{ uri: key.uri, attr: key.attr, expanded: false },
    description: description.filter((part) => part !== '').join(' · '),
    tooltip: message === null ? item.tooltip : `${escapeMarkdown(message)}\n\n${item.tooltip}`,
    spoken: `pinned ${item.spoken}, ${place}`,
    context: `${item.context}pinned;`,
    children: item.children.map((child) => withKey(apart(child), key)),
  };
}

function undrawnItem(key: DerivationKey, place: string, drawing: PinnedDrawingParams | undefined): PhaseItem {
  const waits = drawing === undefined || drawing.busy;
  const label = key.attr === '' ? place : key.attr;
  const description = waits ? 'being evaluated' : (drawing.message ?? 'no derivation');
  return {
    ...{ kind: 'derivation', id: `pinned:${keyName(key)}`, ...key, phase: null, label, description },
    icon: waits
      ? { name: 'loading~spin', color: null }
      : { name: 'warning', color: 'list.warningForeground' },
    tooltip: [`**${escapeMarkdown(label)}**`, escapeMarkdown(place), escapeMarkdown(description)].join(
      '\n\n',
    ),
    spoken: `pinned ${label}, ${description}, ${place}`,
    ...{ context: 'derivation;pinned;', dimmed: !waits, definition: null, stdenvDefault: null },
    ...{ drvPath: null, expanded: false, children: [] },
  };
}

/** The file's own row of the same derivation has the id without this. */
function apart(item: PhaseItem): PhaseItem {
  return { ...item, id: `pinned:${item.id}`, children: item.children.map(apart) };
}

function withKey(item: PhaseItem, { uri, attr }: DerivationKey): PhaseItem {
  return { ...item, uri, attr, children: item.children.map((child) => withKey(child, { uri, attr })) };
}
