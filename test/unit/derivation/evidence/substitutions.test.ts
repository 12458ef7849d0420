/** What is said of `substituteInPlace` when the source is known, and what nobody can tell without running it. */
import assert from 'node:assert/strict';
import { findDerivations } from '../../../../server/src/derivation/findDerivations';
import {
  substituteNothing,
  type PhaseSource,
} from '../../../../server/src/derivation/evidence/substituteNothing';
import { replaced } from '../../../../server/src/syntax/replacement';
import { parsed } from '../../../support/syntax';

const source: Readonly<Record<string, string>> = {
  Makefile: 'CC = gcc\nprefix = /usr/local\nbindir = /usr/local/bin\n',
  'src/a.c': 'int answer = 42;\n',
  'src/b.c': '/* /bin/sh */\n',
};

function sourceOf(patched: readonly string[] | null): PhaseSource {
  const read = (path: string) => {
    const text = source[path];
    return Promise.resolve(text === undefined ? ('missing' as const) : { text });
  };
  return {
    before: read,
    settled: (path) => (path === 'Makefile' ? read(path) : Promise.resolve(null)),
    patched: () => Promise.resolve(patched === null ? null : new Set(patched)),
  };
}

/** The places that are said, each with `kind`: `fail`, `log`, `quiet` or `missing`. */
async function said(attributes: string, patched: readonly string[] | null = []): Promise<readonly string[]> {
  const tree = await parsed(`stdenv.mkDerivation {\n  name = "a";\n  ${attributes}\n}\n`);
  assert.deepEqual(tree.faults, []);
  const [derivation] = findDerivations(tree);
  assert.ok(derivation !== undefined);
  const found = await substituteNothing(tree.text, derivation, () => Promise.resolve(sourceOf(patched)));
  return found.map(({ span, message }) => {
    const kind = /no file/.test(message)
      ? 'missing'
      : /will fail/.test(message)
        ? 'fail'
        : /log/.test(message)
          ? 'log'
          : 'quiet';
    return `${kind} ${tree.text.slice(span.start, span.end)}`;
  });
}
/** The text of the phase after the first fix; null where there is none. */
async function mended(script: string): Promise<string | null> {
  const tree = await parsed(`stdenv.mkDerivation {\n  name = "a";\n  postPatch = ''${script}'';\n}\n`);
  const [derivation] = findDerivations(tree);
  assert.ok(derivation !== undefined);
  const found = await substituteNothing(tree.text, derivation, () => Promise.resolve(sourceOf([])));
  const fix = found.flatMap(({ fixes }) => fixes)[0];
  return fix === undefined ? null : (/''([^]*)''/.exec(replaced(tree.text, fix.edits))?.[1] ?? null);
}

const ofPhase = (script: string, patched: readonly string[] | null = []) =>
  said(`postPatch = ''\n    ${script}\n  '';`, patched);

describe('substituteInPlace that finds nothing', () => {
  it('is removed where the call does something else as well', async () => {
    assert.equal(
      await mended('substituteInPlace Makefile \\\n  --replace-fail /opt ${out} \\\n  --replace-fail gcc cc'),
      'substituteInPlace Makefile \\\n  --replace-fail gcc cc',
    );
    assert.equal(
      await mended("substituteInPlace Makefile --replace gcc cc --replace 'no such' ${out}"),
      'substituteInPlace Makefile --replace gcc cc',
    );
    assert.equal(await mended('substituteInPlace Makefile --replace-warn /opt a'), null);
    assert.equal(
      await mended('substituteInPlace Makefile src/a.c --replace-warn gcc a --replace-warn answer b'),
      null,
    );
  });

  it('is said at the pattern, with what comes of it', async () => {
    assert.deepEqual(
      await ofPhase(
        `substituteInPlace Makefile \\\n --replace-fail clang cc --replace-warn 'no such' "$out" --replace x1 y --replace-quiet "x2" y`,
      ),
      ['fail clang', "log 'no such'", 'log x1', 'quiet "x2"'],
    );
    assert.deepEqual(await ofPhase(`substituteInPlace Makefile src/c.c --replace-fail gcc cc`), [
      'missing src/c.c',
    ]);
    assert.deepEqual(await said(`postPatch = "substituteInPlace src/a.c --replace-fail \\"41\\" 43";`), [
      'fail \\"41\\"',
    ]);
    assert.deepEqual(await said(`preBuild = "substituteInPlace src/a.c --replace-fail 41 43";`), ['fail 41']);
    assert.deepEqual(await said(`postBuild = "substituteInPlace Makefile --replace-fail 41 43";`), [
      'fail 41',
    ]);
  });

  it('follows what replacements before it made', async () => {
    const first = 'substituteInPlace Makefile --replace-fail gcc cc';
    assert.deepEqual(await ofPhase(`${first} --replace-fail "CC = cc" x`), []);
    assert.deepEqual(await ofPhase(`${first}\n substituteInPlace ./Makefile --replace-fail gcc cc`), [
      'fail gcc',
    ]);
    assert.deepEqual(await ofPhase(`${first} --replace-fail /usr/local $out --replace-fail lib x`), []);
    assert.deepEqual(await ofPhase('cd src; substituteInPlace a.c b.c --replace-fail 42 43'), ['fail 42']);
  });

  it('is not said of a file that something else may have changed', async () => {
    const nothing = 'substituteInPlace Makefile --replace-fail clang cc';
    assert.deepEqual(await ofPhase(nothing, ['Makefile']), []);
    assert.deepEqual(await ofPhase(nothing, null), []);
    assert.deepEqual(await ofPhase(nothing, ['src/a.c']), ['fail clang']);
    for (const before of [
      'sed -i s/a/clang/ Makefile',
      'sed -i s/a/clang/ *',
      'cp ${./Makefile} Makefile',
      'cp -r ${./files}/. .',
      'autoreconf -i',
      'echo clang > Makefile',
      'if true; then echo; fi',
      'for f in *; do sed -i s/a/b/ $f; done',
      'cat <<EOF > x\nEOF',
      'x=$(touch y)',
      'substituteInPlace *.in --replace-fail a b',
      'cd $sourceRoot',
      'runHook preThing',
    ])
      assert.deepEqual(await ofPhase(`${before}\n    ${nothing}`), [], before);
    for (const before of [
      'echo "hello $name"',
      'patchShebangs .',
      'rm -rf vendor',
      'sed -i s/a/b/ src/a.c',
      'export X=1',
      'substituteInPlace $out/x --replace-fail a b',
      '# clang',
    ])
      assert.deepEqual(await ofPhase(`${before}\n    ${nothing}`), ['fail clang'], before);
    assert.deepEqual(await said(`prePatch = "sed -i s/a/b/ Makefile"; postPatch = "${nothing}";`), []);
    assert.deepEqual(await said(`prePatch = other; postPatch = "${nothing}";`), []);
    assert.deepEqual(await said(`prePatch = "true"; postPatch = "${nothing}";`), ['fail clang']);
    assert.deepEqual(await said(`postInstall = "substituteInPlace src/a.c --replace-fail 41 43";`), []);
  });

  it('is not said of a pattern or file that only the run tells', async () => {
    assert.deepEqual(
      await ofPhase('substituteInPlace Makefile --replace-fail "$x" y --replace-fail z y'),
      [],
    );
    assert.deepEqual(await ofPhase('substituteInPlace Makefile --replace-fail "${version}" y'), []);
    assert.deepEqual(await ofPhase('substituteInPlace "$file" --replace-fail a b'), []);
    assert.deepEqual(await ofPhase('substituteInPlace Makefile --subst-var-by x y --subst-var out'), []);
    assert.deepEqual(await said(`postPatch = "substituteInPlace Makefile --replace-fail q y" + more;`), []);
  });
});
