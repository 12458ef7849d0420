/**
 * What shellcheck is told of a bash text before it: the shell, what stdenv sets, and which variables hold no blanks. Source: nixpkgs'
 * `pkgs/stdenv/generic/setup.sh` (`set -eu`, `set +u` around phases, `runPhase`), `pkgs/build-support/trivial-builders`
 * (`writeShellApplication`); the Nix manual, "Derivations" (how attributes become variables). Pure.
 */
import type { AttributeSet, Expression } from '../../syntax/ast';
import { literalValue } from '../../syntax/stringText';
import { unwrapped } from '../../syntax/walk';
import { calledName, callParts } from '../callAttributes';
import type { BashText } from './bashTextsOf';

/** A file that is named is not there when a text is checked. */
const always = [1090, 1091];
/**
 * Of no sense where stdenv runs a text: variables come from attributes and setup hooks and go on to other phases, `local` is allowed as a
 * phase runs in a function, and what is written in single quotes is often a wrapper's or a substitution's own text.
 */
const inPhases = [2154, 2153, 2034, 2168, 2016];

/** Never with a blank: store paths, names of derivations, numbers. */
const usualValues: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['out', 'bin', 'dev', 'lib', 'doc', 'man', 'info', 'devdoc', 'static', 'debug', 'dist', 'prefix'].map(
      (name) => [name, '/nix/store/output'],
    ),
  ),
  src: '/nix/store/src',
  name: 'name-1',
  pname: 'name',
  version: '1',
  stdenv: '/nix/store/stdenv',
  system: 'system',
  curPhase: 'phase',
  NIX_BUILD_TOP: '/build',
  TMPDIR: '/build',
  NIX_BUILD_CORES: '1',
  NIX_STORE: '/nix/store',
  NIX_LOG_FD: '2',
  SOURCE_DATE_EPOCH: '1',
};

/** Lines with an end of line each. `source` is the document. */
export function preludeOf({ kind, set }: BashText, source: string): string {
  const codes = kind === 'phase' ? [...always, ...inPhases] : always;
  const directive = `# shellcheck shell=bash disable=${codes.map((code) => `SC${code}`).join(',')}`;
  if (kind === 'script') return `${directive}\n`;
  if (kind === 'strictScript') return `${directive}\nset -o errexit -o nounset -o pipefail\n`;
  const values = { ...usualValues, ...valuesOf(set, source) };
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return [directive, 'set -eo pipefail', ...lines, ''].join('\n');
}

/** Attributes whose values surely hold no blank and no pattern. */
function valuesOf(set: AttributeSet | null, source: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, value] of valuesByName(set)) {
    const known = plainValue(value, source);
    if (known !== null) values[name] = known;
    if (name === 'outputs' && value.kind === 'list')
      for (const output of value.elements) {
        const written = output.kind === 'string' ? literalValue(source, output) : null;
        if (written !== null && /^[A-Za-z_]\w*$/.test(written)) values[written] = '/nix/store/output';
      }
  }
  return values;
}

function plainValue(value: Expression, source: string): string | null {
  if (value.kind === 'number') return /^\d+$/.test(value.text) ? value.text : null;
  if (value.kind === 'path') return '/nix/store/path';
  if (value.kind === 'apply')
    return /^fetch[A-Z]|^fetchurl$/.test(calledName(callParts(value).head) ?? '') ? '/nix/store/path' : null;
  const written = value.kind === 'string' ? literalValue(source, value) : null;
  return written !== null && /^[\w./:@%+,-]+$/.test(written) ? written : null;
}

/** Variables that are meant to be split into words: lists, and what stdenv reads as such. */
export function wordLists({ set }: BashText): (name: string) => boolean {
  const lists = new Set<string>();
  for (const [name, value] of valuesByName(set)) if (value.kind === 'list') lists.add(name);
  return (name) =>
    lists.has(name) ||
    /(?:Flags|FLAGS|Inputs|Targets)$|^(?:outputs|srcs|patches|phases|nixSupport)$/.test(name);
}

function valuesByName(set: AttributeSet | null): readonly (readonly [string, Expression])[] {
  return (set?.bindings ?? []).flatMap((binding) => {
    if (binding.kind !== 'binding' || binding.path.names.length !== 1) return [];
    const name = binding.path.names[0]?.name;
    const isVariable = name != null && /^[A-Za-z_]\w*$/.test(name) && !bashOwn.has(name);
    return isVariable ? [[name, unwrapped(binding.value)] as const] : [];
  });
}

/** Not to be assigned: the text's own shell would be another. */
const bashOwn = new Set([
  'PATH',
  'HOME',
  'PWD',
  'SHELL',
  'IFS',
  'UID',
  'EUID',
  'PPID',
  'SHELLOPTS',
  'BASHOPTS',
]);
