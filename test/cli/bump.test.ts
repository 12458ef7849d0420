import { equal, match, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { phasewise, repository } from '../support/commandLine';
import { makeWorkspace, type Workspace } from './workspace';

describe('phasewise bump', function () {
  this.timeout(60_000);
  let workspace: Workspace;
  beforeEach(() => (workspace = makeWorkspace()));
  afterEach(() => workspace.dispose());

  const sri = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
  const unique = process.pid;
  const textOf = (version: string, hash: string, vendor: string): string => `let
  pkgs = import ${join(repository, 'examples/pkgs')} { };
  fetch = name: hash: pkgs.fetchurl { url = "file://\${./files}/\${name}"; inherit hash; };
in pkgs.stdenv.mkDerivation rec {
  pname = "a";
  version = "${version}"; # was 1.2 once
  src = pkgs.fetchurl {
    url = "file://\${./files}/${unique}-${version}.txt";
    hash = "${hash}";
  };
  vendorHash = "${vendor}";
  vendored = fetch "vendor-\${version}" vendorHash;
  dontUnpack = true;
  installPhase = "cp $src $out";
}
`;
  const bump = (file: string, ...more: readonly string[]) =>
    phasewise(['bump', file, ...more], { env: workspace.env });

  it('writes the version and what hangs on it by the syntax tree, and the hashes of what is fetched', async () => {
    workspace.write(`files/${unique}-1.3.txt`, 'third');
    workspace.write('files/vendor-1.3', 'vendored');
    const file = workspace.write('default.nix', textOf('1.2', sri('second'), sri('old')));
    const shown = await bump(file, '1.3', '--dry-run');
    equal(shown.code, 0, shown.stderr);
    equal(shown.stdout, textOf('1.3', sri('third'), sri('vendored')));
    equal(readFileSync(file, 'utf8'), textOf('1.2', sri('second'), sri('old')));
    const done = await bump(file, '1.3');
    equal(done.code, 0, done.stderr);
    match(done.stderr, /1\.2 → 1\.3/);
    equal(readFileSync(file, 'utf8'), textOf('1.3', sri('third'), sri('vendored')));
  });

  it('leaves the file alone when the source cannot be had, and says which dependencies cannot', async () => {
    const text = textOf('1.2', sri('second'), sri('old'));
    const file = workspace.write('default.nix', text);
    workspace.write('files/other', '');
    const failed = await bump(file, '1.4');
    equal(failed.code, 1);
    match(failed.stderr, /could not be fetched/);
    equal(readFileSync(file, 'utf8'), text);
    workspace.write(`files/${unique}-1.4.txt`, 'fourth');
    const half = await bump(file, '1.4');
    equal(half.code, 0, half.stderr);
    match(half.stderr, /note: vendorHash could not be fetched, and is zeros now/);
    ok(readFileSync(file, 'utf8').includes(`hash = "${sri('fourth')}"`));
    const none = await bump(workspace.write('b.nix', '{ }'), '1');
    equal(none.code, 2);
    match(none.stderr, /no such derivation/);
  });
});
