/**
 * What `substituteInPlace` will not find, told from the source as it was when the text ran last. Source: `substitute` and
 * `substituteStream` of nixpkgs' `pkgs/stdenv/generic/setup.sh`. Pure but for the reader that it is given.
 */
import type { Span } from '../../syntax/syntaxTree';
import { simpleCommands, type ShellWord, type SimpleCommand } from './simpleCommands';
import type { SourceChanges } from './sourceChanges';

/** A file's text; `missing` when nothing has its name there; null when that cannot be told. */
export type SourceReader = (path: string) => Promise<SourceText | 'missing' | null>;

export interface SourceText {
  readonly text: string;
}

export type Mode = 'fail' | 'warn' | 'quiet' | 'plain';

/** Places are spans of the script. */
export type Unmatched =
  | { readonly kind: 'missing'; readonly place: Span; readonly file: string; readonly needless: null }
  | {
      readonly kind: 'pattern';
      readonly place: Span;
      readonly file: string;
      readonly pattern: string;
      readonly mode: Mode;
      /** What may go with its option, as the call does the same without it; null where it does not, or has nothing else to do. */
      readonly needless: Span | null;
    };

export interface Substituted {
  readonly script: string;
  /** What Nix puts into it, as spans of it. */
  readonly opaque: readonly Span[];
}

/** In the order of the script. `changes`: what was done before it, to which its own is added. */
export async function unmatchedIn(
  { script, opaque }: Substituted,
  changes: SourceChanges,
  read: SourceReader,
): Promise<readonly Unmatched[]> {
  const found: Unmatched[] = [];
  const texts = new Map<string, string>();
  const { commands, complete } = simpleCommands(script, opaque);
  for (const command of commands) {
    const call = readCall(command);
    if (call === 'other') changes.follow(command);
    else if (call === null) changes.changeEverything();
    else
      for (const file of call.files) {
        const unmatched = await substituted(file, call.replacements, changes, texts, read);
        // In another file it may match, and without any the call is of no use.
        const isNeedless = call.files.length === 1 && call.replacements.length > unmatched.length;
        found.push(...unmatched.map((one) => (isNeedless ? one : { ...one, needless: null })));
      }
  }
  if (!complete) changes.changeEverything();
  return found;
}

interface Replacement {
  readonly pattern: ShellWord;
  /** What is looked for; null where only running tells. */
  readonly old: string | null;
  readonly new: string | null;
  /** Null: it never says a word (`--subst-var…`). */
  readonly mode: Mode | null;
  /** From the end of the word before it to its own. */
  readonly span: Span;
}

interface Call {
  readonly files: readonly ShellWord[];
  readonly replacements: readonly Replacement[];
}

const modes: Readonly<Record<string, Mode>> = {
  '--replace-fail': 'fail',
  '--replace-warn': 'warn',
  '--replace-quiet': 'quiet',
  '--replace': 'plain',
};

/** Null for a call that cannot be read. */
function readCall({ words }: SimpleCommand): Call | 'other' | null {
  const [name, ...args] = words;
  if (name?.value !== 'substituteInPlace') return 'other';
  const options = args.findIndex(({ prefix }) => prefix.startsWith('--'));
  const files = options < 0 ? args : args.slice(0, options);
  const replacements: Replacement[] = [];
  for (let at = files.length; at < args.length;) {
    const option = args[at]?.value ?? '';
    const [pattern, by] = [args[at + 1], args[at + 2]];
    const mode = modes[option];
    if (pattern === undefined) return null;
    const start = (args[at - 1] ?? name).end;
    const whole = { start, end: by?.end ?? pattern.end };
    if (mode !== undefined && by !== undefined) {
      replacements.push({ pattern, old: pattern.value, new: by.value, mode, span: whole });
      at += 3;
    } else if (option === '--subst-var-by' && by !== undefined) {
      const old = pattern.value === null ? null : `@${pattern.value}@`;
      replacements.push({ pattern, old, new: by.value, mode: null, span: whole });
      at += 3;
    } else if (option === '--subst-var') {
      const old = pattern.value === null ? null : `@${pattern.value}@`;
      replacements.push({ pattern, old, new: null, mode: null, span: { start, end: pattern.end } });
      at += 2;
    } else return null;
  }
  return { files, replacements };
}

async function substituted(
  word: ShellWord,
  replacements: readonly Replacement[],
  changes: SourceChanges,
  texts: Map<string, string>,
  read: SourceReader,
): Promise<readonly Unmatched[]> {
  const path = word.value === null ? null : changes.pathOf(word.value);
  if (path === null || changes.mayHaveChanged(path)) {
    changes.changeWord(word);
    return [];
  }
  const known = texts.get(path);
  const source = known === undefined ? await read(path) : { text: known };
  if (source === 'missing')
    return [{ kind: 'missing', place: word, file: word.value ?? path, needless: null }];
  // It refuses what is no text.
  if (source === null || source.text.includes('\0')) {
    changes.change(path);
    return [];
  }
  const { found, after } = replaceAll(source.text, word.value ?? path, replacements);
  if (after === null) changes.change(path);
  else texts.set(path, after);
  return found;
}

/** `after`: null once it is not known what the file holds. */
function replaceAll(
  before: string,
  file: string,
  replacements: readonly Replacement[],
): { readonly found: readonly Unmatched[]; readonly after: string | null } {
  const found: Unmatched[] = [];
  let text = before;
  for (const { pattern, old, new: by, mode, span } of replacements) {
    if (old === null) return { found, after: null };
    if (old !== '' && text.includes(old)) {
      if (by === null) return { found, after: null };
      text = text.replaceAll(old, () => by);
    } else if (old !== '' && mode !== null)
      found.push({ kind: 'pattern', place: pattern, file, pattern: old, mode, needless: span });
  }
  return { found, after: text };
}
