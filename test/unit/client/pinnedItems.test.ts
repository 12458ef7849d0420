import assert from 'node:assert/strict';
import type { PhaseItem } from '../../../client/src/phases/phaseItem';
import { pinnedItems } from '../../../client/src/phases/pinnedItems';
import { phaseItems } from '../../../client/src/phases/phaseItems';
import { shownStates } from '../../../client/src/phases/shownStates';
import type { PinnedDrawingParams } from '../../../server/src/protocol/pinMessages';
import { derivation, drawing, ready, uri } from './sample';

const shown = shownStates(undefined, undefined, null);
const key = { uri, attr: '' };

function rows(pinned: PinnedDrawingParams | undefined): readonly PhaseItem[] {
  return pinnedItems([key], { drawingOf: () => pinned, shownOf: () => shown, placeOf: () => 'lib/x.nix' });
}

const idsOf = (items: readonly PhaseItem[]): string[] =>
  items.flatMap((item) => [item.id, ...idsOf(item.children)]);

describe('pinned derivations in the tree', () => {
  it('are no rows when nothing is pinned', () => {
    const none = pinnedItems([], { drawingOf: () => undefined, shownOf: () => shown, placeOf: () => '' });
    assert.deepEqual(none, []);
  });

  it('are a group of derivations whose rows are others than those of the open file', () => {
    const [group] = rows({ key, busy: false, message: null, derivation: derivation() });
    assert.equal(group?.label, 'Pinned');
    const [item] = group.children;
    assert.match(item?.description ?? '', /lib\/x\.nix/);
    assert.match(item?.context ?? '', /^derivation;.*;pinned;$/);
    const open = new Set(idsOf(phaseItems(drawing(derivation()), ready, () => shown)));
    assert.ok(idsOf([group]).every((id) => !open.has(id)));
  });

  it('keep the key they were pinned with, whatever their drawing is called', () => {
    const [group] = rows({ key, busy: false, message: null, derivation: derivation({ attr: 'packages.x' }) });
    const all = (items: readonly PhaseItem[]): PhaseItem[] =>
      items.flatMap((item) => [item, ...all(item.children)]);
    assert.ok(all(group?.children ?? []).every((item) => item.uri === uri && item.attr === ''));
  });

  it('say why there is nothing, or that it is not up to date', () => {
    const empty = rows({ key, busy: false, message: 'It was cancelled.', derivation: null })[0]?.children[0];
    assert.equal(empty?.description, 'It was cancelled.');
    assert.equal(rows(undefined)[0]?.children[0]?.description, 'being evaluated');
    const old = rows({ key, busy: false, message: 'syntax error', derivation: derivation() })[0]?.children[0];
    assert.match(old?.description ?? '', /not up to date/);
    assert.match(old?.tooltip ?? '', /syntax error/);
  });
});
