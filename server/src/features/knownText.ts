/** What is known of an attribute or function, as Markdown. */
import { examples } from '../knowledge/attributes/examples';
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
  const example = exampleOf(attribute);
  return [
    head,
    says,
    ...(facts.length === 0 ? [] : [facts.join(' ')]),
    ...(example === null ? [] : [`\`\`\`nix\n${example}\n\`\`\``]),
  ].join('\n\n');
}

/** A binding of it as a package may have it; null where nothing would be seen of it but its kind. */
export function exampleOf({ name, snippet }: KnownAttribute): string | null {
  const value = Object.hasOwn(examples, name) ? examples[name] : filledIn(snippet ?? '');
  return value === undefined || value === null ? null : `${name} = ${value};`;
}

/** What a snippet writes when nobody fills in anything; null where that is empty. */
function filledIn(snippet: string): string | null {
  const text = snippet
    .replace(/\$\{\d+:([^}]*)\}/g, '$1')
    .replace(/\n[ \t]*\$\d\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n');
  return text === '' || /\$\d|""|^''\s*''$|^[[{]\s*[\]}]$/.test(text) ? null : text;
}

export function functionMarkdown({ name, says, usage, attributes }: KnownFunction): string {
  const names = attributes.map((each) => `\`${each.name}\``);
  return [
    `**${name}**`,
    ...(usage === undefined ? [] : [`\`\`\`nix\n${usage}\n\`\`\``]),
    says,
    ...(names.length === 0 ? [] : [`It takes ${names.join(', ')}.`]),
  ].join('\n\n');
}

/** Nix text as code, words as they are. */
function code(text: string): string {
  return /^[[\]{}"\w./-]+$|^\[ .* \]$/.test(text) ? `\`${text}\`` : text;
}
