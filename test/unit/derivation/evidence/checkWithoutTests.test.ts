/** Which logs of tests say that nothing was tried. The texts are as the programs print them: ctest 3.25, meson 1.0, Python 3.11, pytest 7.2, Rust 1.63, Go 1.19. */
import assert from 'node:assert/strict';
import {
  checkWithoutTests,
  nothingTried,
} from '../../../../server/src/derivation/evidence/checkWithoutTests';
import { findDerivations } from '../../../../server/src/derivation/findDerivations';
import { replaced } from '../../../../server/src/syntax/replacement';
import { parsed } from '../../../support/syntax';

const untried: readonly (readonly [string, string, string])[] = [
  [
    'stdenv',
    'no check/test target in Makefile, doing nothing',
    'no check/test target in Makefile, doing nothing',
  ],
  [
    'stdenv without a Makefile',
    'no Makefile or custom checkPhase, doing nothing',
    'no Makefile or custom checkPhase, doing nothing',
  ],
  ['ctest', 'Test project /build/source/build\nNo tests were found!!!', 'No tests were found!!!'],
  ['meson', 'ninja: no work to do.\nNo tests defined.', 'No tests defined.'],
  [
    'unittest',
    '\n----------------------------------------------------------------------\nRan 0 tests in 0.000s\n\nOK',
    'Ran 0 tests in 0.000s',
  ],
  [
    'pytest',
    'collected 0 items\n\n============================ no tests ran in 0.01s =============================',
    '============================ no tests ran in 0.01s =============================',
  ],
  [
    'Rust',
    '\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s',
    'running 0 tests',
  ],
  ['Go', '?   \texample.org/a\t[no test files]', '?   \texample.org/a\t[no test files]'],
];

const tried: readonly (readonly [string, string])[] = [
  ['ctest', '100% tests passed, 0 tests failed out of 3'],
  ['Rust with tests in one of its programs', 'running 0 tests\n\nrunning 2 tests\ntest a ... ok'],
  [
    'Go with tests in one of its packages',
    '?   \texample.org/a\t[no test files]\nok  \texample.org/a/b\t0.002s',
  ],
  ['unittest run twice', 'Ran 0 tests in 0.000s\nRan 3 tests in 0.010s'],
  ['make', 'make check\nPASS: a'],
  ['nothing', ''],
];

describe('a phase of tests', () => {
  for (const [program, log, said] of untried)
    it(`tried nothing, as ${program} says`, () => assert.equal(nothingTried(log.split('\n')), said.trim()));
  for (const [program, log] of tried)
    it(`tried something, or who knows: ${program}`, () => assert.equal(nothingTried(log.split('\n')), null));

  const fixed = async (text: string) => {
    const tree = await parsed(text);
    const [derivation] = findDerivations(tree);
    assert.ok(derivation !== undefined);
    const { fixes, span } = checkWithoutTests(tree, derivation, 'checkPhase', 'said');
    return [text.slice(span.start, span.end), fixes[0] === undefined ? null : replaced(text, fixes[0].edits)];
  };

  it('is switched off where it was switched on, and for builders that test by default', async () => {
    assert.deepEqual(await fixed('mkDerivation {\n  name = "a";\n  doCheck = true;\n}'), [
      'doCheck',
      'mkDerivation {\n  name = "a";\n}',
    ]);
    assert.deepEqual(await fixed('rustPlatform.buildRustPackage {\n  pname = "a";\n}'), [
      'rustPlatform.buildRustPackage',
      'rustPlatform.buildRustPackage {\n  pname = "a";\n  doCheck = false;\n}',
    ]);
    assert.deepEqual(await fixed('mkDerivation { name = "a"; doCheck = stdenv.isLinux; }'), [
      'doCheck',
      null,
    ]);
  });
});
