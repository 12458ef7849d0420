/** The lints of derivations, each a file in `lints/`. */
import type { Finding } from '../analysis/finding';
import { withoutIgnored } from '../analysis/ignoreComments';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { findDerivations } from './findDerivations';
import type { Lint } from './lint';
import { attributeOrdering } from './lints/attributeOrdering';
import { attributeWithoutEffect } from './lints/attributeWithoutEffect';
import { buildToolInBuildInputs } from './lints/buildToolInBuildInputs';
import { environmentOutsideEnv } from './lints/environmentOutsideEnv';
import { explicitPhases } from './lints/explicitPhases';
import { fakeHash } from './lints/fakeHash';
import { flagWithSpaces } from './lints/flagWithSpaces';
import { flagsArray } from './lints/flagsArray';
import { hardCodedName } from './lints/hardCodedName';
import { hookNeverRuns } from './lints/hookNeverRuns';
import { incompleteMeta } from './lints/incompleteMeta';
import { inconsistentInterpreters } from './lints/inconsistentInterpreters';
import { inputTwice } from './lints/inputTwice';
import { mesonAndCmake } from './lints/mesonAndCmake';
import { misspeltAttribute } from './lints/misspeltAttribute';
import { misspeltImportsCheck } from './lints/misspeltImportsCheck';
import { needlessParallelBuilding } from './lints/needlessParallelBuilding';
import { patchWithoutComment } from './lints/patchWithoutComment';
import { phaseWithoutHooks } from './lints/phaseWithoutHooks';
import { pythonCheckPhase } from './lints/pythonCheckPhase';
import { pythonWithoutTests } from './lints/pythonWithoutTests';
import { replacedPhase } from './lints/replacedPhase';
import { unclearGpl } from './lints/unclearGpl';

export const lints: readonly Lint[] = [
  attributeOrdering,
  attributeWithoutEffect,
  buildToolInBuildInputs,
  environmentOutsideEnv,
  explicitPhases,
  fakeHash,
  flagWithSpaces,
  flagsArray,
  hardCodedName,
  hookNeverRuns,
  incompleteMeta,
  inconsistentInterpreters,
  inputTwice,
  mesonAndCmake,
  misspeltAttribute,
  misspeltImportsCheck,
  needlessParallelBuilding,
  patchWithoutComment,
  phaseWithoutHooks,
  pythonCheckPhase,
  pythonWithoutTests,
  replacedPhase,
  unclearGpl,
];

const known = new WeakMap<SyntaxTree, readonly Finding[]>();

/** Derivations are looked at anew with each key; no author's own file is longer. In UTF-16 units. */
const longest = 200_000;

/**
 * What the lints say of the derivations of a text, in order of position; found once for each version of it. Nothing while the text does not
 * parse, and nothing of generated sets of packages that are longer than any author writes.
 */
export function lintsOf(tree: SyntaxTree): readonly Finding[] {
  const found = known.get(tree) ?? find(tree);
  known.set(tree, found);
  return found;
}

function find(tree: SyntaxTree): readonly Finding[] {
  if (tree.faults.length > 0 || tree.text.length > longest) return [];
  const found = new Map<string, Finding>();
  for (const derivation of findDerivations(tree)) {
    if (derivation.structure === 'builder') continue;
    for (const lint of lints) {
      // One text may make several derivations.
      for (const one of lint.of({ tree, derivation })) found.set(`${one.code} ${one.span.start}`, one);
    }
  }
  const sorted = [...found.values()].sort((a, b) => a.span.start - b.span.start);
  return withoutIgnored(tree, sorted);
}
