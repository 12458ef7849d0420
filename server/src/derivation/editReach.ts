/**
 * What an edit of a derivation can reach: which of the phases that have run stay as they are. Pure.
 *
 * It errs on the side of running again: a variable of which nothing is known reaches everything.
 */
import { sameCode } from '../bash/sameCode';
import { phaseThatReads, setupReason } from '../knowledge/stdenvVariables';
import { exitHook, failureHook, usualPhases } from '../knowledge/stdenvPhases';
import type { StoreDerivation } from '../nix/derivationFile';
import type { BashTexts, PhaseWords } from './editReachTexts';
import { isCode, PhaseTextReader } from './editReachTexts';
import type { Variable } from './editReachVariables';
import { markedVariables, withMarks, withoutMarks } from './editReachVariables';
import type { StdenvInspection } from './inspection';

export interface ChangedVariable {
  readonly variable: string;
  /** Null when it was not there. */
  readonly from: string | null;
  /**
   * Null when it is no longer there. With the output paths of the derivation before the edit, which a session keeps. An
   * attribute of structured attributes that is no string is JSON.
   */
  readonly to: string | null;
}

export type EditReach =
  /** Nothing that a build can see changed but its own output paths; `reasons`: what else did. */
  | { readonly kind: 'same'; readonly reasons: readonly string[] }
  /** Phases before this one are as they were. */
  | {
      readonly kind: 'from';
      readonly phase: string;
      readonly index: number;
      readonly changed: readonly ChangedVariable[];
      /** Full sentences, the one that decided first. */
      readonly reasons: readonly string[];
    }
  /** The build begins anew. */
  | {
      readonly kind: 'everything';
      readonly changed: readonly ChangedVariable[];
      readonly reasons: readonly string[];
    };

export interface ResumeQuestion {
  readonly before: StoreDerivation;
  readonly after: StoreDerivation;
  /** Names in running order, as in the session. */
  readonly phases: readonly string[];
  /** What the session's own stdenv answered; null when it was not asked: then only what is known of stdenv counts. */
  readonly texts: (BashTexts & Partial<Pick<StdenvInspection, 'structure' | 'phases'>>) | null;
}

/** A variable reaches the phases from this index on; null: everything. */
interface Verdict {
  readonly index: number | null;
  readonly reason: string;
}

/** Compares what a session was begun with and what it would be begun with now. */
export function compareForResume(question: ResumeQuestion): EditReach {
  const { before, after, phases } = question;
  const judge = new Judge(question);
  const differing = changedVariables(before, after);
  const changed = differing.filter((change) => !judge.isOfComments(change));
  const whole = wholeReasons(question);
  if (changed.length === 0 && whole.length === 0) {
    const names = differing.map(({ name }) => name).join(', ');
    return {
      kind: 'same',
      reasons: names === '' ? [] : [`Only comments or indentation of ${names} changed.`],
    };
  }
  const shown = changed.map(({ name, from, to }) => ({
    variable: name,
    from: from === null ? null : withoutMarks(from.value, before),
    to: to === null ? null : withoutMarks(to.value, before),
  }));
  if (isOneStep(question)) {
    return { kind: 'everything', changed: shown, reasons: ['The build is one step.', ...whole] };
  }
  const verdicts = changed.map((change) => judge.verdict(change));
  const everything = verdicts.filter(({ index }) => index === null).map(({ reason }) => reason);
  if (whole.length + everything.length > 0) {
    return { kind: 'everything', changed: shown, reasons: [...whole, ...everything] };
  }
  verdicts.sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
  const index = verdicts[0]?.index ?? 0;
  const reasons = verdicts.map(({ reason }) => reason);
  return { kind: 'from', phase: phases[index] ?? '', index, changed: shown, reasons };
}

interface Change {
  readonly name: string;
  readonly from: Variable | null;
  readonly to: Variable | null;
}

function changedVariables(before: StoreDerivation, after: StoreDerivation): readonly Change[] {
  const [old, now] = [markedVariables(before), markedVariables(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names
    .map((name) => ({ name, from: old.get(name) ?? null, to: now.get(name) ?? null }))
    .filter(({ from, to }) => from?.value !== to?.value || from?.exported !== to?.exported);
}

/** What is no variable. Inputs count by the variables that name them: nothing else leads a build to them. */
function wholeReasons({ before, after }: ResumeQuestion): readonly string[] {
  const reasons: string[] = [];
  const compare = (what: string, old: string, now: string) => {
    if (old !== now) reasons.push(`${what} changed.`);
  };
  const args = (derivation: StoreDerivation) =>
    derivation.args.map((arg) => withMarks(arg, derivation)).join('\0');
  compare('The system', before.system, after.system);
  compare('The builder', before.builder, after.builder);
  compare("The builder's arguments", args(before), args(after));
  compare("The derivation's name", before.name, after.name);
  compare('The list of outputs', outputNames(before), outputNames(after));
  const structured = (derivation: StoreDerivation) => String(derivation.env['__json'] !== undefined);
  compare('The way attributes reach the builder', structured(before), structured(after));
  return reasons;
}

function isOneStep({ phases, texts }: ResumeQuestion): boolean {
  return phases.length === 0 || (texts?.structure ?? 'phases') !== 'phases';
}

function outputNames({ outputs }: StoreDerivation): string {
  return Object.keys(outputs).sort().join(' ');
}

const noTexts: BashTexts = { functions: [], variables: {}, hookArrays: {}, setupFile: '' };

class Judge {
  private readonly reader: PhaseTextReader;
  private readonly words: readonly PhaseWords[];
  private readonly files: ReadonlySet<string>;

  constructor(private readonly question: ResumeQuestion) {
    const { before, after, phases, texts } = question;
    const given = [before, after].map(
      (derivation) => new Map([...markedVariables(derivation)].map(([name, { value }]) => [name, value])),
    );
    this.reader = new PhaseTextReader(texts ?? noTexts, given);
    this.words = phases.map((phase) => this.reader.wordsOf(phase));
    this.files = new Set([before, after].flatMap(({ env }) => (env['passAsFile'] ?? '').split(/\s+/)));
  }

  verdict(change: Change): Verdict {
    const { name } = change;
    const what = whatHappened(change);
    const atSetup = setupReason(name);
    if (atSetup !== null) return { index: null, reason: `${what}; ${atSetup}.` };
    if (this.files.has(name)) {
      return {
        index: null,
        reason: `${what}; it is passed as a file, which is made before the first phase.`,
      };
    }
    const owner = this.owner(name);
    if (owner !== null && this.hooksMayAsk(change)) {
      return {
        index: null,
        reason: `${what}; setup hooks of inputs may look whether it is set before the first phase.`,
      };
    }
    const named = earlier(
      owner,
      this.firstPhase(({ words }) => words.has(name)),
    );
    if (named === null || (owner === null && this.question.texts === null)) {
      return { index: null, reason: this.unknown(name, what) };
    }
    const unnamed = isCodeOf(name) ? null : this.firstPhase(({ readsUnnamed }) => readsUnnamed);
    if (owner === null && isToolVariable(change)) {
      return { index: null, reason: `${what}; programs that any phase starts may read it.` };
    }
    const index = Math.min(named, unnamed ?? named);
    const how = index === named ? 'it is read first in' : 'variables are read by computed names in';
    return { index, reason: `${what}; ${how} ${this.question.phases[index] ?? ''}.` };
  }

  /** Whether the edit of a text that is run, and that nobody reads, leaves what it does as it is. */
  isOfComments({ name, from, to }: Change): boolean {
    if (from === null || to === null || (from.value === '') !== (to.value === '')) return false;
    if (from.exported !== to.exported || this.files.has(name)) return false;
    if ((this.question.texts?.structure ?? 'builder') === 'builder') return false;
    if (!isCode(name) && !this.question.phases.includes(name)) return false;
    return sameCode(from.value, to.value) && !this.reader.readsText(name);
  }

  private unknown(name: string, what: string): string {
    return this.question.texts === null
      ? `${what}; which phase reads ${name} is not known before the inputs are built.`
      : `${what}; no phase names it, so that programs of any phase may read it from their environment.`;
  }

  /** The phase that the variable belongs to by its name; what runs at the builder's end belongs to the last. */
  private owner(name: string): number | null {
    const { phases, texts } = this.question;
    if (name === failureHook || name === exitHook) {
      return phases.findLastIndex(
        (phase) => texts?.phases?.find((one) => one.name === phase)?.runs !== false,
      );
    }
    const index = phases.indexOf(this.ownerName(name) ?? name);
    return index < 0 ? null : index;
  }

  private ownerName(name: string): string | null {
    const flag = this.question.texts?.phases?.find(({ flags }) => flags.some((one) => one.name === name));
    if (flag !== undefined) return flag.name;
    const usual = usualPhases.find((phase) => phase.flag?.name === name || phase.hooks.includes(name));
    if (usual !== undefined) return usual.name;
    const stem = /^(?:pre|post)([A-Z]\w*)$/.exec(name)?.[1];
    const phase = stem === undefined ? null : `${stem.charAt(0).toLowerCase()}${stem.slice(1)}Phase`;
    return phase !== null && this.question.phases.includes(phase) ? phase : phaseThatReads(name);
  }

  /** nixpkgs' setup hooks set a phase of their own where the derivation has none (cmake, meson, …). */
  private hooksMayAsk({ name, from, to }: Change): boolean {
    const emptied = ((from?.value ?? '') === '') !== ((to?.value ?? '') === '');
    if (!emptied || !this.question.phases.includes(name)) return false;
    const { texts } = this.question;
    return texts === null || texts.functions.some(({ file }) => file !== null && file !== texts.setupFile);
  }

  private firstPhase(test: (words: PhaseWords) => boolean): number | null {
    const index = this.words.findIndex(test);
    return index < 0 ? null : index;
  }
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** A text that is run, and that nobody looks up by a computed name to read it. */
function isCodeOf(name: string): boolean {
  return /Phase$|^(?:pre|post)[A-Z]|^(?:failure|exit)Hook$/.test(name);
}

/** Written as the environment variables of programs are (`CFLAGS`, `GOFLAGS`), and seen by them. */
function isToolVariable({ name, from, to }: Change): boolean {
  return /^[A-Z_][A-Z0-9_]*$/.test(name) && (from?.exported === true || to?.exported === true);
}

function whatHappened({ name, from, to }: Change): string {
  if (name === 'src' || name === 'srcs') return `The source (${name}) changed`;
  if (from === null) return `${name} is new`;
  return to === null ? `${name} was removed` : `${name} was edited`;
}
