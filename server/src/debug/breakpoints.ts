/** Breakpoints of a client as places where bash stops, and back. */
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Statement } from '../bash/statements';
import { reportedLines, statementAt, statementForLine } from '../bash/statements';
import type { ShellStop } from '../phases/phaseDebugger';
import { hasChanged, type DebugTarget } from './debugTarget';

/** A statement in the text of a variable, or in a script as the builder names it. */
export interface Target {
  readonly text: string | null;
  readonly file: string | null;
  readonly statement: Statement;
}

export interface Breakpoint {
  readonly id: number;
  readonly targets: readonly Target[];
  /** Of a function breakpoint. */
  readonly functionName: string | null;
  readonly condition: string | null;
  readonly hitCondition: string | null;
  readonly logMessage: string | null;
  hits: number;
}

interface Wish {
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
}

export class Breakpoints {
  private readonly bySource = new Map<string, readonly Breakpoint[]>();
  private readonly wished = new Map<string, readonly (DebugProtocol.SourceBreakpoint & { id: number })[]>();
  private ofFunctions: readonly Breakpoint[] = [];
  private ids = 0;
  /** Where a text says `exit`; only while that is asked for. */
  private exits: readonly Target[] = [];
  private wantsExits = false;

  constructor(private target: DebugTarget) {}

  /** Finds them anew in what was evaluated again; gives them all, by the numbers that the client knows. */
  async renew(target: DebugTarget): Promise<readonly DebugProtocol.Breakpoint[]> {
    this.target = target;
    this.setExits(this.wantsExits);
    const lines: DebugProtocol.Breakpoint[] = [];
    for (const [path, wished] of this.wished) lines.push(...(await this.placeLines(path, wished)));
    this.ofFunctions = this.ofFunctions.map((one) => ({ ...one, targets: this.targetsOf(one.functionName) }));
    return [...lines, ...this.ofFunctions.map((one) => this.answerFor(one))];
  }

  private get all(): readonly Breakpoint[] {
    return [...[...this.bySource.values()].flat(), ...this.ofFunctions];
  }

  setLines(
    path: string,
    wanted: readonly DebugProtocol.SourceBreakpoint[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    return this.placeLines(
      path,
      wanted.map((wish) => ({ ...wish, id: ++this.ids })),
    );
  }

  private async placeLines(
    path: string,
    wished: readonly (DebugProtocol.SourceBreakpoint & { id: number })[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    this.wished.set(path, wished);
    const changed = await hasChanged(this.target, path);
    const set: Breakpoint[] = [];
    const answers: DebugProtocol.Breakpoint[] = [];
    for (const wish of wished) {
      const { breakpoint, answer } = changed
        ? { breakpoint: null, answer: unverified(wish.id, changedSince) }
        : await this.setLine(path, wish);
      if (breakpoint !== null) set.push(breakpoint);
      answers.push(answer);
    }
    this.bySource.set(path, set);
    return answers;
  }

  private async setLine(path: string, wish: DebugProtocol.SourceBreakpoint & { id: number }) {
    const { id } = wish;
    const targets = path.endsWith('.nix')
      ? this.targetsInNix(path, wish.line - 1)
      : await this.targetsInScript(path, wish.line);
    const [first] = targets;
    if (first === undefined) return { breakpoint: null, answer: unverified(id, noCommand) };
    const skipped = this.whySkipped(targets);
    const line = this.lineOf(first) ?? wish.line;
    const answer = skipped === null ? { id, verified: true, line } : { ...unverified(id, skipped), line };
    return { breakpoint: { ...newBreakpoint(id, wish), targets }, answer };
  }

  /** The statements that a line of a `.nix` file became, or the next after it; where an attribute is named, the first of its text. */
  private targetsInNix(file: string, line: number): readonly Target[] {
    const found = this.target.places.toBash(file, line);
    const begun =
      found.length > 0
        ? []
        : [...this.target.places.texts.keys()].filter((text) => this.isNamedAt(text, file, line));
    const lines = [...found, ...begun.map((text) => ({ text, line: 1 }))];
    return lines.flatMap(({ text, line: bashLine }) => {
      const statement = statementForLine(this.target.files.statementsOfText(text), bashLine);
      return statement === null ? [] : [{ text, file: null, statement }];
    });
  }

  private isNamedAt(text: string, file: string, line: number): boolean {
    const place = this.target.places.attribute(text);
    return place?.file === file && place.range.start.line === line;
  }

  private async targetsInScript(path: string, line: number): Promise<readonly Target[]> {
    const statement = statementForLine(await this.target.files.statementsOfFile(path), line);
    return statement === null ? [] : [{ text: null, file: path, statement }];
  }

  private lineOf({ text, statement }: Target): number | null {
    if (text === null) return statement.line;
    const place = this.target.places.toNix(text, statement.line);
    return place === null ? null : place.range.start.line + 1;
  }

  private whySkipped(targets: readonly Target[]): string | null {
    const phases = targets.map(({ text }) => this.target.derivation.phases.find(({ name }) => name === text));
    const [first] = phases;
    const all = phases.every((phase) => phase?.runs === false);
    return all && first !== undefined
      ? `${first.name} does not run: ${first.skipReason ?? 'it is skipped'}.`
      : null;
  }

  setFunctions(wanted: readonly DebugProtocol.FunctionBreakpoint[]): DebugProtocol.Breakpoint[] {
    this.ofFunctions = wanted.map((wish) => ({
      ...newBreakpoint(++this.ids, wish),
      targets: this.targetsOf(wish.name),
      functionName: wish.name,
    }));
    return this.ofFunctions.map((one) => this.answerFor(one));
  }

  /** The first statement of a text of the derivation that has this name, or of a function that a text defines. */
  private targetsOf(name: string | null): readonly Target[] {
    const { places, files } = this.target;
    if (name === null) return [];
    if (!places.texts.has(name)) return files.functionsNamed(name).map((one) => ({ ...one, file: null }));
    const [first] = [...files.statementsOfText(name)].sort((a, b) => a.line - b.line);
    return first === undefined ? [] : [{ text: name, file: null, statement: first }];
  }

  private answerFor({ id, functionName, targets: [target] }: Breakpoint): DebugProtocol.Breakpoint {
    const name = functionName ?? '';
    if (target === undefined) return { id, verified: /^[\w:.+-]+$/.test(name) };
    const place = this.target.places.toNix(target.text ?? name, target.statement.line);
    const line = place === null ? {} : { line: place.range.start.line + 1, source: { path: place.file } };
    return { id, verified: true, ...line };
  }

  /** The phases that a line of a `.nix` file belongs to and that run. */
  phasesAt(file: string, line: number): readonly string[] {
    const texts = this.targetsInNix(file, line - 1).flatMap(({ text }) => (text === null ? [] : [text]));
    const names = new Set(texts.flatMap((text) => this.ownersOf(text)));
    return this.target.derivation.phases
      .filter(({ name, runs }) => names.has(name) && runs)
      .map(({ name }) => name);
  }

  /** Whether to stop where a text says `exit`. */
  setExits(wanted: boolean): void {
    this.wantsExits = wanted;
    const texts = wanted ? [...this.target.places.texts.keys()] : [];
    this.exits = texts.flatMap((text) =>
      this.target.files
        .statementsOfText(text)
        .filter(({ squeezed }) => isExit.test(squeezed))
        .map((statement) => ({ text, file: null, statement })),
    );
  }

  /** `FILE:LINE` where the shells of this phase are to stop. */
  linesFor(phase: string, textsFolder: string): ReadonlySet<string> {
    const lines = new Set<string>();
    const all = this.all.filter((one) => !this.isEntry(one));
    const targets = [...all.flatMap((one) => one.targets), ...this.exits];
    for (const { text, file, statement } of targets) {
      if (text !== null && !this.mayRunIn(text, statement, phase)) continue;
      const path = text === null ? (file ?? '') : join(textsFolder, `${text}.sh`);
      for (const line of reportedLines(statement)) lines.add(`${path}:${line}`);
    }
    return lines;
  }

  /** Functions for a phase to stop in, those of no text. */
  functionsFor(phase: string): readonly string[] {
    return this.functionNames(({ functionName, targets }) => targets.length === 0 && functionName !== phase);
  }

  /** Texts, and the phase itself, to stop in at their first command. */
  entriesFor(phase: string): readonly string[] {
    return this.functionNames((one) => this.isEntry(one) || one.functionName === phase);
  }

  private functionNames(wanted: (one: Breakpoint) => boolean): readonly string[] {
    const named = this.ofFunctions.filter(wanted).flatMap(({ functionName }) => functionName ?? []);
    return named.filter((name) => /^[\w:.+-]+$/.test(name));
  }

  /** Whether it is meant for the beginning of a text, which its name is. */
  private isEntry({ functionName }: Breakpoint): boolean {
    return functionName !== null && this.target.places.texts.has(functionName);
  }

  /** A text runs in its own phase, or that of a hook; in every one when it is not known. A function of it may be called later. */
  private mayRunIn(text: string, statement: Statement, phase: string): boolean {
    const owners = this.ownersOf(text);
    if (owners.length === 0 || owners.includes(phase)) return true;
    return this.target.files.isInFunction(text, statement.line);
  }

  private ownersOf(text: string): readonly string[] {
    const { phases } = this.target.derivation;
    return phases
      .filter(({ name, hooks }) => name === text || hooks.some((hook) => hook.name === text))
      .map(({ name }) => name);
  }

  /** The first phase with a breakpoint; null when there may be one in any. */
  get firstPhase(): string | null {
    const texts = this.all.flatMap(({ targets, functionName }) =>
      targets.length === 0 && functionName !== null ? [functionName] : targets.map(({ text }) => text),
    );
    const owners = texts.map((text) => (text === null ? [] : this.ownersOf(text)));
    if (texts.length === 0 || owners.some((one) => one.length === 0)) return null;
    const names = new Set(owners.flat());
    return this.target.derivation.phases.find(({ name }) => names.has(name))?.name ?? null;
  }

  /** Those that a stop is at. */
  async at(stop: ShellStop, textsFolder: string): Promise<readonly Breakpoint[]> {
    const [frame] = stop.frames;
    if (frame === undefined) return [];
    const text = this.target.files.textName(frame.file, textsFolder);
    const statements =
      text === null
        ? await this.target.files.statementsOfFile(frame.file)
        : this.target.files.statementsOfText(text);
    const statement = statementAt(statements, frame.line, stop.command);
    const here = ({ functionName, targets }: Breakpoint): boolean =>
      (functionName === null || functionName !== text) &&
      statement !== 'inside' &&
      targets.some(
        (target) =>
          target.text === text &&
          (text !== null || target.file === frame.file) &&
          (statement === null
            ? reportedLines(target.statement).includes(frame.line)
            : target.statement.line === statement.line && target.statement.squeezed === statement.squeezed),
      );
    const entered = ({ functionName, targets }: Breakpoint): boolean =>
      functionName !== null && functionName === text
        ? stop.entered
        : targets.length === 0 &&
          functionName === frame.functionName &&
          (stop.entered || isEntry(statements, stop));
    return this.all.filter((one) => here(one) || entered(one));
  }
}

/** As squeezed: with or without a status. */
const isExit = /^(?:builtin)?exit(?:-?\d+|"?\$.*)?$/;

/** bash stops at a function's definition with the command that calls it, which is none of those that stand there. */
function isEntry(statements: readonly Statement[], { frames, command }: ShellStop): boolean {
  const line = frames[0]?.line ?? 0;
  const there = statements.filter((one) => reportedLines(one).includes(line));
  const wanted = command.replaceAll(/\s+/g, '');
  return !there.some(({ squeezed }) => squeezed === wanted);
}

function newBreakpoint(id: number, wish: Wish): Omit<Breakpoint, 'targets'> & { functionName: null } {
  const given = (text: string | undefined): string | null =>
    text === undefined || text.trim() === '' ? null : text;
  return {
    id,
    functionName: null,
    condition: given(wish.condition),
    hitCondition: given(wish.hitCondition),
    logMessage: given(wish.logMessage),
    hits: 0,
  };
}

function unverified(id: number, message: string): DebugProtocol.Breakpoint {
  return { id, verified: false, message };
}

const noCommand =
  'No command of a phase or hook begins here or after this line. What Nix evaluates stops at builtins.break, under Debug Evaluation.';
const changedSince = 'The file changed since debugging began: restart to stop here.';

/** `5`, `>= 5`, `% 3` and the like; null when it is none of these. */
export function isHit(condition: string, hits: number): boolean | null {
  const match = /^\s*(>=|>|<=|<|==?|%)?\s*(\d+)\s*$/.exec(condition);
  if (match === null) return null;
  const count = Number(match[2]);
  switch (match[1]) {
    case '>':
      return hits > count;
    case '<':
      return hits < count;
    case '<=':
      return hits <= count;
    case '%':
      return count > 0 && hits % count === 0;
    case '=':
    case '==':
      return hits === count;
    case '>=':
    case undefined:
    default:
      return hits >= count;
  }
}
