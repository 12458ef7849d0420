import assert from 'node:assert/strict';
import { builderEnvironment } from '../../../server/src/derivation/builderVariables';
import type { StoreDerivation } from '../../../server/src/nix/derivationFile';

function derivation(env: Readonly<Record<string, string>>): StoreDerivation {
  return {
    ...{ path: '/nix/store/x.drv', name: 'x', system: 's', builder: '/bin/bash', args: [], env },
    ...{ outputs: {}, inputDerivations: {}, inputSources: [] },
  };
}

describe("the variables of a builder's shell", () => {
  it('are of structured attributes what bash can hold, and those that stdenv exports', () => {
    const attributes = { flags: ['a', 'b c'], on: true, off: false, nested: { x: '1' }, env: { FOO: 'f' } };
    const variables = builderEnvironment(derivation({ __json: JSON.stringify(attributes), out: '/o' }));
    assert.deepEqual(variables, { flags: 'a b c', on: '1', off: '', FOO: 'f', out: '/o' });
  });

  it('are those of the environment otherwise, or where the attributes cannot be read', () => {
    assert.deepEqual(builderEnvironment(derivation({ env: 'FOO', out: '/o' })), { env: 'FOO', out: '/o' });
    assert.deepEqual(builderEnvironment(derivation({ __json: '[', out: '/o' })), { out: '/o' });
    assert.deepEqual(builderEnvironment(derivation({ __json: '{"env":"x"}' })), { env: 'x' });
  });
});
