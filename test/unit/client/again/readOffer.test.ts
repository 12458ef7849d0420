import { deepEqual, equal } from 'node:assert/strict';
import { keptOffer, readOffer } from '../../../../client/src/again/readOffer';
import { failure } from '../sample';

describe('the argument of an offered command', () => {
  const kept = { kind: 'goOnInKept', folder: '/tmp/x', phase: null, drvPath: '/nix/store/a.drv' } as const;
  const reject = {
    kind: 'openReject',
    file: 'a.c',
    reject: 'a.c.rej',
    line: 3,
    phase: 'patchPhase',
  } as const;

  it('is the offer, with whatever else it holds', () => {
    deepEqual(readOffer('goOnInKept', { uri: 'u', attr: '', ...kept }), { uri: 'u', attr: '', ...kept });
    deepEqual(readOffer('openReject', reject), reject);
  });

  it('is none when it is a row, another offer, or not whole', () => {
    for (const other of [
      undefined,
      null,
      'row',
      3,
      {},
      reject,
      { ...kept, folder: 3 },
      { kind: 'goOnInKept' },
    ])
      equal(readOffer('goOnInKept', other), null, JSON.stringify(other));
    equal(readOffer('openReject', { ...reject, line: '3' }), null);
  });

  it('is found in a failure that offers it', () => {
    deepEqual(keptOffer({ ...failure(), offers: [reject, kept] }), kept);
    equal(keptOffer(failure()) ?? keptOffer(null), null);
  });
});
