/** Advice on characters that are no part of the language, or a sign too few. */
import type { TextFix } from '../syntaxTree';
import { insertion, say, type Advice, type Situation } from './situation';

export function characterAdvice({ refusal, text, open }: Situation): Advice | null {
  const { token, at } = refusal;
  const comment = token === '/' ? at : token === '*' ? at - 1 : -1;
  if (comment >= 0 && text.startsWith('/*', comment))
    return say('This comment is not closed.', insertion(text.endsWith('\n') ? '*/\n' : ' */', text.length));
  if (token !== 'invalid token') return null;
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const replace = (newText: string): TextFix => ({
    title: newText === '' ? `Remove the \`${character}\`` : `Replace it with \`${newText}\``,
    edits: [{ start: at, end: at + character.length, newText }],
  });
  if (/[\u201c\u201d\u201e\u00ab\u00bb]/.test(character))
    return say('A string is written with straight quotes: `"`.', replace('"'));
  if (character === "'" || /[\u2018\u2019]/.test(character))
    return say("A string is written with `\"` or with `''`.");
  if (/[\u00a0\u2000-\u200a\u202f\u3000]/.test(character))
    return say('This is a special blank: write an ordinary one.', replace(' '));
  if (/[\u200b-\u200d\u2060\ufeff]/.test(character))
    return say('This character cannot be seen: remove it.', replace(''));
  if (character === '|') return say('Or is written `||`.', replace('||'));
  if (character === '&') return say('And is written `&&`.', replace('&&'));
  if (character === '$') return say('Outside of strings a variable is written without `$`.', replace(''));
  if (character === '~') return say('A path below the home folder is written `~/name`.');
  if (/\p{L}/u.test(character)) return say('Names have ASCII letters only; as an attribute it needs quotes.');
  return say(open === null ? '' : 'It is no part of the language: perhaps a quote is missing before it.');
}
