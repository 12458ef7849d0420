import assert from 'node:assert/strict';
import { countText, sizeText } from '../../../server/src/protocol/sizes';

describe('sizeText', () => {
  it('says sizes as people do', () => {
    const said = [0, 999, 1000, 12_345, 999_499, 999_500, 1.25e9, 5e9, 2e15].map(sizeText);
    const expected = [
      '0 bytes',
      '999 bytes',
      '1.0 kB',
      '12 kB',
      '999 kB',
      '1.0 MB',
      '1.3 GB',
      '5.0 GB',
      '2000 TB',
    ];
    assert.deepEqual(said, expected);
  });
});

describe('countText', () => {
  it('sets thousands apart', () => {
    assert.deepEqual([0, 999, 1000, 1_234_567].map(countText), [
      '0',
      '999',
      '1\u202f000',
      '1\u202f234\u202f567',
    ]);
  });
});
