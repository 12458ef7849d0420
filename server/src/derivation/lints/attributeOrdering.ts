/** `attribute-ordering`: the order in which nixpkgs’ packages are most often written. Source: the order that nixpkgs-hammering’s `attribute-ordering` asks for. */
import { finding } from '../../analysis/finding';
import { usualPhases } from '../../knowledge/stdenvPhases';
import type { FoundAttribute } from '../foundDerivation';
import type { Lint } from '../lint';
import { isInherited } from './facts';

/** What is in one group may stand in any order. */
const groups: readonly (readonly string[])[] = [
  ['pname', 'name', 'version'],
  ['outputs'],
  ['src', 'srcs'],
  ['patches'],
  [
    ...['nativeBuildInputs', 'buildInputs', 'propagatedNativeBuildInputs', 'propagatedBuildInputs'],
    ...['build-system', 'dependencies', 'nativeCheckInputs', 'checkInputs', 'installCheckInputs'],
  ],
  ['cmakeFlags', 'mesonFlags', 'configureFlags', 'qmakeFlags'],
  [
    ...[
      'makeFlags',
      'ninjaFlags',
      'buildFlags',
      'checkTarget',
      'checkFlags',
      'installFlags',
      'installCheckFlags',
    ],
    ...['enableParallelBuilding', 'enableParallelChecking'],
  ],
  ['env'],
  ['doCheck', 'doInstallCheck', 'doDist'],
  ['dontUnpack', 'dontPatch', 'dontConfigure', 'dontBuild', 'dontInstall', 'dontFixup'],
  usualPhases.flatMap(({ name, hooks }) => [name, ...hooks]),
  ['passthru'],
  ['meta'],
];
const groupOf = new Map(groups.flatMap((names, group) => names.map((name) => [name, group] as const)));

export const attributeOrdering: Lint = {
  code: 'attribute-ordering',
  isOfNixpkgs: true,
  of: ({ derivation: { attributes, argument } }) => {
    const set = argument?.expression.span;
    const written = [...attributes.values()]
      .filter((attribute) => groupOf.has(attribute.name) && !isInherited(attribute))
      // What an override or another set writes has an order of its own.
      .filter(({ span }) => set !== undefined && set.start <= span.start && span.end <= set.end)
      .sort((a, b) => a.span.start - b.span.start);
    return written.flatMap((attribute, index) => {
      const later = firstLater(written.slice(0, index), attribute);
      if (later === null || firstLater(written.slice(0, index - 1), attribute) !== null) return [];
      const message = `\`${attribute.name}\` is most often written before \`${later.name}\`.`;
      const related = [{ span: later.nameSpan, message: `\`${later.name}\` stands here.` }];
      return [finding('attribute-ordering', 'hint', attribute.nameSpan, message, { related })];
    });
  },
};

/** Of those before, the first that belongs behind it. */
function firstLater(before: readonly FoundAttribute[], { name }: FoundAttribute): FoundAttribute | null {
  const own = groupOf.get(name) ?? 0;
  return before.find((other) => (groupOf.get(other.name) ?? 0) > own) ?? null;
}
