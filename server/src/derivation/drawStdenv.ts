import { setupHooks } from '../knowledge/stdenvPhases';
import type { Derivation, FileRange, Hook, Origin, Phase, PhaseFlag, Range } from '../protocol/model';
import type { InspectedFunction, StdenvInspection } from './inspection';
import {
  absentOrigin,
  drawPhases,
  hookCallsIn,
  unknownOrigin,
  type DrawingFacts,
  type DrawnHook,
} from './phaseDrawing';
import { flagsRead } from './phaseFlags';
import { setupHookEffects, SetupHookAuthors, storePathOf } from './setupHookEffects';

/**
 * Third drawing: order, skips, texts and hooks as the derivation's own stdenv answered. Takes the second drawing, whose
 * attribute places it keeps, and what was asked of the stdenv.
 *
 * Of a hook nixpkgs' `runHook` runs first what is defined under its very name (a function, else a variable's text) and then the
 * entries of its array (`preBuildHooks`) in order. Source: `pkgs/stdenv/generic/setup.sh` (`runHook`, `_callImplicitHook`, `runPhase`).
 */
export function drawStdenv(derivation: Derivation, inspection: StdenvInspection): Derivation {
  if (inspection.structure === 'builder') return { ...derivation, source: 'stdenv', note: null };
  const drawing = new StdenvDrawing(derivation, inspection);
  return {
    ...derivation,
    source: 'stdenv',
    structure: inspection.structure,
    phases: drawPhases(drawing).map((phase) => ({
      ...phase,
      flags: drawing.flags(phase),
      stdenvDefault: drawing.stdenvDefault(phase),
    })),
    setupHooks: setupHookEffects(inspection),
    note: null,
  };
}

class StdenvDrawing implements DrawingFacts {
  readonly phaseNames: readonly string[];
  private readonly functions: ReadonlyMap<string, InspectedFunction>;
  private readonly authors: SetupHookAuthors;
  private readonly set: ReadonlySet<string>;

  constructor(
    private readonly derivation: Derivation,
    private readonly inspection: StdenvInspection,
  ) {
    this.functions = new Map(inspection.functions.map((one) => [one.name, one]));
    this.authors = new SetupHookAuthors(inspection.setupHooks ?? []);
    this.set = new Set([...inspection.attributes, ...this.authors.changedNames()]);
    this.phaseNames =
      inspection.structure === 'buildCommand' ? ['buildCommand'] : inspection.phases.map(({ name }) => name);
  }

  skipReason(phase: string): string | null {
    const inspected = this.inspection.phases.find(({ name }) => name === phase);
    if (inspected === undefined || inspected.runs) return null;
    for (const { name, runsWhen } of inspected.flags) {
      const set = this.variable(name) !== null;
      if (set !== (runsWhen === 'set')) return set ? `${name} is set` : `${name} is not set`;
    }
    return 'stdenv skips it';
  }

  /** As `runPhase` evaluates it: the variable's text, else the function. A setup hook's text is mostly a function's name. */
  body(phase: string): string | null {
    const text = this.variable(phase);
    if (text === null) return this.functions.get(phase)?.body ?? this.earlierBody(phase);
    return this.functionNamedBy(phase, text)?.body ?? text;
  }

  origin(phase: string): Origin {
    const text = this.variable(phase);
    if (text !== null) return this.variableOrigin(phase, text);
    const defined = this.functions.get(phase);
    if (defined !== undefined) return this.functionOrigin(defined);
    const earlier = this.derivation.phases.find(({ name }) => name === phase)?.origin;
    return earlier?.kind === 'attribute' ? earlier : absentOrigin;
  }

  hookCalls(phase: string): readonly string[] | null {
    const body = this.body(phase);
    return body === null ? null : this.reach(body).hooks;
  }

  knowsAllHookCalls(phase: string): boolean {
    const body = this.body(phase);
    return body !== null && this.reach(body).texts.every((text) => !/\brun(?:One)?Hook\s+["']*\$/.test(text));
  }

  hooks(name: string): readonly DrawnHook[] {
    const implicit = this.implicitHook(name);
    const arrayName = `${name.replace(/Hook$/, '')}Hooks`;
    const entries = this.inspection.hookArrays[arrayName] ?? [];
    const array = entries.map((entry) => this.arrayHook(arrayName, entry));
    return implicit === null ? array : [implicit, ...array];
  }

  /** Before the hooks that end setup come those that it calls with each input. */
  setupHookNames(): readonly string[] {
    const forInputs = Object.keys(this.inspection.hookArrays)
      .filter((array) => /^(?:crossE|e)nv\w*Hooks$/.test(array))
      .map((array) => array.slice(0, -1));
    return setupHooks.flatMap((name) => (name === 'postHook' ? [...forInputs, name] : [name]));
  }

  /** What the phase's text, the functions that it calls, and the hooks that run in it read. */
  flags({ body, hooks }: Phase): readonly PhaseFlag[] {
    const running = hooks.filter(({ when, runs }) => runs !== false && isOfPhase(when));
    const texts = [body, ...running.map((hook) => hook.body)].flatMap((text) => text ?? []);
    const reached = new Set(texts.flatMap((text) => this.reach(text).texts));
    const outputs = Object.keys(this.derivation.outputs);
    const shown = new Set([...this.phaseNames, ...outputs, ...hooks.map(({ name }) => name)]);
    const set = new Set([...this.set].filter((name) => !shown.has(name)));
    return flagsRead([...reached], { values: this.inspection.values, set });
  }

  stdenvDefault({ name, origin }: Phase): FileRange | null {
    const { setupFile, setupFunctions } = this.inspection;
    if (origin.kind === 'setup' || origin.kind === 'absent' || setupFile === '') return null;
    const defined = this.functions.get(name);
    const known = defined?.file === setupFile ? defined.line : null;
    const line = known ?? (Object.hasOwn(setupFunctions, name) ? setupFunctions[name] : undefined);
    return line === undefined ? null : { file: setupFile, range: rangeOf(name, line) };
  }

  private earlierBody(phase: string): string | null {
    return this.derivation.phases.find(({ name }) => name === phase)?.body ?? null;
  }

  /** Hooks that a text runs itself and through the functions that it calls, in order; and all these texts. */
  private reach(text: string, seen = new Set<string>()): Reach {
    const calls: { readonly at: number; readonly hooks: readonly string[] }[] = [];
    const texts = [text];
    for (const match of text.matchAll(/[A-Za-z_][\w-]*/g)) {
      const [word] = match;
      const called = this.functions.get(word);
      if (called === undefined || seen.has(word) || seen.size > 100) continue;
      if (word === 'runHook' || word === 'runOneHook') continue;
      seen.add(word);
      const inner = this.reach(called.body, seen);
      calls.push({ at: match.index, hooks: inner.hooks });
      texts.push(...inner.texts);
    }
    const direct = hookCallsIn(text).map((name) => ({ at: text.indexOf(name), hooks: [name] }));
    const hooks = [...calls, ...direct].sort((a, b) => a.at - b.at).flatMap((call) => call.hooks);
    return { hooks, texts };
  }

  private implicitHook(name: string): DrawnHook | null {
    const defined = this.functions.get(name);
    if (defined !== undefined) {
      return { name, kind: 'function', origin: this.functionOrigin(defined), body: defined.body };
    }
    const text = this.variable(name) ?? this.value(name);
    if (text === null) return null;
    return { name, kind: 'attribute', origin: this.variableOrigin(name, text), body: text };
  }

  /** An entry is a function's name, or a text that is evaluated. */
  private arrayHook(array: string, entry: string): DrawnHook {
    const defined = this.functions.get(entry) ?? this.functions.get(entry.trim().split(/\s/)[0] ?? '');
    return {
      name: shortened(entry),
      kind: 'array',
      origin: defined === undefined ? this.entryOrigin(array, entry) : this.functionOrigin(defined),
      body: defined?.body ?? entry,
    };
  }

  /** Of a text in a hook array, which an attribute may have begun. */
  private entryOrigin(array: string, entry: string): Origin {
    const author = this.authors.ofEntry(array, entry);
    if (author !== null) return setupHookOrigin(author, null);
    if (this.inspection.attributes.includes(array)) return this.attributeOrigin(array);
    return this.setByBuilder(array) ?? unknownOrigin;
  }

  private variable(name: string): string | null {
    return nonEmpty(this.inspection.variables, name);
  }

  /** Of any variable: `runHook` evaluates whichever has the hook's name, such as `unpackCmd` and `fixupOutput`. */
  private value(name: string): string | null {
    return nonEmpty(this.inspection.values, name);
  }

  /** The function that a text calls which is not the derivation's own and nothing but that name. */
  private functionNamedBy(name: string, text: string): InspectedFunction | undefined {
    return this.isAttribute(name, text) ? undefined : this.functions.get(text.trim());
  }

  private isAttribute(name: string, text: string): boolean {
    if (this.setByBuilder(name) !== null) return false;
    return this.inspection.attributes.includes(name) && this.authors.ofVariable(name, text) === null;
  }

  /** Where the builder's own script sets a variable, which it does last. */
  private setByBuilder(name: string): Origin | null {
    const { variables } = this.inspection.builder;
    const place = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return place === undefined ? null : builderOrigin(place.file, rangeOf(name, place.line));
  }

  private attributeOrigin(name: string): Origin {
    const { attributes } = this.derivation;
    const place = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    return { kind: 'attribute', file: place?.file ?? null, range: place?.range ?? null, input: null };
  }

  private variableOrigin(name: string, text: string): Origin {
    if (!this.isAttribute(name, text)) {
      const named = this.functions.get(text.trim());
      if (named !== undefined) return this.functionOrigin(named);
      const author = this.authors.ofVariable(name, text);
      if (author !== null) return setupHookOrigin(author, null);
      return this.setByBuilder(name) ?? unknownOrigin;
    }
    return this.attributeOrigin(name);
  }

  private functionOrigin({ name, file, line }: InspectedFunction): Origin {
    if (file === null) return unknownOrigin;
    const range = line === null ? null : rangeOf(name, line);
    if (file === this.inspection.setupFile) return { kind: 'setup', file, range, input: null };
    if (this.inspection.builder.files.includes(file)) return builderOrigin(file, range);
    return setupHookOrigin(file, range);
  }
}

interface Reach {
  readonly hooks: readonly string[];
  readonly texts: readonly string[];
}

function nonEmpty(variables: Readonly<Record<string, string>>, name: string): string | null {
  const text = Object.hasOwn(variables, name) ? variables[name] : undefined;
  return text === undefined || text === '' ? null : text;
}

function isOfPhase(when: Hook['when']): boolean {
  return when === 'pre' || when === 'during' || when === 'post';
}

function setupHookOrigin(file: string, range: Range | null): Origin {
  return { kind: 'setupHook', file, range, input: storePathOf(file) };
}

/** A builder script is what the attribute `builder` says. */
function builderOrigin(file: string, range: Range | null): Origin {
  return { kind: 'attribute', file, range, input: null };
}

/** A name at the beginning of a 1-based line. */
function rangeOf(name: string, line: number): Range {
  const start = { line: Math.max(0, line - 1), character: 0 };
  return { start, end: { ...start, character: name.length } };
}

function shortened(entry: string): string {
  const line = entry.trim().split('\n')[0] ?? '';
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}
