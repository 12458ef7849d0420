import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stripAnsi } from '../../../server/src/nix/ansi';
import { parseAttrPath, printAttrPath } from '../../../server/src/nix/attrPath';
import { flakeReference } from '../../../server/src/nix/flakeReference';
import { diagnoseBuild, diagnoseStore } from '../../../server/src/nix/nixProblems';

describe('control sequences', () => {
  it('are taken out of text and nothing else is', () => {
    assert.equal(stripAnsi('\u001b[31;1merror:\u001b[0m a [31m b'), 'error: a [31m b');
    assert.equal(
      stripAnsi('\u001b]8;;https://x\u0007link\u001b]8;;\u001b\\ \u001b(Bx\u001b[2K\u001b[?25h'),
      'link x',
    );
    assert.equal(stripAnsi('é\u001b'), 'é\u001b');
  });
});

describe('attribute paths', () => {
  it('are split as nix-build -A splits them', () => {
    assert.deepEqual(parseAttrPath(''), []);
    assert.deepEqual(parseAttrPath('a.b-c.0'), ['a', 'b-c', '0']);
    assert.deepEqual(parseAttrPath('a."b.c"."".d'), ['a', 'b.c', '', 'd']);
    assert.deepEqual(parseAttrPath('"open.x'), ['open.x']);
  });
  it('come back from what is printed, whatever the names are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (names) =>
        assert.deepEqual(parseAttrPath(printAttrPath(names)), names),
      ),
    );
  });
});

describe('flake references', () => {
  const nix = (minor: number) => ({ major: 2, minor, text: '' });
  it('encode what means something in a URL, for a Nix that decodes it', () => {
    assert.deepEqual(flakeReference('/nosuch folder/a#b?c%', nix(26)), {
      url: 'path:/nosuch%20folder/a%23b%3Fc%25',
    });
    assert.deepEqual(flakeReference('/nosuch/a', nix(8)), { url: 'path:/nosuch/a' });
    assert.deepEqual(flakeReference('/nosuch folder', nix(8)), { copy: '/nosuch folder' });
  });
});

describe('words about Nix’s set-up', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['getting status of /nix/var/nix/daemon-socket/socket: Permission denied', /nix-users/],
    ['getting status of "/nix/var/nix/daemon-socket/socket": Permission denied', /nix-users/],
    [
      "cannot connect to socket at '/nix/var/nix/daemon-socket/socket': Connection refused",
      /systemctl start nix-daemon/,
    ],
    ["cannot connect to socket at '/x/socket': No such file or directory", /systemctl start nix-daemon/],
    ['writing to file: Broken pipe', /Do it again/],
    ["the group 'nixbld' specified in 'build-users-group' does not exist", /build-users-group =/],
    ["creating directory '/x/nix/store': Permission denied", /phasewise\.nix\.store/],
    ["opening lock file '/nix/var/nix/db/big-lock': Read-only file system", /writable/],
  ];
  for (const [words, advice] of cases) {
    it(`have an advice: ${words}`, () => assert.match(diagnoseStore(words)?.advice ?? '', advice));
  }
  it('advise the daemon to nobody whom a daemon refused', () => {
    const denied = "opening lock file '/nix/var/nix/db/big-lock': Permission denied";
    assert.match(diagnoseStore(denied)?.advice ?? '', /NIX_REMOTE=daemon/);
    for (const told of [
      diagnoseStore(denied, true),
      diagnoseStore("user 'me' is not allowed to connect to the Nix daemon"),
    ]) {
      assert.match(told?.advice ?? '', /allowed-users.*phasewise\.nix\.store/s);
      assert.doesNotMatch(told?.advice ?? '', /NIX_REMOTE/);
    }
  });
  for (const words of [
    'cloning builder process: Operation not permitted',
    "this system does not support the kernel namespaces that are required for sandboxing; use '--no-sandbox' to disable sandboxing",
  ])
    it(`say that there can be no sandbox: ${words}`, () =>
      assert.match(diagnoseBuild(`error: ${words}`)?.advice ?? '', /sandbox = false/));
  it('are recognised in a failed build, and a builder’s own are not', () => {
    const hidden =
      "while setting up the build environment\ngetting attributes of path '/usr/bin/bash-static': No such file or directory";
    assert.match(diagnoseBuild(hidden)?.advice ?? '', /sandbox-paths/);
    assert.match(
      diagnoseBuild("error: executing '/bin/bash': No such file or directory")?.advice ?? '',
      /sandbox-paths/,
    );
    assert.equal(diagnoseBuild("builder for '/x.drv' failed with exit code 1"), null);
    assert.equal(diagnoseBuild('cp: cannot create file: Permission denied'), null);
  });
});
