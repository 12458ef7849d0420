import assert from 'node:assert/strict';
import { phaseItems } from '../../../../client/src/phases/phaseItems';
import type { PhaseItem } from '../../../../client/src/phases/phaseItem';
import type { SessionState } from '../../../../server/src/protocol/sessionMessages';
import { derivation, drawing, kept, ready, session, shown } from '../sample';

function tree(over: Partial<SessionState>): PhaseItem {
  const [item] = phaseItems(drawing(derivation()), ready, () => shown(undefined, session(over)));
  assert.ok(item);
  return item;
}

function phaseRow(item: PhaseItem, name: string): PhaseItem {
  const found = item.children.find(({ label }) => label === name);
  assert.ok(found);
  return found;
}

const reason = 'buildPhase was edited; it is read first in buildPhase.';
const edit = { reach: 'phase', phase: 'buildPhase', reasons: [reason] } as const;

describe('what the tree says of a session', () => {
  it('marks a stale phase by icon, words, tooltip and to a screen reader', () => {
    const item = tree({
      phases: [kept('unpackPhase'), kept('buildPhase', { seconds: 60, stale: reason })],
      edit,
    });
    const row = phaseRow(item, 'buildPhase');
    assert.deepEqual(row.icon, { name: 'history', color: 'list.warningForeground' });
    assert.equal(row.description, 'stale · 1 min 0 s');
    assert.match(
      row.tooltip,
      /^\*\*buildPhase\*\* is stale; it took 1 min 0 s\n\nbuildPhase was edited; it is read first in buildPhase\\\./,
    );
    assert.match(row.spoken, /phase buildPhase, stale .* buildPhase was edited/);
    assert.equal(phaseRow(item, 'unpackPhase').icon.name, 'pass-filled');
    assert.equal(item.description, 'stale from buildPhase');
    assert.match(item.tooltip, /a run goes on from buildPhase\. buildPhase was edited/);
  });

  it('says that a comment changed nothing', () => {
    const item = tree({ phases: [kept('unpackPhase'), kept('buildPhase')] });
    assert.equal(item.description, '');
    assert.match(item.tooltip, /Nothing that a build can see changed/);
  });

  it('says that nothing is kept of an edit that reaches everything', () => {
    const phases = [kept('unpackPhase', { stale: 'The builder changed.' })];
    const item = tree({
      phases,
      edit: { reach: 'everything', phase: null, reasons: ['The builder changed.'] },
    });
    assert.match(item.tooltip, /a run begins anew\. The builder changed/);
  });

  it('says in the tooltip alone that isolated phases see more than a build', () => {
    const item = tree({
      ...{ phases: [kept('unpackPhase')], isolation: 'namespace' },
      isolationNote: 'phases see more of this machine: no nsenter',
    });
    assert.doesNotMatch(item.description, /isolated/);
    assert.match(item.tooltip, /Phases see more of this machine: no nsenter\\\./);
  });

  it('says calmly that phases were not isolated, and why', () => {
    const note = 'this system allows no user namespaces';
    const item = tree({ phases: [kept('unpackPhase')], isolation: 'none', isolationNote: note });
    assert.equal(item.description, 'not isolated');
    assert.match(item.tooltip, /not isolated.*This system allows no user namespaces\\\./);
    assert.deepEqual(item.icon, { name: 'package', color: null });
  });

  it('says who else has the session', () => {
    assert.match(tree({ heldBy: 4711 }).tooltip, /Process 4711, another window or a command line/);
  });
});
