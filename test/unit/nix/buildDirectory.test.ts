import assert from 'node:assert/strict';
import { buildDirectoryOf, parseSandbox } from '../../../server/src/nix/buildDirectory';

const version = (minor: number) => ({ major: 2, minor, text: `2.${minor}.0` });

describe("a real build's directory", () => {
  it('is the sandbox’s where Nix has one', () => {
    const sandbox = parseSandbox(
      'sandbox = relaxed\nsandbox-build-dir = /work here\nsandbox-paths = /bin/sh=/nix/store/b/sh /usr?\n',
    );
    assert.deepEqual(sandbox, {
      ...{ enabled: true, buildDirectory: '/work here' },
      paths: ['/bin/sh=/nix/store/b/sh', '/usr?'],
    });
    assert.equal(buildDirectoryOf('x-1', sandbox, version(8)), '/work here');
  });

  it('is a temporary folder outside of one, but for newer Nix, which gives it a random name', () => {
    const none = parseSandbox('sandbox = false\nextra-sandbox-paths = true\n');
    assert.equal(buildDirectoryOf('x-1', none, version(26)), '/tmp/nix-build-x-1.drv-0');
    assert.equal(buildDirectoryOf('x-1', none, version(34)), '/build');
  });

  it('is that without a sandbox when Nix does not answer', () => {
    assert.deepEqual(parseSandbox(''), { enabled: false, buildDirectory: '/build', paths: [] });
  });
});
