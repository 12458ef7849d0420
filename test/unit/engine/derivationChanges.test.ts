import { deepEqual } from 'node:assert/strict';
import { derivationChanges } from '../../../server/src/engine/derivationChanges';
import type { StoreDerivation } from '../../../server/src/nix/derivationFile';

const path = (digit: string, name: string): string => `/nix/store/${digit.repeat(32)}-${name}`;

function derivation(over: Partial<StoreDerivation>): StoreDerivation {
  return {
    path: path('0', 'x-1.drv'),
    name: 'x-1',
    outputs: { out: { path: path('1', 'x-1'), hashAlgo: '', hash: '' } },
    inputDerivations: { [path('2', 'dep-1.0.drv')]: ['out'] },
    inputSources: [path('3', 'builder.sh')],
    system: 'x86_64-linux',
    builder: '/bin/bash',
    args: ['-e'],
    env: { out: path('1', 'x-1'), buildInputs: path('4', 'dep-1.0') },
    ...over,
  };
}
const words = (from: StoreDerivation, to: StoreDerivation): readonly string[] =>
  derivationChanges(from, to).map((change) => change.words);

describe('derivation changes', () => {
  it('finds none in a derivation compared with itself', () => {
    deepEqual(derivationChanges(derivation({}), derivation({})), []);
  });

  it('pairs inputs by name, then by name without version', () => {
    const to = derivation({
      inputDerivations: { [path('7', 'dep-2.0.drv')]: ['out'], [path('8', 'zlib.drv')]: ['out'] },
    });
    deepEqual(words(derivation({}), to), ['The input dep-1.0 became dep-2.0.', 'The input zlib is new.']);
    const same = derivation({ inputDerivations: { [path('7', 'dep-1.0.drv')]: ['out'] } });
    deepEqual(words(derivation({}), same), ['The input dep-1.0 changed.']);
  });

  it('says which variables changed, and leaves out the outputs', () => {
    const to = derivation({
      env: { out: path('9', 'x-1'), buildInputs: path('a', 'dep-1.0'), doCheck: '1' },
    });
    deepEqual(derivationChanges(derivation({}), to), [
      {
        what: 'environment buildInputs',
        from: path('4', 'dep-1.0'),
        to: path('a', 'dep-1.0'),
        words: 'buildInputs names other store paths.',
      },
      { what: 'environment doCheck', from: null, to: '1', words: 'doCheck is new: "1".' },
    ]);
  });

  it('counts lines of texts', () => {
    const from = derivation({ env: { buildPhase: 'a\nb\nc' } });
    const to = derivation({ env: { buildPhase: 'a\nx\ny\nc' } });
    deepEqual(words(from, to), ['The text of buildPhase changed: 1 line gone, 2 lines new.']);
  });

  it('names the path when nothing else explains it', () => {
    const to = derivation({ path: path('b', 'x-1.drv') });
    deepEqual(words(derivation({}), to), ['Only store paths changed, through what it depends on.']);
  });
});
