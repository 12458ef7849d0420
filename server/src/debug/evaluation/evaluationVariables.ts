/** The names that a frame of an evaluation sees, and their values: nothing is evaluated before the user asks for it. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { parseScopes, printedString, withoutPrompts } from '../../nix/debuggerAnswers';
import type { EvaluationDebugger } from '../../nix/evaluationDebugger';
import { failure, success, type Result } from '../../result';
import { describing, elementOf, memberOf, readDescription, type DescribedValue } from './described';
import { problemOf } from './replies';

type Container =
  | { readonly kind: 'scope'; readonly frame: number; readonly names: readonly string[] }
  /** Not evaluated yet: its one child is its value. */
  | { readonly kind: 'lazy'; readonly frame: number; readonly name: string; readonly expression: string }
  | {
      readonly kind: 'value';
      readonly frame: number;
      readonly expression: string;
      readonly value: DescribedValue;
    };

export class EvaluationVariables {
  private readonly containers = new Map<number, Container>();
  private readonly scopesOf = new Map<number, Promise<readonly DebugProtocol.Scope[]>>();
  private readonly names = new Set<string>();
  private chosen: number | null = null;

  constructor(
    private readonly debug: EvaluationDebugger,
    private readonly number: () => number,
  ) {}

  /** Of the frame that Nix numbers so. */
  scopes(frame: number): Promise<readonly DebugProtocol.Scope[]> {
    const known = this.scopesOf.get(frame) ?? this.readScopes(frame);
    this.scopesOf.set(frame, known);
    return known;
  }

  private async readScopes(frame: number): Promise<readonly DebugProtocol.Scope[]> {
    const { printed } = await this.choose(frame);
    const levels = parseScopes(printed);
    const seen = new Set<string>();
    const scope = (name: string, kind: 'static' | 'with' | 'builtins'): DebugProtocol.Scope[] => {
      const names = levels.filter((one) => one.kind === kind).flatMap((one) => one.names);
      const own = [...new Set(names)].filter((one) => !seen.has(one));
      for (const one of own) this.names.add(one);
      for (const one of own) seen.add(one);
      if (own.length === 0) return [];
      const variablesReference = this.contain({ kind: 'scope', frame, names: own });
      return [{ name, variablesReference, namedVariables: own.length, expensive: kind !== 'static' }];
    };
    return [...scope('Bound', 'static'), ...scope('With', 'with'), ...scope('Builtins', 'builtins')];
  }

  /** Later expressions are evaluated there. */
  private async choose(frame: number): ReturnType<EvaluationDebugger['ask']> {
    this.chosen = frame;
    return this.debug.ask(`:st ${frame}`);
  }

  async variables(
    reference: number,
    start: number,
    count: number,
  ): Promise<Result<readonly DebugProtocol.Variable[]>> {
    const container = this.containers.get(reference);
    if (container === undefined) return success([]);
    const { frame } = container;
    if (container.kind === 'scope') {
      const names = container.names.slice(start, start + count);
      return success(names.map((name) => this.lazy(frame, name, name)));
    }
    if (container.kind === 'lazy') {
      const { name, expression } = container;
      const value = await this.value(frame, expression);
      if (value.ok) return success([{ name, evaluateName: expression, ...value.value }]);
      return success([{ name, value: value.error.message, variablesReference: 0 }]);
    }
    const { expression, value } = container;
    if (value.type === 'list') {
      const indices = Array.from({ length: value.length }, (_, index) => index).slice(start, start + count);
      return success(indices.map((index) => this.lazy(frame, String(index), elementOf(expression, index))));
    }
    const names = value.names.slice(start, start + count);
    return success(names.map((name) => this.lazy(frame, name, memberOf(expression, name))));
  }

  /** What an expression gives in a frame, with the number of what it holds. */
  async value(
    frame: number,
    expression: string,
  ): Promise<Result<Pick<DebugProtocol.Variable, 'value' | 'type' | 'variablesReference'>>> {
    if (this.chosen !== frame) await this.choose(frame);
    const reply = await this.debug.ask(describing(expression));
    const last = withoutPrompts(reply.printed).split('\n').at(-1) ?? '';
    const text = printedString(last);
    const value = text === null ? null : readDescription(text);
    if (value === null) return failure(problemOf(reply));
    const holds = value.type === 'list' ? value.length : value.names.length;
    const variablesReference = holds === 0 ? 0 : this.contain({ kind: 'value', frame, expression, value });
    const counted = value.type === 'list' ? { indexedVariables: holds } : { namedVariables: holds };
    return success({
      value: value.text,
      type: value.type,
      variablesReference,
      ...(holds === 0 ? {} : counted),
    });
  }

  /** Prepares for a line of the user's own, which may choose another frame. What is bound there is gone when another is chosen. */
  async at(frame: number, line: string): Promise<void> {
    if (this.chosen !== frame) await this.choose(frame);
    if (line.startsWith(':st')) this.chosen = null;
  }

  /** That a console offers. */
  get knownNames(): readonly string[] {
    return [...this.names];
  }

  private lazy(frame: number, name: string, expression: string): DebugProtocol.Variable {
    const variablesReference = this.contain({ kind: 'lazy', frame, name, expression });
    return {
      name,
      value: 'not evaluated yet',
      evaluateName: expression,
      variablesReference,
      presentationHint: { lazy: true },
    };
  }

  private contain(container: Container): number {
    const reference = this.number();
    this.containers.set(reference, container);
    return reference;
  }
}
