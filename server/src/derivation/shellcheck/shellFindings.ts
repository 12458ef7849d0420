/** What shellcheck said of a script, as findings in the Nix text that the script was made from. Pure. */
import type { Finding, Severity } from '../../analysis/finding';
import type { ShellComment } from '../../nix/shellcheck';
import type { Span } from '../../syntax/syntaxTree';
import { shellFix } from './shellFix';
import { placeOf, ScriptPositions, type ShellText } from './shellText';

/** Nothing that stops a build is an error to shellcheck alone: what bash refuses to read is not told. */
const severities: Readonly<Record<ShellComment['level'], Severity>> = {
  error: 'warning',
  warning: 'warning',
  info: 'information',
  style: 'hint',
};

/** What is said of words that are constant, which they are only because a splice is written as one. */
const ofConstants = new Set([
  2041, 2043, 2050, 2066, 2078, 2140, 2157, 2158, 2159, 2160, 2161, 2170, 2182, 2183, 2193, 2194, 2195, 2221,
  2222, 2235, 2309,
]);
/** What lines are told that only continue, as those of a here document do, what stands before them. */
const ofPartsOnly = new Set([1083, 2188, 2215, 2283, 2286, 2287, 2288]);
/** Unquoted: the shell splits it into words. */
const splitsWords = new Set([2086, 2048, 2068, 2206]);

export interface TextMeaning {
  /** Which variables are meant to be split into words. */
  readonly isWordList: (name: string) => boolean;
  /** False for lines that become a part of a longer text. */
  readonly isWhole: boolean;
}

/**
 * In order of position. None where the script does not parse: much of a phase is written elsewhere, and what only the whole would tell
 * is left to the run.
 */
export function shellFindings(
  source: string,
  text: ShellText,
  comments: readonly ShellComment[],
  { isWordList, isWhole }: TextMeaning,
): readonly Finding[] {
  if (comments.some(({ code, level }) => code < 2000 && level === 'error')) return [];
  const positions = new ScriptPositions(text.script);
  const found: Finding[] = [];
  for (const comment of comments) {
    const span = spanOf(positions, comment);
    const place = span === null ? null : placeOf(text, span);
    if (!isWhole && ofPartsOnly.has(comment.code)) continue;
    if (span === null || place === null || isOfSplice(text, positions, comment, span)) continue;
    const written = text.script.slice(span.start, span.end);
    const variable = /^\$\{?(\w+)(?:\[[@*]\])?\}?$/.exec(written)?.[1];
    if (variable !== undefined && splitsWords.has(comment.code) && isWordList(variable)) continue;
    const fix = shellFix(source, text, positions, comment);
    found.push({
      code: `SC${comment.code}`,
      severity: severities[comment.level],
      source: 'shellcheck',
      span: place,
      message: comment.message,
      tag: null,
      related: [],
      fixes: fix === null ? [] : [fix],
      isSafe: false,
    });
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}

function spanOf(positions: ScriptPositions, place: ShellComment): Span | null {
  const start = positions.offset(place.line, place.column);
  const end = positions.offset(place.endLine, place.endColumn);
  return start === null || end === null || end < start ? null : { start, end };
}

/** Whether it is said of a word that only stands for a splice. */
function isOfSplice(
  { splices, script }: ShellText,
  positions: ScriptPositions,
  { code }: ShellComment,
  span: Span,
): boolean {
  const lines = positions.lines(span);
  const near = splices.filter(({ start, end }) => start < lines.end && lines.start < end);
  if (near.length === 0) return false;
  if (ofConstants.has(code)) return true;
  const covered = near.filter(({ start, end }) => span.start <= start && end <= span.end);
  if (near.some(({ start, end }) => start <= span.start && span.end <= end)) return true;
  let rest = script.slice(span.start, span.end);
  for (const { start, end } of covered) rest = rest.replace(script.slice(start, end), '');
  return covered.length > 0 && /^["']*$/.test(rest);
}
