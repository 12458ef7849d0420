import { nixString } from '../../nixString';
import type { ConfigSetting } from '../../derivation/configEdit';
import { firstNameOf, type Refusal } from '../../derivation/refusedPlace';
import type { Rule } from './rule';

/** A package that the set does not give because of what its `meta` says. */
export interface RefusedPackage {
  /** With its version. */
  readonly name: string;
  readonly refusal: Refusal;
  /** Where its `meta` says that it is written; null when it does not. */
  readonly file: string | null;
  /** Its licence, the system, or what is known against it. */
  readonly details: readonly string[];
}

/** A package whose `meta` is not as the set wants it, which no config need allow. */
export interface WrongMeta {
  readonly name: string;
  readonly file: string | null;
  /** The attributes of `meta` that are wrong. */
  readonly attributes: readonly string[];
}

/** nixpkgs' `pkgs/stdenv/generic/check-meta.nix`: until 25.05, then until problems became a list, and since. */
const wordings = [
  /Package ‘(?<name>[^’]+)’ in (?<place>.*?) (?<why>(?:is|has|contains) .*?), refusing to evaluate\.(?<more>.*)/s,
  /Refusing to evaluate package '(?<name>[^']+)' in\s+(?<place>.*?)\s+because it (?<why>[^\n]*)(?<more>.*)/s,
];
/** Of a list of problems, and of one. */
const reasons: readonly (readonly [Refusal, RegExp])[] = [
  ['broken', /marked as broken|^\s*- broken\b/m],
  ['unfree', /an unfree license|^\s*- unfree\b/m],
  ['insecure', /marked as insecure|^\s*- insecure\b/m],
  ['unsupported', /is not (?:available|supported) on|^\s*- unsupported\b/m],
];

/** Null when the message is about something else. */
export function refusedPackage(message: string): RefusedPackage | null {
  const found = readRefusal(message);
  if (found === null) return null;
  const { name, file, why, more } = found;
  const isList = /^has problems:/.test(why);
  const refusal = reasons.find(([, pattern]) => pattern.test(isList ? more : why))?.[0];
  return refusal === undefined
    ? null
    : { name, refusal, file, details: detailsOf(refusal, isList ? '' : why, more) };
}

/** Null when the message is about something else. */
export function wrongMeta(message: string): WrongMeta | null {
  const found = readRefusal(message);
  if (found === null) return null;
  const { name, file, why } = found;
  const keys = [...why.matchAll(/key '(?:meta\.)?([^']+)' (?:is unrecognized|has invalid value)/g)];
  const other = otherReasons.find(([, pattern]) => pattern.test(why))?.[0];
  const attributes = other === undefined ? keys.flatMap(([, key = '']) => key) : [other];
  return attributes.length === 0 ? null : { name, file, attributes };
}

const otherReasons: readonly (readonly [string, RegExp])[] = [
  ['outputsToInstall', /invalid meta\.outputsToInstall/],
  ['license', /a (?:blocklisted|blacklisted) license/],
  ['sourceProvenance', /not built from source/],
];

function readRefusal(message: string): {
  readonly name: string;
  readonly file: string | null;
  readonly why: string;
  readonly more: string;
} | null {
  const found = wordings
    .map((wording) => wording.exec(message)?.groups)
    .find((groups) => groups !== undefined);
  if (found === undefined) return null;
  const { name = '', place = '', why = '', more = '' } = found;
  return { name, file: /^(\/.*):\d+$/s.exec(place)?.[1] ?? null, why, more };
}

function detailsOf(refusal: Refusal, why: string, more: string): readonly string[] {
  switch (refusal) {
    case 'broken':
      return [];
    case 'unfree':
      return /unfree license \(?[‘'(]*([^’')]+)/.exec(why)?.slice(1, 2) ?? [];
    case 'unsupported':
      return (
        /hostPlatform\.system = "([^"]+)"|on ‘([^’]+)’/.exec(`${why}${more}`)?.slice(1).filter(Boolean) ?? []
      );
    case 'insecure': {
      const listed = /Known issues:\s*\n((?:\s+- .*\n?)+)/.exec(more)?.[1] ?? '';
      return listed.split('\n').flatMap((line) => /^\s+- (.*)$/.exec(line)?.[1]?.trim() ?? []);
    }
  }
}

/** What a package set's config says to have it, and which variable says it for one command. */
export function allowing({ name, refusal }: Pick<RefusedPackage, 'name' | 'refusal'>): {
  readonly setting: ConfigSetting;
  readonly variable: string;
} {
  switch (refusal) {
    case 'broken':
      return { setting: turnedOn('allowBroken'), variable: 'NIXPKGS_ALLOW_BROKEN' };
    case 'unsupported':
      return { setting: turnedOn('allowUnsupportedSystem'), variable: 'NIXPKGS_ALLOW_UNSUPPORTED_SYSTEM' };
    case 'insecure': {
      const element = nixString(name);
      const setting = { name: 'permittedInsecurePackages', value: `[ ${element} ]`, element };
      return { setting, variable: 'NIXPKGS_ALLOW_INSECURE' };
    }
    case 'unfree': {
      const element = nixString(firstNameOf(name));
      // As `lib.getName`, which is not in scope everywhere.
      const value = `pkg: builtins.elem (pkg.pname or (builtins.parseDrvName pkg.name).name) [ ${element} ]`;
      const setting = { name: 'allowUnfreePredicate', value, element };
      return { setting, variable: 'NIXPKGS_ALLOW_UNFREE' };
    }
  }
}

function turnedOn(name: string): ConfigSetting {
  return { name, value: 'true', element: null };
}

const causes: Readonly<Record<Refusal, (details: readonly string[]) => string>> = {
  broken: () => 'is marked as broken',
  unfree: ([license]) => `has an unfree license${license === undefined ? '' : ` (${license})`}`,
  insecure: (issues) => `is marked as insecure${issues.length === 0 ? '' : `: ${issues.join('; ')}`}`,
  unsupported: ([system]) => `is not made for ${system ?? 'this system'}`,
};

/** A broken, unfree or insecure package, or one of another system, with the config that allows it. */
export const refusedPackageRule: Rule = ({ message }) => {
  const refused = refusedPackage(message);
  if (refused === null) return null;
  const { setting, variable } = allowing(refused);
  const written = `${setting.name} = ${setting.value};`;
  return {
    line: Infinity,
    cause: `${refused.name} ${causes[refused.refusal](refused.details)}.`.replace(/\.\.$/, '.'),
    advice: `The package set gives it with \`config.${written}\` where it is imported, or with \`${written}\` in ~/.config/nixpkgs/config.nix; ${variable}=1 in Nix's environment does so for one command (of a flake with --impure).`,
    remedy: null,
  };
};
