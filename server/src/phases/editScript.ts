/** The scripts of edits (`sessionEdits.ts`), read back: which variables they set and unset. Pure. */
import type { ShellDeclaration } from './shellDeclarations';
import { parseDeclaration } from './shellDeclarations';

export type EditStep = { readonly unset: string } | { readonly set: ShellDeclaration };

/** The steps of a script of `unset -v NAME` and `declare -g… NAME=VALUE`; it ends where something else stands. */
export function declarationsIn(script: string): readonly EditStep[] {
  const steps: EditStep[] = [];
  let at = 0;
  while (at < script.length) {
    const unset = /^unset -v (\S+)\n/.exec(script.slice(at));
    if (unset !== null) {
      steps.push({ unset: unset[1] ?? '' });
      at += unset[0].length;
      continue;
    }
    const declared = parseDeclaration(script, at);
    if (declared === null) return steps;
    const attributes = declared.declaration.attributes.replace('g', '');
    steps.push({ set: { ...declared.declaration, attributes } });
    at = declared.end + 1;
  }
  return steps;
}

/** The variables as they are once the steps were taken. */
export function afterScript(
  variables: readonly ShellDeclaration[],
  steps: readonly EditStep[],
): readonly ShellDeclaration[] {
  const held = new Map(variables.map((declaration) => [declaration.name, declaration]));
  for (const step of steps) {
    if ('unset' in step) held.delete(step.unset);
    else held.set(step.set.name, step.set);
  }
  return [...held.values()];
}
