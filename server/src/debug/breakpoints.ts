/** Breakpoints of a client as places where bash stops, and back. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Statement } from '../bash/statements';
import { reportedLines, statementAt, statementForLine } from '../bash/statements';
import type { ScriptPlaces } from '../engine/scriptPlaces';
import type { ShellStop } from '../phases/phaseDebugger';
import type { Derivation } from '../protocol/model';
import type { ScriptFiles } from './scriptFiles';

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
  private ofFunctions: readonly Breakpoint[] = [];
  private ids = 0;
  /** Where a text says `exit`; only while that is asked for. */
  private exits: readonly Target[] = [];

  constructor(
    private readonly derivation: Derivation,
    private readonly places: ScriptPlaces,
    private readonly files: ScriptFiles,
    /** Texts of `.nix` files when they were evaluated. */
    private readonly evaluated: ReadonlyMap<string, string>,
  ) {}

  private get all(): readonly Breakpoint[] {
    return [...[...this.bySource.values()].flat(), ...this.ofFunctions];
  }

  async setLines(
    path: string,
    wanted: readonly DebugProtocol.SourceBreakpoint[],
  ): Promise<DebugProtocol.Breakpoint[]> {
    const changed = await this.hasChanged(path);
    const set: Breakpoint[] = [];
    const answers: DebugProtocol.Breakpoint[] = [];
    for (const wish of wanted) {
      const { breakpoint, answer } = changed
        ? { breakpoint: null, answer: unverified(++this.ids, changedSince) }
        : await this.setLine(path, wish);
      if (breakpoint !== null) set.push(breakpoint);
      answers.push(answer);
    }
    this.bySource.set(path, set);
    return answers;
  }

  private async hasChanged(path: string): Promise<boolean> {
    const before = this.evaluated.get(path);
    return before !== undefined && (await readFile(path, 'utf8').catch(() => before)) !== before;
  }

  private async setLine(path: string, wish: DebugProtocol.SourceBreakpoint) {
    const id = ++this.ids;
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
    const found = this.places.toBash(file, line);
    const begun =
      found.length > 0
        ? []
        : [...this.places.texts.keys()].filter((text) => this.isNamedAt(text, file, line));
    const lines = [...found, ...begun.map((text) => ({ text, line: 1 }))];
    return lines.flatMap(({ text, line: bashLine }) => {
      const statement = statementForLine(this.files.statementsOfText(text), bashLine);
      return statement === null ? [] : [{ text, file: null, statement }];
    });
  }

  private isNamedAt(text: string, file: string, line: number): boolean {
    const place = this.places.attribute(text);
    return place?.file === file && place.range.start.line === line;
  }

  private async targetsInScript(path: string, line: number): Promise<readonly Target[]> {
    const statement = statementForLine(await this.files.statementsOfFile(path), line);
    return statement === null ? [] : [{ text: null, file: path, statement }];
  }

  private lineOf({ text, statement }: Target): number | null {
    if (text === null) return statement.line;
    const place = this.places.toNix(text, statement.line);
    return place === null ? null : place.range.start.line + 1;
  }

  private whySkipped(targets: readonly Target[]): string | null {
    const phases = targets.map(({ text }) => this.derivation.phases.find(({ name }) => name === text));
    const [first] = phases;
    const all = phases.every((phase) => phase?.runs === false);
    return all && first !== undefined
      ? `${first.name} does not run: ${first.skipReason ?? 'it is skipped'}.`
      : null;
  }

  setFunctions(wanted: readonly DebugProtocol.FunctionBreakpoint[]): DebugProtocol.Breakpoint[] {
    const set = wanted.map((wish) => {
      const statements = this.places.texts.has(wish.name) ? this.files.statementsOfText(wish.name) : [];
      const [first] = [...statements].sort((a, b) => a.line - b.line);
      const targets = first === undefined ? [] : [{ text: wish.name, file: null, statement: first }];
      return { ...newBreakpoint(++this.ids, wish), targets, functionName: wish.name };
    });
    this.ofFunctions = set;
    return set.map(({ id, targets, functionName }) => {
      const [target] = targets;
      if (target === undefined) return { id, verified: /^[\w:.+-]+$/.test(functionName) };
      const place = this.places.toNix(functionName, target.statement.line);
      const line = place === null ? {} : { line: place.range.start.line + 1, source: { path: place.file } };
      return { id, verified: true, ...line };
    });
  }

  /** Whether to stop where a text says `exit`. */
  setExits(wanted: boolean): void {
    const texts = wanted ? [...this.places.texts.keys()] : [];
    this.exits = texts.flatMap((text) =>
      this.files
        .statementsOfText(text)
        .filter(({ squeezed }) => isExit.test(squeezed))
        .map((statement) => ({ text, file: null, statement })),
    );
  }

  /** `FILE:LINE` where the shells of this phase are to stop. */
  linesFor(phase: string, textsFolder: string): ReadonlySet<string> {
    const lines = new Set<string>();
    const targets = [...this.all.flatMap((one) => one.targets), ...this.exits];
    for (const { text, file, statement } of targets) {
      if (text !== null && !this.mayRunIn(text, phase)) continue;
      const path = text === null ? (file ?? '') : join(textsFolder, `${text}.sh`);
      for (const line of reportedLines(statement)) lines.add(`${path}:${line}`);
    }
    return lines;
  }

  /** Functions to stop in, those that are no texts. */
  get functions(): readonly string[] {
    return this.ofFunctions.flatMap(({ functionName, targets }) =>
      functionName !== null && targets.length === 0 && /^[\w:.+-]+$/.test(functionName) ? [functionName] : [],
    );
  }

  /** The phases that a text may run in: its own, that of a hook; every one when it is not known. */
  private mayRunIn(text: string, phase: string): boolean {
    const owners = this.ownersOf(text);
    return owners.length === 0 || owners.includes(phase);
  }

  private ownersOf(text: string): readonly string[] {
    const { phases } = this.derivation;
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
    return this.derivation.phases.find(({ name }) => names.has(name))?.name ?? null;
  }

  /** Those that a stop is at. */
  async at(stop: ShellStop, textsFolder: string): Promise<readonly Breakpoint[]> {
    const [frame] = stop.frames;
    if (frame === undefined) return [];
    const text = this.files.textName(frame.file, textsFolder);
    const statements =
      text === null ? await this.files.statementsOfFile(frame.file) : this.files.statementsOfText(text);
    const statement = statementAt(statements, frame.line, stop.command);
    const here = ({ targets }: Breakpoint): boolean =>
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
      targets.length === 0 &&
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

const noCommand = 'No command of a phase or hook begins here or after this line.';
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
