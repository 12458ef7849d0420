import assert from 'node:assert/strict';
import { parseSandbox } from '../../../server/src/nix/sandbox';

const version = { major: 2, minor: 8, text: '2.8.0' };

describe("what Nix's configuration says of its sandbox", () => {
  it('is read from what Nix prints', () => {
    const printed = [
      'allowed-impure-host-deps = /opt /usr/lib',
      'extra-sandbox-paths = /not/this',
      'pre-build-hook = /etc/nix/hook',
      'sandbox = relaxed',
      'sandbox-build-dir = /work here',
      'sandbox-paths = /bin/sh=/nix/store/b/sh /usr?',
      'ssl-cert-file = /etc/ssl/cert.pem',
      'system-features = benchmark kvm',
    ];
    assert.deepEqual(parseSandbox(printed.join('\n'), version), {
      ...{ mode: 'relaxed', buildDirectory: '/work here', kvm: true, version },
      ...{ paths: ['/bin/sh=/nix/store/b/sh', '/usr?'], hostPrefixes: ['/opt', '/usr/lib'] },
      ...{ certificates: '/etc/ssl/cert.pem', preBuildHook: '/etc/nix/hook' },
    });
  });

  it('is none when Nix does not answer', () => {
    assert.deepEqual(parseSandbox('', version), {
      ...{ mode: 'off', buildDirectory: '/build', kvm: false, version },
      ...{ paths: [], hostPrefixes: [], certificates: null, preBuildHook: null },
    });
  });
});
