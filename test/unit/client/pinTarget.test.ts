import assert from 'node:assert/strict';
import { readPinTarget } from '../../../client/src/phases/pinTarget';

describe('what is typed to pin a derivation', () => {
  const read = (typed: string, folder: string | null = '/w') => {
    const target = readPinTarget(typed, folder === null ? null : (path) => `${folder}/${path}`);
    return target.kind === 'unclear' ? target.kind : `${target.kind} ${target.path} ${target.attr}`.trim();
  };

  it('is a Nix file with or without an attribute, a store derivation, or a flake', () => {
    assert.equal(read('pkgs/my lib.nix'), 'nix /w/pkgs/my lib.nix');
    assert.equal(read('./default.nix#a."b c"'), 'nix /w/default.nix a."b c"');
    assert.equal(read('/nix/store/x-hello.drv'), 'derivation /nix/store/x-hello.drv');
    assert.equal(read('.#hello'), 'flake /w hello');
    assert.equal(read('#'), 'flake /w');
    assert.equal(read('/srv/flake/#'), 'flake /srv/flake');
  });

  it('is refused when it is none of them, or below a folder that is not open', () => {
    assert.equal(read('  '), 'unclear');
    assert.equal(read('hello'), 'unclear');
    assert.equal(read('default.nix', null), 'unclear');
    assert.equal(read('/a/default.nix', null), 'nix /a/default.nix');
  });
});
