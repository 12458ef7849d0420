/** What is being written at a place of a bash text, and which word stands there. Pure. */
import { optionsOf } from '../knowledge/bashOptions';
import type { StringLiteral } from '../syntax/ast';
import type { Span } from '../syntax/syntaxTree';

export type BashWish =
  /** After `$`. */
  | { readonly kind: 'variable'; readonly span: Span }
  /** After `runHook`. */
  | { readonly kind: 'hook'; readonly span: Span }
  /** An option of a command. */
  | { readonly kind: 'option'; readonly span: Span; readonly command: string }
  /** Where a command begins. */
  | { readonly kind: 'command'; readonly span: Span };

const longestLine = 2000;
const patterns: readonly (readonly [Exclude<BashWish['kind'], 'option'>, RegExp])[] = [
  // In an indented string `''${` is bash's own brace.
  ['variable', /(?:''\$\{|\\\$\{|(?<!''|\\)\$)[#!]?(\w*)$/],
  ['hook', /\brunHook[ \t]+(\w*)$/],
  ['command', /(?:^|[;&|({`]|\b(?:then|do|else|if|elif|while|until|time|!))[ \t]*([A-Za-z_][\w-]*)$/],
];

/** A command's name, what it is given, and an option that is begun. */
const optionPattern =
  /(?:^|[;&|({`]|\b(?:then|do|else|if|time|!))[ \t]*(?!(?:then|do|else|if|time)\b)(\w+)\b[^\n;|&]*[ \t](-[\w-]*)$/;

/** Null where none of these is written. */
export function bashWish(text: string, { content }: StringLiteral, offset: number): BashWish | null {
  const from = Math.max(content.start, offset - longestLine);
  const before = text.slice(from, offset);
  // What a backslash continues is one line.
  const line = before.slice(lineStart(before)).replaceAll(/\\\r?\n/g, (joined) => ' '.repeat(joined.length));
  if (/(?:^|\s)#/.test(line)) return null;
  const [, command, option] = optionPattern.exec(line) ?? [];
  if (command !== undefined && option !== undefined && optionsOf(command) !== null)
    return { kind: 'option', span: { start: offset - option.length, end: offset }, command };
  for (const [kind, pattern] of patterns) {
    const word = pattern.exec(line)?.[1];
    if (word !== undefined) return { kind, span: { start: offset - word.length, end: offset } };
  }
  return null;
}

function lineStart(text: string): number {
  let at = text.lastIndexOf('\n') + 1;
  while (at > 0 && /\\\r?\n$/.test(text.slice(0, at))) at = text.lastIndexOf('\n', at - 2) + 1;
  return at;
}

/** What the option means that a word is; null where it is none. */
export function optionMeaning(text: string, literal: StringLiteral, word: Span): string | null {
  const wish = bashWish(text, literal, word.end);
  if (wish?.kind !== 'option') return null;
  return optionsOf(wish.command)?.[text.slice(word.start, word.end)] ?? null;
}

/** The word around a place, with whether it is a variable's name. */
export function bashWordAt(
  text: string,
  { content }: StringLiteral,
  offset: number,
): { readonly word: string; readonly span: Span; readonly isVariable: boolean } | null {
  const before = /[\w-]*$/.exec(text.slice(content.start, offset))?.[0] ?? '';
  const after = /^[\w-]*/.exec(text.slice(offset, content.end))?.[0] ?? '';
  const start = offset - before.length;
  const isVariable = /(?:''\$\{|\\\$\{|\$)[#!]?$/.test(text.slice(Math.max(content.start, start - 5), start));
  const whole = before + after;
  const word = isVariable ? (/^\w*/.exec(whole)?.[0] ?? '') : whole;
  return word === '' ? null : { word, span: { start, end: start + word.length }, isVariable };
}
