/** Fixes for a package that the set refuses: the config that allows it, where this text gives the set its config. Pure. */
import { allowing, refusedPackage } from '../builds/explanations/refusedPackage';
import { configEdit } from '../derivation/configEdit';
import type { SyntaxTree, TextFix } from '../syntax/syntaxTree';

/** `message` is what is said of the evaluation. */
export function refusedPackageFixes({ root, text }: SyntaxTree, message: string): readonly TextFix[] {
  const refused = refusedPackage(message);
  if (refused === null || root === null) return [];
  const { setting } = allowing(refused);
  const edit = configEdit(root, text, setting);
  const title = `Allow ${refused.name} in the config of the package set (${setting.name})`;
  return edit === null ? [] : [{ title, edits: [edit] }];
}
