/** `undefined-variable`: a name that nothing binds, which Nix refuses before it evaluates anything. */
import { builtinNames } from '../../knowledge/builtins';
import { addFormal } from '../../syntax/formalsEdit';
import type { TextFix } from '../../syntax/syntaxTree';
import type { Check } from '../check';
import { finding, type Checked, type Finding } from '../finding';
import { visibleNames, type Scope, type Use } from '../scopes';
import { nearest } from '../../similarNames';

export const undefinedVariable: Check = {
  code: 'undefined-variable',
  ofUndefined: (use, checked) => [findingOf(use, checked)],
};

/** Words of other languages. */
const operators: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!' };

function findingOf(use: Use, { tree }: Checked): Finding {
  const { name, span, origin } = use;
  const similar = nearest(name, visibleNames(use.scope));
  const isVariable = origin.kind === 'variable';
  const builtin = isVariable && builtinNames.has(name);
  const fixes: TextFix[] = [];
  const replace = (newText: string): number =>
    fixes.push({ title: `Write \`${newText}\``, edits: [{ ...span, newText }] });
  const operator = isVariable ? operators[name] : undefined;
  if (operator !== undefined) replace(operator);
  if (builtin) replace(`builtins.${name}`);
  if (similar !== null && isVariable) replace(similar);
  const argument = asFormal(use, tree.text);
  if (argument !== null) fixes.push(argument);
  const advice =
    operator !== undefined
      ? `Nix writes it \`${operator}\`.`
      : builtin
        ? `\`builtins.${name}\` has this name.`
        : similar === null
          ? 'Bind it in a `let`, or take it as an argument of the function.'
          : `Did you mean \`${similar}\`?`;
  const message = `undefined variable '${name}'. ${advice}`;
  return { ...finding('undefined-variable', 'error', span, message, { fixes }), source: 'nix' };
}

/** The outermost function with formals is the one that others fill by name. */
function asFormal({ name, scope }: Use, text: string): TextFix | null {
  let fix: TextFix | null = null;
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    if (at.owner?.kind !== 'function' || at.owner.formals === null) continue;
    const edits = [addFormal(text, at.owner.formals, name)];
    fix = { title: `Add \`${name}\` to the function's arguments`, edits };
  }
  return fix;
}
