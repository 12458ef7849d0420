/** What an option of a module system is, in words: for hovers and completion. Pure. */
import type { ToldOption } from '../nix/valueQuestion';
import { escaped } from './markdownText';
import { fenced } from './valueText';

const mostLine = 60;

/** A line about it. */
export function optionDetail({ count, type }: ToldOption): string {
  return count === null ? (type ?? 'option') : counted(count);
}

/** Markdown; what it does not tell is left out. */
export function optionMarkdown(path: readonly string[], option: ToldOption): string {
  const name = `**${escaped(path.join('.'))}**`;
  if (option.count !== null) return `${name}: ${counted(option.count)}`;
  const words = [
    ...(option.type === null ? [] : [escaped(option.type)]),
    ...(option.readOnly ? ['read only'] : []),
    ...(option.internal ? ['internal'] : []),
  ];
  return [
    [name, ...words].join(' · '),
    ...(option.description === null ? [] : [described(option.description)]),
    ...(option.default === null ? [] : [labelled('Default', option.default)]),
    ...(option.example === null ? [] : [labelled('Example', option.example)]),
  ].join('\n\n');
}

function counted(count: number): string {
  return count === 1 ? '1 option' : `${count} options`;
}

/** Its own Markdown has roles, as {option}`services.x`, which an editor does not know, and no raw HTML. */
function described(text: string): string {
  return text
    .trim()
    .replace(/\{[a-z]+\}(?=`)/g, '')
    .replaceAll('<', '\\<');
}

function labelled(label: string, code: string): string {
  return code.includes('\n') || code.length > mostLine
    ? `${label}:\n${fenced(code)}`
    : `${label}: \`${code}\``;
}
