import assert from 'node:assert/strict';
import { defaultStateFolder, logFileName, workFolderName } from '../../../server/src/phases/sessionFolder';

describe('session folders', () => {
  it('have a work directory as long as the store directory', () => {
    for (const storeDir of ['/nix/store', '/home/someone/.nix/store', '/n/store']) {
      assert.equal(workFolderName(storeDir, () => 0)?.length, storeDir.length);
    }
    assert.equal(
      workFolderName('/store', () => 0),
      null,
    );
  });
  it('stand below XDG_STATE_HOME when that is an absolute path', () => {
    assert.equal(defaultStateFolder({ XDG_STATE_HOME: '/s' }, '/home/u'), '/s/phasewise');
    assert.equal(defaultStateFolder({ XDG_STATE_HOME: 's' }, '/home/u'), '/home/u/.local/state/phasewise');
    assert.equal(defaultStateFolder({}, '/home/u'), '/home/u/.local/state/phasewise');
  });
  it('give a phase of any name a log inside', () => {
    assert.equal(logFileName('buildPhase'), 'buildPhase.log');
    assert.equal(logFileName('../../x y'), '__.._x_y.log');
    assert.equal(logFileName('..'), '_.log');
  });
});
