/**
 * What an evaluation printed: as lines that can be shown, and its warnings as diagnostics where the text itself shows what they are
 * of. Pure.
 */
import { withoutCredentials } from '../credentials';
import { meaningOfDirty } from '../nix/dirtyTree';
import { warningWords } from '../nix/rememberedWarnings';
import type { EvaluatedFile, EvaluationFailure } from '../nix/nix';
import type { PrintedLine } from '../protocol/evaluationMessages';
import type { Diagnostic } from '../protocol/model';
import { firstUse, writtenText } from '../derivation/namedByMessage';
import type { TextWithRoot } from './blamedFile';

type Printed = Pick<EvaluationFailure | EvaluatedFile, 'notices' | 'remembered'>;

/** In the order in which they were printed; those that an earlier evaluation printed come last. */
export function printedLines({ notices = [], remembered = [] }: Printed): readonly PrintedLine[] {
  return [
    ...notices.map(toLine),
    ...remembered.map((line): PrintedLine => ({ ...toLine(line), remembered: true })),
  ];
}

function toLine(notice: string): PrintedLine {
  const text = withoutCredentials(notice);
  const words = warningWords(text);
  if (words !== null) {
    const meaning = meaningOfDirty(words);
    return meaning === null
      ? { kind: 'warning', text: words }
      : { kind: 'note', text: `${words}. ${meaning}` };
  }
  return text.startsWith('trace: ')
    ? { kind: 'trace', text: text.slice('trace: '.length) }
    : { kind: 'note', text };
}

/**
 * The lines, each warning with whether a diagnostic says it, and those diagnostics: at the name that Nix calls deprecated, or at the
 * string of this text that is printed.
 */
export function placedWarnings(
  lines: readonly PrintedLine[],
  file: string,
  source: TextWithRoot | null,
): { readonly lines: readonly PrintedLine[]; readonly diagnostics: readonly Diagnostic[] } {
  const found = new Map<string, Diagnostic | null>();
  for (const { kind, text } of lines) {
    if (kind === 'warning' && !found.has(text)) found.set(text, placed(text, file, source));
  }
  const placing = (line: PrintedLine): PrintedLine =>
    (found.get(line.text) ?? null) === null || line.kind !== 'warning' ? line : { ...line, placed: true };
  return {
    lines: lines.map(placing),
    diagnostics: [...found.values()].filter((diagnostic) => diagnostic !== null),
  };
}

function placed(message: string, file: string, source: TextWithRoot | null): Diagnostic | null {
  const root = source?.root;
  if (source === null || root === undefined || root === null) return null;
  const diagnostic = { file, code: 'nix-warning', message, source: 'nix', related: [] } as const;
  const written = writtenText(root, source.text, message);
  if (written !== null)
    return { ...diagnostic, range: source.lines.rangeOf(written), severity: 'information' };
  const name = deprecatedName(message);
  const use = name === null ? null : firstUse(root, name);
  if (use === null) return null;
  return { ...diagnostic, range: source.lines.rangeOf(use), severity: 'warning', tags: ['deprecated'] };
}

const dottedName = String.raw`[A-Za-z_][\w'-]*(?:\.[A-Za-z_][\w'-]*)*`;
const quoted = new RegExp(String.raw`(use |instead of )?['‘\x60"“](${dottedName})['’\x60"”]`, 'gi');
const givenUp = /\b(?:deprecated|obsolete|renamed|removed|replaced|superseded|moved|no longer)\b/;
const subject = new RegExp(
  String.raw`^(?:\w+: )?(?:(?:The|Using|Calling) )?(?:(?:option|attribute|function|package|alias) )?(${dottedName})(?: (?:option|attribute|function|alias|argument))? (?:is|are|was|has|have)\b`,
);

/**
 * The path of what a message gives up: what its sentence begins with, else the only name in quotes that is not the one to use in
 * its place. Null when it is not that plain. The wordings are those of nixpkgs' aliases and of its `lib.warn` calls.
 */
export function deprecatedName(message: string): readonly string[] | null {
  if (!givenUp.test(message)) return null;
  const words = message.replace(/['‘\x60"“]([\w.'-]+?)['’\x60"”](?= (?:is|are|was|has|have)\b)/, '$1');
  const bare = subject.exec(words)?.[1];
  if (bare !== undefined && !/^(?:this|it|that|which|there)$/i.test(bare)) return bare.split('.');
  const names = [...message.matchAll(quoted)].map(([, before = '', name = '']) => ({ before, name }));
  const instead = names.find(({ before }) => before.toLowerCase() === 'instead of ');
  const others = names.filter(({ before }) => before === '');
  const [only] = others;
  const chosen = instead ?? (others.length === 1 ? only : undefined);
  return chosen?.name.split('.') ?? null;
}
