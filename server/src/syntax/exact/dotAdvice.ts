/** Advice on dots and slashes too many. */
import { removal, say, type Advice, type Situation } from './situation';

export function dotAdvice(situation: Situation): Advice | null {
  return leadingDot(situation) ?? trailingDot(situation) ?? doubledSlash(situation);
}

/** `{ .a = 1; }`. */
function leadingDot({ refusal: { token, at, tokenEnd }, open, tokens }: Situation): Advice | null {
  const last = tokens.at(-1)?.name;
  if (token !== '.' || (open?.symbol !== '{' && open?.symbol !== 'LET')) return null;
  if (last !== '{' && last !== ';' && last !== 'LET') return null;
  return say('The name of an attribute does not begin with a dot.', removal('Remove the `.`', at, tokenEnd));
}

/** `a..b`, and `a.` before what ends it. */
function trailingDot({ refusal: { token, at, tokenEnd, expected }, tokens }: Situation): Advice | null {
  const last = tokens.at(-1);
  if (last?.name !== '.' || !expected.includes('ID')) return null;
  if (token === '.') return say('One dot stands between two names.', removal('Remove the `.`', at, tokenEnd));
  if (!/^(?:=|;|\)|\]|\}|end of file)$/.test(token)) return null;
  return say('A name is missing after this `.`.', removal('Remove the `.`', last.start, last.end), [
    { span: last, message: 'A name is missing after this.' },
  ]);
}

function doubledSlash({ refusal: { token, at }, text, open }: Situation): Advice | null {
  if (token !== 'PATH_END' || open?.symbol !== 'path_start') return null;
  const slashes = text.slice(open.start, at).indexOf('//');
  if (slashes < 0) return null;
  const start = open.start + slashes;
  return say('One slash stands between two names of a path.', removal('Remove a `/`', start, start + 1));
}
