import assert from 'node:assert/strict';
import type { StoreDerivation } from '../../../server/src/nix/derivationFile';
import type { SandboxConfiguration } from '../../../server/src/nix/sandbox';
import { surroundingsOf } from '../../../server/src/phases/buildSurroundings';

const nix = (minor: number, over: Partial<SandboxConfiguration> = {}): SandboxConfiguration => ({
  ...{ mode: 'on', buildDirectory: '/build', paths: [], hostPrefixes: [], kvm: false, certificates: null },
  preBuildHook: null,
  version: { major: 2, minor, text: `2.${minor}.0` },
  ...over,
});

function derivation(env: Record<string, string> = {}, hash = ''): StoreDerivation {
  return {
    ...{ path: '/nix/store/x-a.drv', name: 'a-1', system: 'x86_64-linux', builder: '/bin/sh', args: [], env },
    ...{ inputDerivations: {}, inputSources: [] },
    outputs: { out: { path: '/nix/store/y-a', hashAlgo: hash === '' ? '' : 'sha256', hash } },
  };
}

describe('what a real build sees of the machine', () => {
  it('is the whole machine without a sandbox, from a temporary folder whose name newer Nix makes up', () => {
    const off = { mode: 'off' } as const;
    const surroundings = (minor: number) => surroundingsOf(derivation(), nix(minor, off), false);
    assert.deepEqual(surroundings(26), { buildDirectory: '/tmp/nix-build-a-1.drv-0', sandbox: null });
    assert.deepEqual(surroundings(34), { buildDirectory: '/build', sandbox: null });
  });

  it('is what the sandbox shows in a store that only a sandbox can put in its place', () => {
    assert.notEqual(surroundingsOf(derivation(), nix(26, { mode: 'off' }), true).sandbox, null);
  });

  it('is left to the derivation where the sandbox is relaxed', () => {
    const seen = (one: StoreDerivation, mode: 'on' | 'relaxed') =>
      surroundingsOf(one, nix(26, { mode }), false).sandbox === null;
    const asksForNone = derivation({ __noChroot: '1' });
    const structured = derivation({ __json: '{"__noChroot":true}' });
    const fixed = derivation({}, 'ab');
    assert.deepEqual(
      [derivation(), asksForNone, structured, fixed].map((one) => seen(one, 'relaxed')),
      [false, true, true, true],
    );
    assert.deepEqual(
      [asksForNone, fixed].map((one) => seen(one, 'on')),
      [false, false],
    );
  });

  it('are paths with other names, and those that a derivation may ask for', () => {
    const configured = { paths: ['/usr', '/bin/sh=/nix/store/b/sh?', '/dev/x?'], hostPrefixes: ['/opt/'] };
    const asks = derivation({ __impureHostDeps: '/opt/tool /opted /etc/../opt/../etc' });
    assert.deepEqual(surroundingsOf(asks, nix(21, configured), false).sandbox, {
      paths: [
        { target: '/bin/sh', source: '/nix/store/b/sh' },
        { target: '/dev/x', source: '/dev/x' },
        { target: '/opt/tool', source: '/opt/tool' },
        { target: '/usr', source: '/usr' },
      ],
      ...{ followsLinks: true, kvm: false, preBuildHook: null, certificates: null },
    });
    assert.equal(surroundingsOf(asks, nix(22), false).sandbox?.followsLinks, false);
  });
});
