/** Where it is said that nothing used an input, and where the evidence does not reach. */
import assert from 'node:assert/strict';
import { unusedInputs } from '../../../../server/src/derivation/evidence/unusedInput';
import { findDerivations } from '../../../../server/src/derivation/findDerivations';
import { replaced } from '../../../../server/src/syntax/replacement';
import { parsed } from '../../../support/syntax';

const path = (name: string): string => `/nix/store/${'a'.repeat(32)}-${name}`;
const use = (name: string, used: string | null = null, list = 'buildInputs') => ({
  ...{ list, use: used },
  path: path(name),
});

async function found(list: string, ...inputs: readonly ReturnType<typeof use>[]) {
  const tree = await parsed(`{ stdenv, lib, pkgs }: stdenv.mkDerivation {\n  name = "a";\n  ${list}\n}\n`);
  const [derivation] = findDerivations(tree);
  assert.ok(derivation !== undefined);
  const findings = unusedInputs(tree.text, derivation, { inputs, phases: 7 });
  return findings.map(({ span, message, fixes }) => ({
    element: tree.text.slice(span.start, span.end),
    message,
    fixed: replaced(tree.text, fixes[0]?.edits ?? []),
  }));
}
const elements = async (...args: Parameters<typeof found>) =>
  (await found(...args)).map(({ element }) => element);

describe('inputs that nothing used', () => {
  it('are said at the element, with the evidence, and removed by the fix', async () => {
    const [first, ...more] = await found(
      'buildInputs = [\n    zlib\n    pkgs.curl\n  ];',
      use('zlib-1.3-dev', 'a phase opened include/zlib.h'),
      use('curl-8.1'),
    );
    assert.deepEqual(more, []);
    assert.equal(first?.element, 'pkgs.curl');
    assert.match(first.message, /curl-8\.1.*all 7 phases/);
    assert.ok(first.fixed.includes('[\n    zlib\n  ];'), first.fixed);
  });

  it('are found by names as stores write them', async () => {
    assert.deepEqual(await elements('buildInputs = [ gtk3 ];', use('gtk+3-3.24')), ['gtk3']);
    assert.deepEqual(await elements('buildInputs = [ a ] ++ lib.optional true b;', use('a-1')), ['a']);
  });

  it('are not said where a name does not tell the path, or tells two', async () => {
    assert.deepEqual(await elements('buildInputs = [ libGL ];', use('libglvnd-1.7')), []);
    assert.deepEqual(await elements('buildInputs = [ z ];', use('z-1'), use('z-2')), []);
    assert.deepEqual(await elements('buildInputs = [ z pkgs.z ];', use('z-1')), []);
    assert.deepEqual(await elements('nativeBuildInputs = [ z ];', use('z-1')), []);
    assert.deepEqual(await elements('buildInputs = inputs;', use('z-1')), []);
  });
});
