import assert from 'node:assert/strict';
import { phaseItems } from '../../../../client/src/phases/phaseItems';
import { type PhaseItem } from '../../../../client/src/phases/phaseItem';
import type { SetupHook } from '../../../../server/src/protocol/model';
import { derivation, drawing, hook, phase, ready, shown } from '../sample';

const teller: SetupHook = {
  input: '/nix/store/1rz4g4znpzjwh1xymhjpm42vipw92pr7-teller',
  name: 'teller',
  file: '/nix/store/1rz4g4znpzjwh1xymhjpm42vipw92pr7-teller/nix-support/setup-hook',
  phasesReplaced: ['installPhase'],
  phasesAdded: ['tellPhase'],
  hooksAdded: [{ array: 'preBuildHooks', entry: 'echo `x`' }],
  variables: [{ name: 'tellerHome', before: null, after: '/there' }],
};

function tree(over: Parameters<typeof derivation>[0]): PhaseItem {
  const [item] = phaseItems(drawing(derivation(over)), ready, () => shown());
  assert.ok(item !== undefined);
  return item;
}

describe('the rows of setup hooks', () => {
  it('stand last under the derivation, collapsed, each with what it did', () => {
    const group = tree({ setupHooks: [teller] }).children.at(-1);
    assert.deepEqual(
      [group?.label, group?.description, group?.expanded],
      ['Setup hooks', 'of one input', false],
    );
    const [row] = group?.children ?? [];
    assert.equal(
      row?.description,
      'replaces installPhase; brings tellPhase; adds to preBuildHooks; sets tellerHome',
    );
    assert.match(row.spoken, /^setup hook of teller, replaces installPhase/);
    assert.match(row.tooltip, /preBuildHooks: echo \\`x\\`/);
    assert.match(row.tooltip, /tellerHome: \*unset\* → \/there/);
    assert.equal(row.definition?.file, teller.file);
  });

  it('are not there before the stdenv was asked, nor when there are none', () => {
    for (const setupHooks of [undefined, []]) {
      const rows = tree(setupHooks === undefined ? {} : { setupHooks }).children;
      assert.equal(
        rows.some(({ kind }) => kind === 'group'),
        false,
      );
    }
  });
});

describe('the rows of phases', () => {
  it('tell the flags that are read, offer stdenv’s own function, and mark hooks that never run', () => {
    const place = { file: '/nix/store/x/setup', range: derivation().range! };
    const never = hook('preBuild', { runs: false, reason: 'buildPhase does not call runHook preBuild' });
    const build = phase('buildPhase', {
      body: 'make',
      flags: [{ name: 'makeFlags', value: 'A=1\n  B=*' }],
      stdenvDefault: place,
      hooks: [never],
    });
    const [row] = tree({ phases: [build, phase('installPhase')] }).children;
    assert.match(row?.tooltip ?? '', /Reads\n- makeFlags: A=1 B=\\\*/);
    assert.match(row?.context ?? '', /;stdenvDefault;text;$/);
    const [hookRow] = row?.children ?? [];
    assert.ok(hookRow?.dimmed);
    assert.match(hookRow.spoken, /^hook preBuild, does not run · before · default\.nix:8$/);
    assert.match(hookRow.tooltip, /Does not run: buildPhase does not call runHook preBuild/);
  });
});
