/** What speaks against a finding of the text alone. */
import assert from 'node:assert/strict';
import { isRefuted, type Evidence } from '../../../server/src/derivation/refuted';
import type { ShellNames } from '../../../server/src/derivation/shellNames';
import { derivationOf, phaseOf } from '../../support/modelSamples';

const shell: ShellNames = { functions: [], values: {}, named: new Set(), optional: [] };
const derivation = derivationOf('/a.nix', { source: 'evaluated' });
const isOfShell = (code: string, name: string, told: Partial<ShellNames>): boolean =>
  isRefuted({ code, severity: 'warning' }, name, [{ derivation, shell: { ...shell, ...told } }]);

describe('what speaks against a finding', () => {
  it('is, of a misspelling, any script or text of the shell that names it, but not its own value', () => {
    const read = { name: 'f', body: 'f () { echo $buildInput; }', file: null, line: null };
    const ofName = (told: Partial<ShellNames>) => isOfShell('misspelt-attribute', 'buildInput', told);
    assert.ok(ofName({ functions: [read] }));
    assert.ok(ofName({ named: new Set(['buildInput']) }));
    assert.ok(ofName({ values: { buildPhase: 'cp $buildInput .' } }));
    assert.ok(
      !ofName({ values: { buildInput: 'buildInput' }, functions: [{ ...read, body: '$buildInputs' }] }),
    );
    assert.ok(
      !isRefuted({ code: 'misspelt-attribute', severity: 'warning' }, 'a', [{ derivation, shell: null }]),
    );
  });

  it('is, of needless parallel building, that another tool configures', () => {
    const ofPhase = (configurePhase: string) =>
      isOfShell('needless-parallel-building', 'enableParallelBuilding', { values: { configurePhase } });
    assert.ok(ofPhase('./configure'));
    assert.ok(!ofPhase('cmakeConfigurePhase'));
  });

  it('is, of tests that seem to be skipped, an evaluation in which they run', () => {
    const of = (one: Evidence['derivation'], severity: 'hint' | 'information' = 'hint') =>
      isRefuted({ code: 'hook-never-runs', severity }, 'preCheck', [{ derivation: one, shell: null }]);
    const checks = (runs: boolean) => ({ ...derivation, phases: [phaseOf('checkPhase', { runs })] });
    assert.ok(of(checks(true)));
    assert.ok(!of(checks(false)));
    assert.ok(!of(checks(true), 'information'));
    assert.ok(!of({ ...checks(true), source: 'static' }));
  });

  it('is nothing for any other code', () =>
    assert.ok(!isOfShell('hard-coded-name', 'name', { named: new Set(['name']) })));
});
