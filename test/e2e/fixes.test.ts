import assert from 'node:assert/strict';
import { languages, workspace, type TextDocument } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import { mend } from './lightbulb';
import { closeEverything, evaluated, inWorkspace, open, openDerivation, phasewise, until } from './phasewise';
import { exitCode, task } from './tasks';

function isFree(document: TextDocument): boolean {
  return languages.getDiagnostics(document.uri).every(({ source }) => source !== 'build');
}

describe('fixes', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

  it('write the hash that Nix got by the lightbulb, and the derivation builds', async () => {
    await workspace.fs.copy(inWorkspace('python'), inWorkspace('mended'), { overwrite: true });
    // Another test may have mended the one that this is a copy of.
    const file = inWorkspace('mended/default.nix');
    const text = Buffer.from(await workspace.fs.readFile(file)).toString();
    const broken = text
      .replace(/hash = [^;]+;/, 'hash = lib.fakeHash;')
      .replace('pname = "python"', 'pname = "mended"');
    await workspace.fs.writeFile(file, Buffer.from(broken));
    const document = await open('mended/default.nix');
    await evaluated(api, document);
    assert.equal(await exitCode(await task('build mended-0.3.1')), 1);
    await mend(document, /^Replace the hash by sha256-[A-Za-z0-9+/]{43}=$/);
    await until('the hash stands there', () => /\n {6}hash = "sha256-\S{44}";\n/.test(document.getText()));
    await document.save();
    await evaluated(api, document);
    assert.equal(await exitCode(await task('build mended-0.3.1')), 0);
    await until('the problem is gone', () => isFree(document));
  }).timeout(150_000);

  it('add the package that has a header to buildInputs', async () => {
    const document = await openDerivation(
      'header/default.nix',
      `  name = "header-${Date.now()}";
  dontUnpack = true;

  buildPhase = ''
    echo '#include <lineread.h>' > main.c
    $CC -c main.c
  '';

  installPhase = "cp main.o $out";`,
    );
    await evaluated(api, document);
    const [built] = api.phases();
    const build = `build ${built?.label ?? ''}`;
    assert.equal(await exitCode(await task(build)), 1);
    await mend(document, /^Add lineread to buildInputs$/);
    await until('it stands there', () => document.getText().includes('buildInputs = [ pkgs.lineread ];'));
    await document.save();
    await evaluated(api, document);
    assert.equal(await exitCode(await task(build)), 0);
    await until('the problem is gone', () => isFree(document));
  }).timeout(150_000);
});
