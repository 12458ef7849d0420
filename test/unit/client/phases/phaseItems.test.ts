import assert from 'node:assert/strict';
import type { ActivityEvent } from '../../../../server/src/protocol/messages';
import type { Derivation } from '../../../../server/src/protocol/model';
import { phaseItems } from '../../../../client/src/phases/phaseItems';
import { type PhaseItem } from '../../../../client/src/phases/phaseItem';
import { advanceActivity, type DerivationActivity } from '../../../../client/src/phases/phaseStates';
import { derivation, drawing, hook, phase, ready, shown, uri, written } from '../sample';

function tree(made: Derivation, activity?: DerivationActivity): PhaseItem {
  const [item] = phaseItems(drawing(made), ready, () => shown(activity));
  assert.ok(item);
  return item;
}

function activity(...events: readonly ActivityEvent[]): DerivationActivity {
  return events.reduce<DerivationActivity>(
    (last, event) => advanceActivity(last, { kind: 'run', id: '1', event }),
    advanceActivity(undefined, { kind: 'run', id: '1', event: { type: 'started', phases: [] } }),
  );
}

const finished = { type: 'finished', status: 'ok', seconds: 1, failure: null } as const;

function row(item: PhaseItem, label: string): PhaseItem {
  const found = [item, ...item.children, ...item.children.flatMap(({ children }) => children)].find(
    (candidate) => candidate.label === label,
  );
  assert.ok(found, `no row ${label}`);
  return found;
}

describe('the tree of a Nix file', () => {
  it('lists phases in their order and says where each comes from', () => {
    const item = tree(derivation());
    assert.deepEqual(
      item.children.map(({ label, description }) => [label, description]),
      [
        ['unpackPhase', 'stdenv'],
        ['buildPhase', 'default.nix:12'],
      ],
    );
  });

  it('has a button for what to do where a build found nothing to do, until the derivation changes', () => {
    const nothing = activity({ ...finished, validSince: null });
    assert.match(tree(derivation(), nothing).context, /^derivation;.*;unchanged;/);
    assert.doesNotMatch(row(tree(derivation(), nothing), 'buildPhase').context, /unchanged/);
    assert.doesNotMatch(tree(derivation(), activity(finished)).context, /unchanged/);
    const [edited] = phaseItems(drawing(derivation()), ready, () => ({ ...shown(nothing), current: false }));
    assert.doesNotMatch(edited?.context ?? '', /unchanged/);
  });

  it('names the input of a setup hook without its hash', () => {
    const input = '/nix/store/1rz4g4znpzjwh1xymhjpm42vipw92pr7-zlib-1.3';
    const origin = { kind: 'setupHook', file: null, range: null, input } as const;
    const item = tree(derivation({ phases: [phase('fixupPhase', { hooks: [hook('strip', { origin })] })] }));
    assert.equal(row(item, 'strip').description, 'before · setup hook of zlib-1.3');
  });

  it('dims a phase that is skipped, says why, and offers no button to run it', () => {
    const skipped = phase('checkPhase', { runs: false, skipReason: 'doCheck is not set' });
    const item = row(tree(derivation({ phases: [skipped] })), 'checkPhase');
    assert.equal(item.description, 'doCheck is not set');
    assert.equal(item.icon.name, 'circle-slash');
    assert.ok(item.dimmed);
    assert.doesNotMatch(item.context, /;runnable;/);
  });

  it('keeps the id of a row whatever happens to it', () => {
    const ids = (item: PhaseItem): string[] => [item.id, ...item.children.flatMap(ids)];
    const before = ids(tree(derivation({ source: 'static' })));
    const running = activity({ type: 'phaseStarted', phase: 'buildPhase' });
    assert.deepEqual(ids(tree(derivation(), running)), before);
    assert.equal(new Set(before).size, before.length);
  });

  it('tells phases of one name apart', () => {
    const twice = derivation({ phases: [phase('checkPhase'), phase('buildPhase'), phase('checkPhase')] });
    assert.equal(new Set(tree(twice).children.map(({ id }) => id)).size, 3);
  });

  it('tells hooks of one name apart', () => {
    const hooks = [hook('fixup', { kind: 'array' }), hook('fixup', { kind: 'array' })];
    const [first, second] = tree(derivation({ phases: [phase('fixupPhase', { hooks })] })).children[0]!
      .children;
    assert.notEqual(first?.id, second?.id);
  });

  it('opens the log of a hook by the name that runHook is given, also of what a hook array adds', () => {
    const hooks = [hook('preBuild'), hook('_stripDebug', { kind: 'array', when: 'pre' })];
    const shown = tree(derivation({ phases: [phase('buildPhase', { hooks })] })).children[0]!.children;
    assert.deepEqual(
      shown.map((item) => item.hook),
      ['preBuild', 'preBuild'],
    );
    const within = hook('_moveDocs', { kind: 'array', when: 'during' });
    const [unknown] = tree(derivation({ phases: [phase('fixupPhase', { hooks: [within] })] })).children[0]!
      .children;
    assert.equal(unknown?.hook, null);
  });

  it('offers to run a hook alone, but not while something runs, nor what no shell can name', () => {
    const hooks = [hook('preBuild'), hook('echo an entry of an array', { kind: 'array' })];
    const made = derivation({ phases: [phase('buildPhase', { hooks })] });
    assert.match(row(tree(made), 'preBuild').context, /^hook;runnable;/);
    assert.doesNotMatch(row(tree(made), 'echo an entry of an array').context, /runnable/);
    const running = activity({ type: 'phaseStarted', phase: 'preBuild' });
    assert.doesNotMatch(row(tree(made, running), 'preBuild').context, /runnable/);
    assert.equal(row(tree(made, running), 'preBuild').icon.name, 'loading~spin');
  });

  it('spins the phase that runs, and offers to stop it and nothing else', () => {
    const item = tree(derivation(), activity({ type: 'phaseStarted', phase: 'buildPhase' }));
    assert.equal(row(item, 'buildPhase').icon.name, 'loading~spin');
    assert.match(row(item, 'buildPhase').context, /;running;/);
    assert.doesNotMatch(row(item, 'unpackPhase').context, /;runnable;/);
    assert.match(item.context, /^derivation;running;/);
  });

  it('shows how long a phase took before it says where it comes from', () => {
    const done = {
      type: 'phaseFinished',
      phase: 'buildPhase',
      status: 'ok',
      seconds: 1.23,
      lines: 1,
    } as const;
    const item = row(tree(derivation(), activity(done, finished)), 'buildPhase');
    assert.equal(item.description, '1.2 s · default.nix:12');
    assert.deepEqual(item.icon, { name: 'pass-filled', color: 'testing.iconPassed' });
    assert.match(item.spoken, /succeeded in 1\.2 s/);
    assert.match(item.context, /;runnable;.*logged;/);
  });

  it('leads to the attribute when the origin has no place', () => {
    const place = { file: '/x.nix', range: written(3).range! };
    const origin = { kind: 'attribute', file: null, range: null, input: null } as const;
    const item = tree(
      derivation({ phases: [phase('buildPhase', { origin })], attributes: { buildPhase: place } }),
    );
    assert.deepEqual(row(item, 'buildPhase').definition, place);
  });

  it('shows the bash that runs as code which the text cannot leave', () => {
    const body = 'cat <<"EOF"\n```\n**not bold**\n```\nEOF';
    const item = tree(derivation({ phases: [phase('buildPhase', { body })] }));
    assert.match(row(item, 'buildPhase').tooltip, /````bash\ncat <<"EOF"\n```\n/);
  });

  it('says above the derivations that nothing runs in an untrusted workspace', () => {
    const status = { ...ready, state: 'untrusted', message: 'Not trusted.', advice: 'Trust it.' } as const;
    const [notice, next] = phaseItems(drawing(derivation()), status, () => shown());
    assert.equal(notice?.kind, 'notice');
    assert.match(notice.label, /nothing is run/);
    assert.equal(next?.kind, 'derivation');
  });

  it('leaves the notice to the welcome text when there is no derivation', () => {
    const status = { ...ready, state: 'nixMissing' } as const;
    assert.deepEqual(
      phaseItems(drawing(), status, () => shown()),
      [],
    );
  });

  it('names a derivation without a name by its attribute, else by its file', () => {
    assert.equal(tree(derivation({ name: null, attr: 'lib.tool' })).label, 'lib.tool');
    assert.equal(tree(derivation({ name: null })).label, 'default.nix');
  });

  it('gives commands what they need to know of a row', () => {
    const { phase: name, attr, uri: of } = row(tree(derivation({ attr: 'a.b' })), 'buildPhase');
    assert.deepEqual({ name, attr, of }, { name: 'buildPhase', attr: 'a.b', of: uri });
  });
});
