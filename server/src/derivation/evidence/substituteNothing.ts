/** `substitute-nothing`: `substituteInPlace` looks for what is not in the file, or for a file that is not there, in the last unpacked source. */
import { finding, type Finding, type Severity } from '../../analysis/finding';
import { phaseStem } from '../../protocol/phaseStem';
import type { Span, TextFix } from '../../syntax/syntaxTree';
import { unwrapped } from '../../syntax/walk';
import type { FoundAttribute, FoundDerivation } from '../foundDerivation';
import { placeOf, shellTextOf, type ShellText } from '../shellcheck/shellText';
import { SourceChanges } from './sourceChanges';
import { unmatchedIn, type Mode, type SourceReader, type Unmatched } from './substitutions';

/** The source at a phase of the last run, as far as it is that of the text now. */
export interface PhaseSource {
  /** As the phase found it. Paths are relative to the folder in which it begins. */
  readonly before: SourceReader;
  /** What is the same before and after the phase; null of all else. */
  readonly settled: SourceReader;
  /** The files that patches change; null when it cannot be told which. */
  readonly patched: () => Promise<ReadonlySet<string> | null>;
}

export async function substituteNothing(
  text: string,
  { attributes }: FoundDerivation,
  sourceAt: (phase: string) => Promise<PhaseSource | null>,
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const attribute of attributes.values()) {
    const script = scriptOf(text, attribute);
    if (script?.script.includes('substituteInPlace') !== true) continue;
    const { phase, when } = phaseOf(attribute.name);
    const source = await sourceAt(phase);
    if (source === null) continue;
    const changes = new SourceChanges();
    if (when === 'post') await changedBefore(text, attributes, phase, source, changes);
    const read = when === 'post' && phase !== 'patchPhase' ? source.settled : source.before;
    const told = await unmatchedIn({ script: script.script, opaque: script.splices }, changes, read);
    found.push(...told.flatMap((one) => findingOf(script, one)));
  }
  return found;
}

/** The phase in which an attribute's text runs. Source: setup.sh's phases, each of which runs hooks of its own name. */
function phaseOf(name: string): { readonly phase: string; readonly when: 'pre' | 'post' | 'in' } {
  const [, when, rest = ''] = /^(pre|post)([A-Z]\w*)$/.exec(name) ?? [];
  if (when !== 'pre' && when !== 'post') return { phase: name, when: 'in' };
  return { phase: `${rest.charAt(0).toLowerCase()}${rest.slice(1)}Phase`, when };
}

/** What the phase did to the source before its last hook. */
async function changedBefore(
  text: string,
  attributes: FoundDerivation['attributes'],
  phase: string,
  source: PhaseSource,
  changes: SourceChanges,
): Promise<void> {
  const first = attributes.get(`pre${phaseStem(phase)}`);
  if (first !== undefined) {
    const script = scriptOf(text, first);
    if (script === null) changes.changeEverything();
    else await unmatchedIn({ script: script.script, opaque: script.splices }, changes, source.before);
  }
  if (attributes.has(phase)) changes.changeEverything();
  if (phase !== 'patchPhase') return;
  const patched = await source.patched();
  if (patched === null) changes.changeEverything();
  for (const file of patched ?? []) changes.change(file);
}

/** Null where it is not written as one string. */
function scriptOf(text: string, { value, nameSpan }: FoundAttribute): ShellText | null {
  if (value === null || value.span.start <= nameSpan.start) return null;
  const literal = unwrapped(value);
  return literal.kind === 'string' ? shellTextOf(text, literal, '') : null;
}

const consequences: Readonly<Record<Mode, readonly [Severity, string]>> = {
  fail: ['warning', 'The phase will fail.'],
  warn: ['warning', 'The build goes on, and its log says so.'],
  plain: ['warning', 'The build goes on, and its log says so; `--replace-fail` would stop it.'],
  quiet: ['hint', 'As `--replace-quiet` has it, the build goes on.'],
};

function findingOf(script: ShellText, one: Unmatched): readonly Finding[] {
  const span = placeOf(script, one.place);
  if (span === null) return [];
  if (one.kind === 'missing') {
    const message = `There is no file \`${one.file}\` where this runs, as the source was unpacked last. The phase will fail.`;
    return [finding('substitute-nothing', 'warning', span, message)];
  }
  const [severity, words] = consequences[one.mode];
  const message = `\`${shortened(one.pattern)}\` is not in \`${one.file}\`, as the source was unpacked last. ${words}`;
  const fixes = one.needless === null ? [] : removal(script, one.needless);
  return [finding('substitute-nothing', severity, span, message, { fixes })];
}

/** Its begin and end may be of what Nix puts in, between which the text is whole. */
function removal(script: ShellText, { start, end }: Span): readonly TextFix[] {
  const [first, last] = [
    placeOf(script, { start, end: start + 1 }),
    placeOf(script, { start: end - 1, end }),
  ];
  if (first === null || last === null) return [];
  const edit = { start: first.start, end: last.end, newText: '' };
  return [{ title: 'Remove this replacement', edits: [edit] }];
}

const longestPattern = 60;

function shortened(pattern: string): string {
  const line = pattern.replaceAll('\n', '⏎');
  return line.length > longestPattern ? `${line.slice(0, longestPattern)}…` : line;
}
