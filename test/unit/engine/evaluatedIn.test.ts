import assert from 'node:assert/strict';
import { EvaluatedIn } from '../../../server/src/engine/evaluatedIn';
import { derivationOf } from '../../support/modelSamples';

const drvPath = '/nix/store/00000000000000000000000000000000-hello-1.0.drv';

describe('The file whose Nix knows a derivation', () => {
  it('is its own, also where another file gives the same derivation', () => {
    const evaluated = new EvaluatedIn();
    for (const file of ['/a/x.nix', '/b/x.nix'])
      evaluated.keep(file, { derivations: [derivationOf(file, { drvPath })] });
    assert.equal(evaluated.fileOf({ file: '/a/x.nix', drvPath }), '/a/x.nix');
    assert.equal(evaluated.fileOf({ file: '/b/x.nix', drvPath }), '/b/x.nix');
  });

  it('is the one that was evaluated where it is written in another, the last of several', () => {
    const evaluated = new EvaluatedIn();
    const derivation = derivationOf('/nixpkgs/hello.nix', { drvPath });
    evaluated.keep('/a/x.nix', { derivations: [derivation] });
    evaluated.keep('/b/x.nix', { derivations: [derivation] });
    assert.equal(evaluated.fileOf(derivation), '/b/x.nix');
    evaluated.keep('/a/x.nix', { derivations: [derivation] });
    assert.equal(evaluated.fileOf(derivation), '/a/x.nix');
    assert.equal(evaluated.fileOfPath(drvPath), '/a/x.nix');
    assert.equal(evaluated.fileOfPath(derivation.outputs['out'] ?? ''), '/a/x.nix');
  });

  it('is its own where nothing was evaluated, and that of a strange path is not known', () => {
    const evaluated = new EvaluatedIn();
    assert.equal(evaluated.fileOf({ file: '/a/x.nix', drvPath: null }), '/a/x.nix');
    assert.equal(evaluated.fileOfPath(drvPath), null);
  });
});
