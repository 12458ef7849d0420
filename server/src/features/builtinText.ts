/** Builtins as an editor shows them. */
import type { BuiltinDocumentation } from '../nix/builtins';

export function signatureOf({ name, arguments: names }: BuiltinDocumentation): string {
  return [`builtins.${name}`, ...names].join(' ');
}

export function builtinMarkdown(builtin: BuiltinDocumentation): string {
  return `\`${signatureOf(builtin)}\`\n\n${builtin.text}`.trim();
}
