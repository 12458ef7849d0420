/** What is known of an attribute or function, as Markdown. */
import { usualPhase } from '../knowledge/stdenvPhases';
import type { KnownAttribute } from '../knowledge/derivationAttributes';
import type { KnownFunction } from '../knowledge/functions';

/** `of` is the function that takes it. */
export function attributeMarkdown(attribute: KnownAttribute, of: string): string {
  const { name, type, says, phase, needs } = attribute;
  const facts = [
    phase === undefined || usualPhase(name) !== null ? [] : [`Read in \`${phase}\`.`],
    attribute.default === undefined ? [] : [`Without it: ${code(attribute.default)}.`],
    needs === undefined ? [] : [`It needs \`${needs}\` among the inputs, whose setup hook reads it.`],
  ].flat();
  const head = `**${name}** (${type}), of \`${of}\``;
  return [head, says, ...(facts.length === 0 ? [] : [facts.join(' ')])].join('\n\n');
}

export function functionMarkdown({ name, says, attributes }: KnownFunction): string {
  const names = attributes.map((each) => `\`${each.name}\``);
  return [`**${name}**`, says, `It takes ${names.join(', ')}.`].join('\n\n');
}

/** Nix text as code, words as they are. */
function code(text: string): string {
  return /^[[\]{}"\w./-]+$|^\[ .* \]$/.test(text) ? `\`${text}\`` : text;
}
