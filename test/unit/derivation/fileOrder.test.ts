import assert from 'node:assert/strict';
import { inFileOrder } from '../../../server/src/derivation/fileOrder';
import { derivationOf } from '../../support/modelSamples';

const at = (line: number, character = 2) => ({
  start: { line, character },
  end: { line, character: character + 3 },
});

describe('the order of derivations', () => {
  it('is that of the file, those of other files after them as they came', () => {
    const all = [
      derivationOf('/w/a.nix', { attr: 'apple', range: at(9) }),
      derivationOf('/w/b.nix', { attr: 'berry', range: at(1) }),
      derivationOf('/w/a.nix', { attr: 'cherry', range: at(3, 20) }),
      derivationOf('/w/a.nix', { attr: 'date', range: null }),
      derivationOf('/w/a.nix', { attr: 'elder', range: at(3, 2) }),
    ];
    const attrs = inFileOrder(all, '/w/a.nix').map(({ attr }) => attr);
    assert.deepEqual(attrs, ['elder', 'cherry', 'apple', 'berry', 'date']);
  });
});
