/** The checks of a text, each a file in `checks/`. */
import type { Check } from './check';
import { booleanComparison } from './checks/booleanComparison';
import { booleanSimplification } from './checks/booleanSimplification';
import { builtinsPrefix } from './checks/builtinsPrefix';
import { deprecatedToPath } from './checks/deprecatedToPath';
import { emptyInherit } from './checks/emptyInherit';
import { emptyLet } from './checks/emptyLet';
import { emptyListConcatenation } from './checks/emptyListConcatenation';
import { emptyPattern } from './checks/emptyPattern';
import { etaReduction } from './checks/etaReduction';
import { fasterBuiltin } from './checks/fasterBuiltin';
import { floatLeadingZero } from './checks/floatLeadingZero';
import { legacyLet } from './checks/legacyLet';
import { manualInherit } from './checks/manualInherit';
import { manualInheritFrom } from './checks/manualInheritFrom';
import { mergedRec } from './checks/mergedRec';
import { nestedLet } from './checks/nestedLet';
import { orAsName } from './checks/orAsName';
import { redundantPattern } from './checks/redundantPattern';
import { repeatedKeys } from './checks/repeatedKeys';
import { shadowedBuiltin } from './checks/shadowedBuiltin';
import { shadowedConstant } from './checks/shadowedConstant';
import { undefinedVariable } from './checks/undefinedVariable';
import { unknownBuiltin } from './checks/unknownBuiltin';
import { unusedArgumentName } from './checks/unusedArgumentName';
import { unusedBinding } from './checks/unusedBinding';
import { unusedFormal } from './checks/unusedFormal';
import { unusedRec } from './checks/unusedRec';
import { unusedWith } from './checks/unusedWith';
import { urlLiteral } from './checks/urlLiteral';
import { uselessHasAttribute } from './checks/uselessHasAttribute';
import { uselessParentheses } from './checks/uselessParentheses';

export const checks: readonly Check[] = [
  booleanComparison,
  booleanSimplification,
  builtinsPrefix,
  deprecatedToPath,
  emptyInherit,
  emptyLet,
  emptyListConcatenation,
  emptyPattern,
  etaReduction,
  fasterBuiltin,
  floatLeadingZero,
  legacyLet,
  manualInherit,
  manualInheritFrom,
  mergedRec,
  nestedLet,
  orAsName,
  redundantPattern,
  repeatedKeys,
  shadowedBuiltin,
  shadowedConstant,
  undefinedVariable,
  unknownBuiltin,
  unusedArgumentName,
  unusedBinding,
  unusedFormal,
  unusedRec,
  unusedWith,
  urlLiteral,
  uselessHasAttribute,
  uselessParentheses,
];
