/** A shell that stands still: its frames and variables, by the numbers that a client was given for them. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DebuggedPhase, ShellStop, StoppedFrame } from '../phases/phaseDebugger';
import type { ShellDeclaration } from '../phases/shellDeclarations';
import { parseShellState, type ShellState } from '../phases/shellState';
import { failure, success, type Result } from '../result';
import type { FramePlace, ScriptFiles } from './scriptFiles';
import type { ScopeName, ShellVariables } from './variables';
import {
  assignmentScript,
  entriesOf,
  parseVariables,
  plainValue,
  scopeNames,
  shownValue,
  specialValues,
  toVariable,
  variablesOfScope,
  variablesScript,
} from './variables';

/** Numbers are never given twice in a session: an old one is nobody's. */
export interface Numbers {
  next(): number;
}

type Container =
  | { readonly kind: 'scope'; readonly scope: ScopeName }
  | { readonly kind: 'array'; readonly declaration: ShellDeclaration };

export class StoppedShell {
  private readonly frames = new Map<number, number>();
  private readonly containers = new Map<number, Container>();
  private read: Promise<ShellVariables> | null = null;
  private placed: Promise<readonly FramePlace[]> | null = null;

  constructor(
    readonly phase: DebuggedPhase,
    readonly stop: ShellStop,
    private readonly files: ScriptFiles,
    private readonly outputs: ReadonlySet<string>,
    private readonly numbers: Numbers,
  ) {}

  /** From `start` on; those of the driver are not among them. */
  async stackFrames(start: number, count: number): Promise<readonly DebugProtocol.StackFrame[]> {
    const places = await this.places(start + count);
    return places.slice(start, start + count).map((place, index) => {
      const id = this.numbers.next();
      this.frames.set(id, start + index);
      const { name, source, line, column, isStdenv } = place;
      const hint = isStdenv ? ({ presentationHint: source === null ? 'label' : 'subtle' } as const) : {};
      return { id, name, line, column, ...(source === null ? {} : { source }), ...hint };
    });
  }

  get frameCount(): number {
    return this.theirs.length;
  }

  /** Without the driver's own script. */
  private get theirs(): readonly StoppedFrame[] {
    return this.stop.frames.filter(({ functionName }) => functionName !== 'main');
  }

  private async places(count: number): Promise<readonly FramePlace[]> {
    if (count > 50) return this.placeFrames(count);
    this.placed ??= this.placeFrames(50);
    return this.placed;
  }

  private async placeFrames(count: number): Promise<readonly FramePlace[]> {
    const placed: FramePlace[] = [];
    for (const frame of this.theirs.slice(0, count)) {
      placed.push(await this.files.placeOf(frame, this.phase));
    }
    return placed;
  }

  /** Where it stands. */
  async here(): Promise<FramePlace | null> {
    return (await this.places(1))[0] ?? null;
  }

  hasFrame(id: number): boolean {
    return this.frames.has(id);
  }

  scopes(frame: number): readonly DebugProtocol.Scope[] {
    // bash's variables are those that the innermost function sees: a caller's locals are not kept apart.
    const names = this.frames.get(frame) === 0 ? scopeNames : scopeNames.filter((name) => name !== 'Locals');
    return names.map((scope) => ({
      name: scope,
      variablesReference: this.contain({ kind: 'scope', scope }),
      expensive: scope !== 'Locals' && scope !== 'Phase flags' && scope !== 'Outputs',
      ...(scope === 'Locals' ? ({ presentationHint: 'locals' } as const) : {}),
    }));
  }

  hasContainer(reference: number): boolean {
    return this.containers.has(reference);
  }

  async variables(
    reference: number,
    start: number,
    count: number,
  ): Promise<readonly DebugProtocol.Variable[]> {
    const container = this.containers.get(reference);
    if (container === undefined) return [];
    if (container.kind === 'array') return entriesOf(container.declaration, start, count);
    const shell = await this.shellVariables();
    const shown = variablesOfScope(container.scope, shell, this.outputs).map((one) => this.toVariable(one));
    const others = container.scope === 'Special' ? specialValues(this.stop, shell) : [];
    const all = [
      ...others.map(([name, value]) => ({ name, value: shownValue(value), variablesReference: 0 })),
      ...shown,
    ];
    return all.slice(start, start + count);
  }

  /** Assigns in the frame where the shell stands; gives the new value as shown. */
  async setVariable(reference: number, name: string, value: string): Promise<Result<DebugProtocol.Variable>> {
    const container = this.containers.get(reference);
    const array = container?.kind === 'array' ? container.declaration : null;
    const target = array?.name ?? name;
    if (container === undefined || !/^[A-Za-z_]\w*$/.test(target)) return notSet(`${name} cannot be set.`);
    if (await this.isReadonly(target)) return notSet(`${target} is readonly.`);
    const { exitCode, output } = await this.run(
      assignmentScript(target, array === null ? null : name, value),
    );
    if (exitCode !== 0) return notSet(output.toString('utf8').trim() || `${name} cannot be set.`);
    const found = (await this.shellVariables()).all.find((one) => one.name === target);
    if (found === undefined) return notSet(`${name} cannot be set.`);
    if (array === null) return success(this.toVariable(found));
    this.containers.set(reference, { kind: 'array', declaration: found });
    const entries = entriesOf(found, 0, Number.POSITIVE_INFINITY);
    const entry = entries.find((one) => one.name === name);
    return entry === undefined ? notSet(`${name} cannot be set.`) : success(entry);
  }

  /** Runs bash text in the frame; what it changed is seen afterwards. */
  async run(script: string): ReturnType<DebuggedPhase['run']> {
    const answer = await this.phase.run(this.stop.pid, script);
    this.read = null;
    return answer;
  }

  /** Runs bash text that changes nothing. */
  ask(script: string): ReturnType<DebuggedPhase['run']> {
    return this.phase.run(this.stop.pid, script);
  }

  /** All of its state, by which another shell can stand where it does; null when it could not tell. */
  async state(): Promise<ShellState | null> {
    const { output } = await this.ask(stateScript);
    return parseShellState(output.toString('latin1'));
  }

  /** The variable of this name for a hover; null when there is none. */
  async variable(name: string): Promise<DebugProtocol.Variable | null> {
    const found = (await this.shellVariables()).all.find((one) => one.name === name);
    return found === undefined ? null : this.toVariable(found);
  }

  /** The whole value; null when it is an array or not set. */
  async wholeValue(name: string): Promise<string | null> {
    const found = (await this.shellVariables()).all.find((one) => one.name === name);
    return found === undefined ? null : plainValue(found);
  }

  async isReadonly(name: string): Promise<boolean> {
    const found = (await this.shellVariables()).all.find((one) => one.name === name);
    return found?.attributes.includes('r') === true;
  }

  async names(): Promise<readonly string[]> {
    return (await this.shellVariables()).all.map(({ name }) => name);
  }

  private toVariable(declaration: ShellDeclaration): DebugProtocol.Variable {
    return toVariable(declaration, (one) => this.contain({ kind: 'array', declaration: one }));
  }

  private contain(container: Container): number {
    const reference = this.numbers.next();
    this.containers.set(reference, container);
    return reference;
  }

  private shellVariables(): Promise<ShellVariables> {
    this.read ??= this.ask(variablesScript).then(({ output }) => parseVariables(output));
    return this.read;
  }
}

/** In a subshell, with the frame's parameters: nothing of the frame changes. */
const stateScript = '(__phasewise_parameters=("$@"); __phasewise_print_frame 2> /dev/null)\n';

function notSet(message: string): Result<never> {
  return failure({ code: 'not-set', message, advice: null });
}
