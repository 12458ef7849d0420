/** One evaluation of a target: second drawings and diagnostics. */
import { basename, dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { thisSystem, type EntryPoint } from '../analysis/across/entryPoint';
import { findingsOf } from '../analysis/findings';
import type { SeveritySettings } from '../analysis/severities';
import { drawEvaluated } from '../derivation/drawEvaluated';
import { drawStatic } from '../derivation/drawStatic';
import { fileKind } from '../derivation/fileKind';
import { inFileOrder } from '../derivation/fileOrder';
import type { StoreDerivation } from '../nix/derivationFile';
import type {
  EvaluatedDerivation,
  EvaluatedFile,
  EvaluationFailure,
  EvaluationOptions,
  EvaluationSource,
  Nix,
} from '../nix/nix';
import { diagnoseDaemon } from '../nix/nixProblems';
import type { Derivation, Diagnostic } from '../protocol/model';
import type { Result } from '../result';
import { byteOrderMark } from '../syntax/faults';
import { absolutePaths } from '../syntax/pathLiterals';
import { sharingText } from '../syntax/sharedExpressions';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { beginsWithMark, blamedFile, readTextFile, type TextWithRoot } from './blamedFile';
import { evaluationOffers } from './failureOffers';
import type { Evaluated, Target } from './engine';
import { argumentDiagnostics } from './argumentDiagnostics';
import { evaluationDiagnostic, type TextWithLines } from './evaluationDiagnostics';
import { untrackedDiagnostics } from './untrackedDiagnostics';
import { placedWarnings, printedLines } from './printedLines';
import type { SourceTexts } from './sourceTexts';

/** So that a set of hundreds keeps nobody else waiting. */
const readInATurn = 20;

/** What texts alone tell. */
export interface TextDrawings {
  /** The derivations of the target's own file. */
  readonly statics: readonly Derivation[];
  /** Every file's text. */
  readonly sources: SourceTexts;
  /** Severities that the user wants for checks. */
  readonly severities: SeveritySettings;
}

export async function evaluateTarget(
  nix: Nix,
  target: Target,
  drawings: TextDrawings,
  options: EvaluationOptions,
  signal: AbortSignal,
): Promise<Evaluated> {
  if (target.kind === 'derivation') return readStoreDerivation(nix, target.drvPath);
  const { statics, sources } = drawings;
  const subject = subjectOf(target);
  const result = await nix.evaluate(sourceOf(target, options, nix.installation.system), options, signal);
  if (!result.ok && target.kind === 'nix' && target.entry !== undefined && result.error.kind === 'entry') {
    // Who calls the file does not serve: it is evaluated as it stands.
    const alone = { ...target, entry: undefined };
    return { ...(await evaluateTarget(nix, alone, drawings, options, signal)), entryAttr: null };
  }
  if (
    !result.ok &&
    target.kind === 'nix' &&
    target.takenFor !== undefined &&
    result.error.kind === 'arguments'
  )
    return { diagnostics: [], derivations: [], ...nothingMade('function', target.file, false) };
  const untracked = untrackedOf(target, result.ok ? result.value : result.error, drawings);
  if (!result.ok) {
    const failed = failedAsWhole(subject, target.attr, statics, result.error);
    return withPrinted(subject, result.error, {
      ...failed,
      diagnostics: [...failed.diagnostics, ...untracked],
    });
  }
  const evaluated = await readAll(nix, result.value);
  const selected = target.attr !== '';
  const storeProblem = nix.installation.storeProblem?.message ?? null;
  const { entryAttr } = result.value;
  const drawn = sources.withTrees((treeOf) =>
    drawAll({ subject, statics, selected, treeOf, storeProblem }, result.value, evaluated),
  );
  return {
    ...withPrinted(subject, result.value, {
      ...drawn,
      diagnostics: [...drawn.diagnostics, ...untracked],
    }),
    ...(entryAttr === undefined ? {} : { entryAttr }),
  };
}

function untrackedOf(
  target: Extract<Target, { kind: 'nix' | 'flake' }>,
  { untracked = [] }: EvaluatedFile | EvaluationFailure,
  { sources, severities }: TextDrawings,
): readonly Diagnostic[] {
  if (untracked.length === 0 || target.kind !== 'nix' || target.entry === undefined) return [];
  const { file, tree, entry } = target;
  const subject = { file, tree, flake: entry.file, severities };
  return sources.withTrees((treeOf) => untrackedDiagnostics(subject, untracked, treeOf));
}

/** Warnings that have a place in the text are diagnostics, too. */
function withPrinted(
  { file, source }: Subject,
  printed: EvaluatedFile | EvaluationFailure,
  evaluated: Evaluated,
): Evaluated {
  const { lines, diagnostics } = placedWarnings(printedLines(printed), file, source);
  if (lines.length === 0) return evaluated;
  return { ...evaluated, diagnostics: [...evaluated.diagnostics, ...diagnostics], printed: lines };
}

/** The file that diagnostics are about, with its text. */
interface Subject {
  readonly file: string;
  readonly source: TextWithRoot | null;
}

function subjectOf(target: Extract<Target, { kind: 'nix' | 'flake' }>): Subject {
  if (target.kind === 'nix') return { file: target.file, source: target.tree };
  const file = join(target.folder, 'flake.nix');
  return { file, source: readTextFile(file) };
}

/** What Nix is asked to evaluate for a target. */
export function sourceOf(
  target: Extract<Target, { kind: 'nix' | 'flake' }>,
  options: EvaluationOptions,
  system: string,
): EvaluationSource {
  if (target.kind === 'flake') return { file: target.folder, kind: 'flake', attr: target.attr, buffer: null };
  const { file, attr, tree, unsaved, entry } = target;
  const folder = dirname(file);
  const fileName = basename(file);
  const buffer = unsaved ? absolutePaths(tree, folder, fileName) : null;
  const called =
    entry === undefined
      ? {}
      : { entry: { ...onSystem(entry, system), takes: takenBy(tree), saved: isSaved(target, options) } };
  const source = { file, kind: 'file', attr, buffer, ...called } as const;
  // What Nix refuses to parse would end a kept evaluator, and a cold one at once.
  if (options.typing !== undefined && isRefused(tree)) return source;
  const sharing = (nameOf: (text: string) => string, calledBare: boolean) =>
    sharingText(tree, { folder, fileName, calledBare, nameOf });
  return { ...source, typed: { text: tree.text, sharing } };
}

/** What the file's function has to be given by name. */
function takenBy({ root }: SyntaxTree): readonly string[] {
  const kind = root === null ? null : fileKind(root);
  return kind !== null && 'required' in kind ? kind.required : [];
}

function onSystem(entry: EntryPoint, system: string): EntryPoint {
  const attrs = entry.attrs.map((path) => path.map((name) => (name === thisSystem ? system : name)));
  return { ...entry, attrs };
}

/** Whether the file counts as it is on the disk, so that its attribute is what is evaluated. */
function isSaved({ unsaved }: Extract<Target, { kind: 'nix' }>, { typing }: EvaluationOptions): boolean {
  return !unsaved && typing === undefined;
}

function isRefused(tree: SyntaxTree): boolean {
  return findingsOf(tree).some(({ source, severity }) => source === 'nix' && severity === 'error');
}

interface ReadDerivation {
  readonly evaluated: EvaluatedDerivation;
  readonly store: Result<StoreDerivation>;
}

async function readAll(nix: Nix, { derivations }: EvaluatedFile): Promise<readonly ReadDerivation[]> {
  const read: ReadDerivation[] = [];
  for (const evaluated of derivations) {
    if (read.length % readInATurn === readInATurn - 1) await turn();
    read.push({ evaluated, store: await nix.readDerivation(evaluated.drvPath) });
  }
  return read;
}

interface Drawing {
  readonly subject: Subject;
  readonly statics: readonly Derivation[];
  readonly selected: boolean;
  readonly treeOf: (file: string) => SyntaxTree | null;
  /** Why no derivation is written to the store; null when they are. */
  readonly storeProblem: string | null;
}

function drawAll(drawing: Drawing, evaluated: EvaluatedFile, read: readonly ReadDerivation[]): Evaluated {
  const { subject, statics, selected } = drawing;
  const { file } = subject;
  const textOf = filesOf(subject);
  const drawnIn = drawnFrom(drawing);
  const derivations: Derivation[] = [];
  const problems: string[] = [];
  for (const { evaluated, store } of read) {
    if (!store.ok) {
      const reason = drawing.storeProblem ?? store.error.message;
      problems.push(reason);
      const known = statics.filter(({ attr }) => attr === evaluated.attr);
      derivations.push(...known.map((derivation) => ({ ...derivation, note: reason })));
    } else {
      const input = { statics, evaluated, store: store.value, sourceOf: textOf, file, selected, drawnIn };
      derivations.push(drawEvaluated(input));
    }
  }
  const failed = evaluated.failures.map(({ attr }) => attr);
  const undrawn = evaluated.failures.flatMap((reason) =>
    statics.filter(({ attr }) => attr === reason.attr).map((derivation) => notEvaluated(derivation, reason)),
  );
  return {
    diagnostics: evaluated.failures.flatMap((reason) => diagnosticsOf(subject, statics, reason)),
    derivations: inFileOrder([...derivations, ...undrawn], file),
    ...(problems[0] === undefined && derivations.length + failed.length === 0
      ? nothingMade(evaluated.kind, subject.file, selected)
      : { message: problems[0] ?? null }),
  };
}

/** Each file is drawn once. */
function drawnFrom({ treeOf }: Drawing): (file: string) => readonly Derivation[] {
  const known = new Map<string, readonly Derivation[]>();
  return (file) => {
    const found = known.get(file);
    if (found !== undefined) return found;
    const tree = treeOf(file);
    const drawn = tree === null ? [] : drawStatic(tree, file);
    known.set(file, drawn);
    return drawn;
  };
}

function notEvaluated(derivation: Derivation, { kind, message }: EvaluationFailure): Derivation {
  const words = message.split('\n')[0] ?? '';
  return { ...derivation, note: kind === 'whenSaved' ? words : `Not evaluated: ${words}` };
}

function nothingMade(
  kind: EvaluatedFile['kind'],
  file: string,
  selected: boolean,
): Pick<Evaluated, 'message' | 'advice'> {
  if (kind === 'set' && basename(file) === 'flake.nix' && !selected) {
    const message =
      'This is a flake: what it makes is named FOLDER#ATTRIBUTE. In the editor, pin it (Pin Derivation of Another File).';
    return { message, advice: `Write FOLDER#ATTRIBUTE, e.g. ${dirname(file)}#default` };
  }
  if (kind === 'set') return { message: 'This file is a set without derivations.' };
  return {
    message:
      kind === 'function'
        ? 'This file is a function that makes no derivation.'
        : 'This file makes no derivation.',
  };
}

/** Nothing could be evaluated: the first drawing stays, with the reason. */
function failedAsWhole(
  subject: Subject,
  attr: string,
  statics: readonly Derivation[],
  reason: EvaluationFailure,
): Evaluated {
  // A file that wants arguments nobody gives need not be wrong; it is evaluated where it is called.
  const isWrong = !['arguments', 'cancelled', 'whenSaved'].includes(reason.kind);
  const asked = statics.filter((derivation) => attr === '' || derivation.attr === attr);
  return {
    diagnostics: isWrong ? diagnosticsOf(subject, statics, reason) : argumentsOf(subject, reason),
    derivations: asked.map((derivation) => notEvaluated(derivation, reason)),
    ...(diagnoseDaemon(reason.message) ?? { message: reason.message }),
    ...(reason.kind === 'arguments' ? { advice: howToFill } : {}),
    ...(reason.missing === undefined ? {} : { missing: reason.missing.map(({ name }) => name) }),
  };
}

const howToFill =
  'Give them with --arg NAME EXPRESSION or --argstr NAME STRING, or say with -I nixpkgs=PATH where the package set is.';

/** Of arguments that nobody gives, those that are surely slips. */
function argumentsOf({ file, source }: Subject, reason: EvaluationFailure): readonly Diagnostic[] {
  return source === null ? [] : argumentDiagnostics(reason, blamedFile(file, source, [], null));
}

function diagnosticsOf(
  { file, source }: Subject,
  statics: readonly Derivation[],
  reason: EvaluationFailure,
): readonly Diagnostic[] {
  if (source === null) {
    const start = { line: 0, character: 0 };
    const place = { file, range: { start, end: start } };
    return [
      { ...place, severity: 'error', code: 'nix-eval', message: reason.message, source: 'nix', related: [] },
    ];
  }
  const found = evaluationDiagnostic(reason, blamedFile(file, source, statics, reason.attr));
  if (found === null) return [];
  const offers = evaluationOffers(reason.message, file);
  return [{ ...withMarkNamed(found), ...(offers.length === 0 ? {} : { offers }) }];
}

/** Nix's words for a byte order mark do not name what nobody can see. */
function withMarkNamed(found: Diagnostic): Diagnostic {
  const { start } = found.range;
  const first = found.code === 'nix-parse' && start.line === 0 && start.character === 0;
  return first && beginsWithMark(found.file)
    ? { ...found, message: `${found.message}\n${byteOrderMark}` }
    : found;
}

/** Reads each file once. */
function filesOf({ file, source }: Subject): (file: string) => TextWithLines | null {
  const known = new Map<string, TextWithLines | null>([[file, source]]);
  return (wanted) => {
    const found = known.get(wanted);
    if (found !== undefined) return found;
    const read = readTextFile(wanted);
    known.set(wanted, read);
    return read;
  };
}

/** A `.drv` needs no evaluation: its drawing has everything but places. */
async function readStoreDerivation(nix: Nix, drvPath: string): Promise<Evaluated> {
  const store = await nix.readDerivation(drvPath);
  if (!store.ok) return { diagnostics: [], derivations: [], message: store.error.message };
  const { name, system, outputs } = store.value;
  const evaluated: EvaluatedDerivation = {
    attr: '',
    name,
    system,
    drvPath,
    outputs: Object.fromEntries(Object.entries(outputs).map(([output, { path }]) => [output, path || null])),
    position: null,
    attributePositions: {},
  };
  const drawn = drawEvaluated({
    statics: [],
    evaluated,
    store: store.value,
    sourceOf: readTextFile,
    file: drvPath,
    selected: true,
    drawnIn: () => [],
  });
  return { diagnostics: [], derivations: [drawn], message: null };
}
