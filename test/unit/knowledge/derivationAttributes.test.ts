/** What is known of derivations' attributes agrees with itself, and with what decides how far an edit reaches. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attributesOfMaker, membersOf } from '../../../server/src/knowledge/derivationAttributes';
import { knownFunction } from '../../../server/src/knowledge/functions';
import { knownSetupHooks } from '../../../server/src/knowledge/setupHooks';
import { usualPhase, usualPhases } from '../../../server/src/knowledge/stdenvPhases';
import { phaseThatReads } from '../../../server/src/knowledge/stdenvVariables';

interface RealNames {
  readonly phases: Readonly<Record<string, readonly string[]>>;
  readonly stdenvHooks: readonly string[];
  readonly setupHooks: Readonly<Record<string, readonly string[]>>;
}

/** See its `source`. */
const real = JSON.parse(
  readFileSync(join(__dirname, '../../fixtures/stdenvNames.json'), 'utf8'),
) as RealNames;

/** What nixpkgs' scripts read, and those of the smaller set do not. */
const ofNixpkgsAlone = ['dontUseCmakeConfigure'];

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
  'fetchTree',
  'fetchGit',
  'fetchTarball',
  'fetchCargoVendor',
  'fetchNpmDeps',
  'fetchPnpmDeps',
  'fetchYarnDeps',
  'fetchDebianPatch',
  'requireFile',
  'buildEnv',
  'applyPatches',
  'makeSetupHook',
  'substituteAll',
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

  it('says of a phase only that it reads what the real setup script’s phase, or a hook of stdenv’s, does', () => {
    for (const { name, phase, needs } of attributesOfMaker('mkDerivation').values()) {
      const names = needs === undefined && phase !== undefined ? real.phases[phase] : undefined;
      const isDecision = usualPhases.some((each) => each.name === name || each.flag?.name === name);
      if (names === undefined || isDecision) continue;
      // Hooks are called by the names of their arrays, those of setup hooks included.
      assert.ok(names.includes(name) || real.stdenvHooks.includes(name), `${name} of ${phase ?? ''}`);
    }
  });

  it('says of a setup hook only that it reads what the real one does', () => {
    const unread = knownSetupHooks.flatMap(({ packages: [first], attributes }) => {
      const names = real.setupHooks[first];
      // What `runHook` calls is not named as such.
      const told = attributes.filter(({ name }) => !/^(?:pre|post)[A-Z]/.test(name));
      return names === undefined ? [] : told.filter(({ name }) => !names.includes(name));
    });
    assert.deepEqual(
      unread.map(({ name }) => name),
      ofNixpkgsAlone,
    );
    assert.ok(Object.keys(real.setupHooks).length > 30);
  });

  it('has no default of its own beside one that is told', () => {
    const told = all.filter(({ default: otherwise }) => otherwise !== undefined);
    assert.deepEqual(
      told.filter(({ says }) => /by default|without it\b/i.test(says)).map(({ name }) => name),
      [],
    );
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
