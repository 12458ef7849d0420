/** A refusal of Nix's parser as a fault: in words that who knows Nix recognises, with what to do, at the line that Nix names. */
import type { LineIndex } from '../lineIndex';
import type { Span, SyntaxFault } from '../syntaxTree';
import { adviceFor } from './advice';
import type { TokensBefore } from './situation';
import type { Refusal } from './recogniser';
import type { MeaningRefusal } from './reductions';
import type { LexicalRefusal } from './tokens';
import { expectedWords, tokenWords } from './words';

export function faultOf(
  refusal: Refusal,
  text: string,
  lines: LineIndex,
  tokensBefore: TokensBefore,
): SyntaxFault {
  switch (refusal.kind) {
    case 'lexical':
      return lexicalFault(refusal.refused, text);
    case 'meaning':
      return meaningFault(refusal.refused, text);
    case 'tooDeep': {
      const span = { start: refusal.at, end: refusal.at + 1 };
      return plain('syntax', span, 'This is nested too deeply; Nix gives up before it.');
    }
    case 'unexpected':
      return unexpectedFault(refusal, text, lines, tokensBefore);
  }
}

function plain(code: SyntaxFault['code'], span: Span, message: string): SyntaxFault {
  return { code, span, message, related: [], fix: null };
}

function unexpectedFault(
  refusal: Extract<Refusal, { kind: 'unexpected' }>,
  text: string,
  lines: LineIndex,
  tokensBefore: TokensBefore,
): SyntaxFault {
  const atEnd = refusal.token === 'end of file';
  const start = Math.min(refusal.at, text.length);
  const end = atEnd ? endOfLine(text, start) : Math.max(refusal.tokenEnd, start + 1);
  const expected = expectedWords(refusal.expected);
  const what = `syntax error, unexpected ${tokenWords(refusal, text)}${expected === '' ? '' : `, expecting ${expected}`}`;
  const { words, related, fix } = adviceFor(refusal, text, lines, tokensBefore);
  const message = words === '' ? `${what}.` : `${what}. ${words}`;
  return { code: 'syntax', span: { start, end: Math.min(end, text.length) }, message, related, fix };
}

function endOfLine(text: string, start: number): number {
  const found = /[\r\n]/.exec(text.slice(start, start + 1000))?.index ?? text.length - start;
  return start + Math.max(1, found);
}

function lexicalFault({ kind, start, end }: LexicalRefusal, text: string): SyntaxFault {
  const written = text.slice(start, end);
  const span = { start, end };
  switch (kind) {
    case 'trailingSlash': {
      const last = { start: end - 1, end };
      const fix = { title: 'Remove the last `/`', edits: [{ ...last, newText: '' }] };
      const message = 'path has a trailing slash. A path may not end with a slash: remove the last `/`.';
      return { code: 'path-trailing-slash', span, message, related: [], fix };
    }
    case 'integer': {
      const message = `invalid integer '${written}'. The largest is 9223372036854775807.`;
      return plain('number-out-of-range', span, message);
    }
    case 'float': {
      const message = `invalid float '${written}'. It does not fit a 64-bit floating point number.`;
      return plain('number-out-of-range', span, message);
    }
  }
}

/** What is no matter of grammar; also for a tree that was looked through without the recogniser. */
export function meaningFault(refused: MeaningRefusal, text: string): SyntaxFault {
  const { span } = refused;
  switch (refused.kind) {
    case 'duplicateAttribute': {
      const message = `attribute '${refused.name}' already defined. Remove or rename one of the two.`;
      const related = [{ span: refused.previous, message: `'${refused.name}' is defined here as well.` }];
      return { code: 'duplicate-attribute', span, message, related, fix: null };
    }
    case 'duplicateFormal': {
      const message = `duplicate formal function argument '${refused.name}'. Remove or rename one of the two.`;
      const related = [{ span: refused.previous, message: `The first '${refused.name}'.` }];
      return { code: 'duplicate-formal', span, message, related, fix: null };
    }
    case 'dynamicLet': {
      const message = `dynamic attributes not allowed in let. Write the name out; \`${shortened(span, text)}\` can only be an attribute of a set.`;
      return plain('dynamic-let', span, message);
    }
    case 'dynamicInherit': {
      const message = `dynamic attributes not allowed in inherit. Write \`\${…} = …;\` instead of inheriting \`${shortened(span, text)}\`.`;
      return plain('dynamic-inherit', span, message);
    }
  }
}

function shortened({ start, end }: Span, text: string): string {
  const written = text.slice(start, end).replace(/\s+/g, ' ');
  return written.length > 40 ? `${written.slice(0, 39)}…` : written;
}
