import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { nix32, passedFileName, placeholder } from '../../../server/src/phases/nix32';

describe('nix32', () => {
  it('spells hashes as `nix-hash --base32` does', () => {
    const sha256 = createHash('sha256').update('').digest();
    assert.equal(nix32(sha256), '0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73');
    assert.equal(nix32(Buffer.alloc(20)), '0'.repeat(32));
    assert.equal(nix32(Buffer.from('ff'.repeat(20), 'hex')), 'z'.repeat(32));
  });
  it('names an output as `builtins.placeholder` does', () => {
    assert.equal(placeholder('out'), '/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9');
    assert.equal(placeholder('dev'), '/02qcpld1y6xhs5gz9bchpxaw0xdhmsp5dv88lh25r2ss44kh8dxz');
  });
  it('names a file for an attribute as Nix does', () => {
    assert.equal(
      passedFileName('buildCommand'),
      '.attr-0l2nkwhif96f51f4amnlf414lhl4rv9vh8iffyp431v6s28gsr90',
    );
  });
});
