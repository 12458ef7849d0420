import assert from 'node:assert/strict';
import { languages, type TextDocument } from 'vscode';
import type { PhasewiseApi } from '../../client/src/api';
import { mend } from './lightbulb';
import { closeEverything, evaluated, openDerivation, phasewise, until } from './phasewise';
import { exitCode, task } from './tasks';

function isFree(document: TextDocument): boolean {
  return languages.getDiagnostics(document.uri).every(({ source }) => source !== 'build');
}

describe('fixes', () => {
  let api: PhasewiseApi;
  before(async () => (api = await phasewise()));
  afterEach(closeEverything);

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
