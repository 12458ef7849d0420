/** All that is known of the attributes that a derivation function takes. Which of them are read is told by the stdenv itself where it was asked. */
import type { KnownAttribute } from './attributes/attribute';
import { generalAttributes } from './attributes/general';
import { languageAttributes } from './attributes/ofLanguages';
import { memberTables } from './attributes/members';
import { metaAttributes } from './attributes/meta';
import { attributesOfNix } from './attributes/ofNix';
import { attributesOfPhases } from './attributes/ofPhases';
import { phaseAttributes } from './attributes/phasesAndHooks';
import { attributesOfHooks } from './setupHooks';

export type { KnownAttribute } from './attributes/attribute';

const ofStdenv = [
  ...generalAttributes,
  ...phaseAttributes,
  ...attributesOfPhases,
  ...attributesOfHooks,
  ...attributesOfNix,
];
const ofNix = [
  ...generalAttributes.filter(({ name }) => /^(?:name|builder|args|system|outputs)$/.test(name)),
  ...attributesOfNix,
];

const known = new Map<string, ReadonlyMap<string, KnownAttribute>>();

/** By name, what a function of this name takes (`mkDerivation`, `buildGoModule`, `derivation`, …). */
export function attributesOfMaker(maker: string): ReadonlyMap<string, KnownAttribute> {
  const key =
    languageAttributes.find((each) => each.maker.test(maker))?.language ?? (isNixOwn(maker) ? 'Nix' : '');
  const found = known.get(key) ?? byName(key);
  known.set(key, found);
  return found;
}

function byName(key: string): ReadonlyMap<string, KnownAttribute> {
  const own = languageAttributes.find(({ language }) => language === key)?.attributes ?? [];
  const all = key === 'Nix' ? ofNix : [...ofStdenv, ...own];
  return new Map(all.map((each) => [each.name, each]));
}

const makers = [
  'mkDerivation',
  'buildPythonPackage',
  'buildRustPackage',
  'buildGoModule',
  'buildNpmPackage',
  'mkShell',
];

/** What is known of an attribute of this name, whichever function takes it; stdenv's own first. */
export function knownAttribute(name: string): KnownAttribute | null {
  for (const maker of makers) {
    const known = attributesOfMaker(maker).get(name);
    if (known !== undefined) return known;
  }
  return null;
}

/** Nix's own functions know no stdenv. */
function isNixOwn(maker: string): boolean {
  return maker === 'derivation' || maker === 'derivationStrict';
}

const members: ReadonlyMap<string, ReadonlyMap<string, KnownAttribute>> = new Map(
  Object.entries({ ...memberTables, meta: metaAttributes }).map(([name, all]) => [
    name,
    new Map(all.map((each) => [each.name, each])),
  ]),
);

/** By name, what an attribute that is a set (`meta`, `passthru`, `env`, `cargoLock`) is made of; null for any other. */
export function membersOf(attribute: string): ReadonlyMap<string, KnownAttribute> | null {
  return members.get(attribute) ?? null;
}
