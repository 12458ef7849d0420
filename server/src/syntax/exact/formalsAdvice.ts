/** Advice on the arguments of a function in braces. */
import { removal, insertion, say, type Advice, type Situation } from './situation';

/** What follows up to the `:` or `@` after the closing brace, where nothing but names, commas, dots and simple defaults stand. */
const restOfFormals = /^[\w\s',.?"-]*\}\s*[:@]/;

export function formalsAdvice(situation: Situation): Advice | null {
  return comma(situation) ?? ellipsis(situation) ?? secondName(situation) ?? nameless(situation);
}

/** Up to here Nix may still take `{ a` for a set. */
function comma({ refusal, text, open, tokens }: Situation): Advice | null {
  const { token, at, expected, tokenEnd } = refusal;
  const last = tokens.at(-1);
  if (open?.symbol !== '{' || last === undefined) return null;
  const isOfFormals = restOfFormals.test(text.slice(at, at + 2000));
  if (token === ',' && last.name === ',')
    return isOfFormals
      ? say('One `,` is enough between two arguments.', removal('Remove the `,`', at, tokenEnd))
      : null;
  const mayEnd = expected.includes('}') || expected.includes(',') || expected.includes('=');
  if ((token !== 'ID' && token !== 'ELLIPSIS') || last.name !== 'ID' || !mayEnd || !isOfFormals) return null;
  return say('A `,` is missing between these arguments.', insertion(',', last.end), [
    { span: last, message: 'The `,` belongs after this.' },
  ]);
}

function ellipsis({ refusal: { token, at, tokenEnd }, text, tokens }: Situation): Advice | null {
  const last = tokens.at(-1);
  if (token !== ',' || last?.name !== 'ELLIPSIS') return null;
  const rest = text.slice(tokenEnd);
  const words = '`...` is the last of the arguments.';
  const following = /^[^{}"'#/]*(?=\})/.exec(rest)?.[0] ?? null;
  if (following === null) return say(words);
  const gap = /^\s*/.exec(rest)?.[0].length ?? 0;
  const removed = { start: last.start, end: tokenEnd + gap, newText: '' };
  const kept = following.trimEnd().replace(/,$/, '');
  if (/(?:^|,)\s*\.\.\.$/.test(kept) || kept.trim() === '')
    return say(words, {
      title: kept.trim() === '' ? 'Remove the `,`' : 'Remove this `...`',
      edits: [kept.trim() === '' ? { start: at, end: tokenEnd, newText: '' } : removed],
    });
  const end = tokenEnd + following.trimEnd().length;
  const moved = { start: end, end, newText: following.trimEnd().endsWith(',') ? ' ...' : ', ...' };
  return say(words, { title: 'Move `...` to the end', edits: [removed, moved] });
}

/** `a@{ … }@b`. */
function secondName({ refusal: { token, at, expected }, text }: Situation): Advice | null {
  if (token !== '@' || !expected.includes(':')) return null;
  const name = /^@\s*[A-Za-z_][\w'-]*/.exec(text.slice(at))?.[0];
  const fix = name === undefined ? null : removal(`Remove \`${name}\``, at, at + name.length);
  return say('The whole argument has one name, before the braces or after them.', fix);
}

/** `{ … }@: …`. */
function nameless({ refusal: { token, at }, tokens }: Situation): Advice | null {
  const last = tokens.at(-1);
  if (token !== ':' || last?.name !== '@') return null;
  return say('After `@` stands a name for the whole argument.', removal('Remove the `@`', last.start, at));
}
