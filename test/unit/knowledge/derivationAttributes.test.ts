/** What is known of derivations' attributes agrees with itself, and with what decides how far an edit reaches. */
import assert from 'node:assert/strict';
import { attributesOfMaker, membersOf } from '../../../server/src/knowledge/derivationAttributes';
import { knownFunction } from '../../../server/src/knowledge/functions';
import { knownSetupHooks } from '../../../server/src/knowledge/setupHooks';
import { usualPhase, usualPhases } from '../../../server/src/knowledge/stdenvPhases';
import { phaseThatReads } from '../../../server/src/knowledge/stdenvVariables';

const makers = [
  'mkDerivation',
  'buildPythonPackage',
  'buildRustPackage',
  'buildGoModule',
  'buildNpmPackage',
  'mkShell',
];
/** Those that setup hooks add, a hook of stdenv’s own included. */
const phasesOfHooks = new Set([
  'updateAutotoolsGnuConfigScriptsPhase',
  ...knownSetupHooks.flatMap(({ phases }) => phases),
]);
const functions = [
  'fetchurl',
  'fetchzip',
  'fetchFromGitHub',
  'fetchgit',
  'fetchpatch',
  'writeShellApplication',
];

describe('what is known of attributes', () => {
  const all = [
    ...makers.map(attributesOfMaker),
    ...['meta', 'passthru', 'env', 'cargoLock'].map((name) => membersOf(name) ?? new Map<string, never>()),
    ...functions.map(
      (name) => new Map((knownFunction(name)?.attributes ?? []).map((each) => [each.name, each])),
    ),
  ].flatMap((known) => [...known.values()]);

  it('is said in whole sentences, with a type', () => {
    for (const { name, says, type } of all) {
      assert.match(says, /^(?:\p{Lu}|`).*[.)]$/su, `${name}: ${says}`);
      assert.notEqual(type, '', name);
    }
  });

  it('names phases of stdenv, the ones that an edit of the attribute reaches first', () => {
    for (const { name, phase } of attributesOfMaker('mkDerivation').values()) {
      if (phase === undefined) continue;
      assert.ok(usualPhase(phase) !== null || phasesOfHooks.has(phase), `${name}: ${phase}`);
      const reads = phaseThatReads(name);
      if (reads !== null) assert.equal(phase, reads, name);
    }
  });

  it('has each phase with its hooks and its flag', () => {
    const known = attributesOfMaker('mkDerivation');
    for (const { name, hooks, flag, before } of usualPhases) {
      for (const one of [name, ...hooks, ...(flag === null ? [] : [flag.name])])
        assert.equal(known.get(one)?.phase, name, one);
      if (before !== null) assert.ok(known.has(before), before);
    }
  });

  it('is, of a builder of a language, more than of stdenv, and of Nix’s own function less', () => {
    assert.ok(attributesOfMaker('buildGoModule').has('vendorHash'));
    assert.ok(attributesOfMaker('buildPythonApplication').has('build-system'));
    assert.ok(!attributesOfMaker('mkDerivation').has('vendorHash'));
    assert.ok(!attributesOfMaker('derivation').has('buildPhase'));
    assert.ok(attributesOfMaker('derivation').has('outputHash'));
  });
});
