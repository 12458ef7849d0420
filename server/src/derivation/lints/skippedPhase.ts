/** Whether a derivation's phase is skipped, as far as its text may claim to know. */
import type { Severity } from '../../analysis/finding';
import { usualPhase, type SkipFlag } from '../../knowledge/stdenvPhases';
import { allNodes } from '../../syntax/nodes';
import type { TextFix } from '../../syntax/syntaxTree';
import { attributePlace } from '../listAttributeEdit';
import type { Linted } from '../lint';
import { usualSkipReason } from '../usualOrder';
import { isInherited, truthOf, without } from './facts';

/** Why, as the end of a sentence, how much that matters, and what lets it run. */
export interface SkippedPhase {
  readonly reason: string;
  readonly severity: Severity;
  /** Empty where the text does not show how to switch it. */
  readonly fixes: readonly TextFix[];
}

/**
 * Null when the phase runs, or may run: a builder of a language tests by default, and a flag that the file names anywhere was thought
 * of (tests that are kept for an override, `doCheck = false`). Where nobody names it the collection's configuration (`doCheckByDefault`) may
 * still set it. `near`: the attribute behind which a flag that is not written goes.
 */
export function skippedPhase(linted: Linted, phase: string, near: string): SkippedPhase | null {
  const { derivation, tree } = linted;
  const flag = usualPhase(phase)?.flag ?? null;
  const isOptIn = flag?.runsWhen === 'set';
  if (isOptIn && (!isOfStdenv(linted) || isNamed(flag.name, tree.text))) return null;
  const reason = usualSkipReason(phase, (name) => truthOf(derivation, name, tree.text));
  if (reason === null) return null;
  return { reason, severity: isOptIn ? 'hint' : 'information', fixes: switched(linted, flag, near) };
}

function switched(
  { derivation, tree: { text } }: Linted,
  flag: SkipFlag | null,
  near: string,
): readonly TextFix[] {
  if (flag === null) return [];
  const written = derivation.attributes.get(flag.name);
  if (flag.runsWhen === 'unset')
    return written === undefined || isInherited(written)
      ? []
      : [{ title: `Let it run: remove \`${flag.name}\``, edits: [without(text, written.span)] }];
  const place = written === undefined ? attributePlace(text, derivation, [near]) : null;
  const binding = `${flag.name} = true;`;
  return place === null ? [] : [{ title: `Let it run: \`${binding}\``, edits: [place(() => binding)] }];
}

/**
 * Whether stdenv's own mkDerivation makes it. One that a file takes as an argument is another's: Qt's, KDE's and Haskell's are
 * given to packages under that name.
 */
export function isOfStdenv({ derivation, tree }: Linted): boolean {
  if (derivation.maker !== 'mkDerivation') return false;
  const { start, end } = derivation.head;
  return tree.text.slice(start, end) !== 'mkDerivation' || !takesMkDerivation(tree);
}

function takesMkDerivation({ root }: Linted['tree']): boolean {
  for (const node of allNodes(root)) {
    if (node.kind !== 'function') continue;
    if (node.formals?.formals.some(({ name }) => name.name === 'mkDerivation') === true) return true;
  }
  return false;
}

function isNamed(name: string, text: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(text);
}
