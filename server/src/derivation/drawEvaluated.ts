import { parseAttrPath } from '../nix/attrPath';
import type { StoreDerivation } from '../nix/derivationFile';
import type { EvaluatedDerivation, NixPosition } from '../nix/nix';
import type { Derivation, FileRange, Origin, Phase } from '../protocol/model';
import { setupHooks, usualPhase } from '../knowledge/stdenvPhases';
import type { LineIndex } from '../syntax/lineIndex';
import { builderEnvironment, structureOf } from './builderVariables';
import {
  absentOrigin,
  drawPhases,
  hookCallsIn,
  unknownOrigin,
  type DrawingFacts,
  type DrawnHook,
} from './phaseDrawing';
import { splitWords } from './staticValue';
import { phaseOrder, usualSkipReason } from './usualOrder';

export interface EvaluatedDrawingInput {
  /** The first drawing of the same file: gives places of attributes that Nix does not tell. */
  readonly statics: readonly Derivation[];
  readonly evaluated: EvaluatedDerivation;
  readonly store: StoreDerivation;
  /** A file that a position names; null when it cannot be read. */
  sourceOf(file: string): { readonly text: string; readonly lines: LineIndex } | null;
  /** Absolute path of the file that was evaluated. */
  readonly file: string;
  /** Whether this derivation alone was asked for, by its attribute. */
  readonly selected: boolean;
  /** The derivations that another file makes, as its text alone tells; none when the file cannot be read. */
  drawnIn(file: string): readonly Derivation[];
}

/**
 * Second drawing: phases and texts as the store derivation's environment has them, places as the evaluator tells them.
 * Functions that stdenv and setup hooks define are not known yet, so the usual order stands in for them.
 */
export function drawEvaluated(input: EvaluatedDrawingInput): Derivation {
  return new EvaluatedDrawing(input).draw();
}

/** Attributes that a package itself writes and that stdenv passes on with their places, unlike `name` and `meta`. */
const ownAttributes = ['pname', 'version', 'src'] as const;

class EvaluatedDrawing implements DrawingFacts {
  readonly phaseNames: readonly string[];
  private readonly env: Readonly<Record<string, string>>;
  private readonly structure: Derivation['structure'];
  private readonly known: Derivation | null;
  private readonly attributes: Readonly<Record<string, FileRange>>;

  constructor(private readonly input: EvaluatedDrawingInput) {
    this.env = builderEnvironment(input.store);
    this.structure = structureOf(input.store);
    this.known = input.statics.find(({ attr }) => attr === input.evaluated.attr) ?? null;
    this.attributes = { ...this.known?.attributes, ...this.evaluatedPlaces() };
    this.phaseNames =
      this.structure === 'phases'
        ? phaseOrder((variable) => splitWords(this.env[variable] ?? ''))
        : [this.structure];
  }

  draw(): Derivation {
    const { evaluated } = this.input;
    const place = this.place();
    return {
      name: evaluated.name,
      attr: evaluated.attr,
      system: evaluated.system,
      drvPath: evaluated.drvPath,
      outputs: evaluated.outputs,
      file: place.file,
      range: place.range,
      extent: place.extent ?? null,
      source: 'evaluated',
      structure: this.structure,
      phases: this.phases(),
      attributes: this.attributes,
      note: null,
    };
  }

  skipReason(phase: string): string | null {
    if (this.structure !== 'phases') return null;
    return usualSkipReason(phase, (variable) => (this.env[variable] ?? '') !== '');
  }

  body(phase: string): string | null {
    return this.text(phase);
  }

  origin(phase: string): Origin {
    if (this.text(phase) !== null) return this.attributeOrigin(phase);
    return usualPhase(phase) === null && this.structure === 'phases' ? absentOrigin : unknownOrigin;
  }

  hookCalls(phase: string): readonly string[] | null {
    const body = this.text(phase);
    return body === null ? null : hookCallsIn(body);
  }

  hooks(name: string): readonly DrawnHook[] {
    const body = this.text(name);
    if (body === null) return [];
    return [{ name, kind: 'attribute', origin: this.attributeOrigin(name), body }];
  }

  setupHookNames(): readonly string[] {
    return setupHooks;
  }

  /** What the functions do that a text calls is not known here. */
  knowsAllHookCalls(): boolean {
    return false;
  }

  private phases(): Phase[] {
    if (this.structure === 'builder') return [this.builderPhase()];
    const phases = drawPhases(this);
    const path = this.text('buildCommandPath');
    if (this.structure !== 'buildCommand' || path === null) return phases;
    // genericBuild looks at the path first.
    const origin = this.attributeOrigin('buildCommandPath');
    return phases.map((phase) => ({ ...phase, origin, body: `source ${shellWord(path)}` }));
  }

  /** A program with its arguments; of a shell's `-c` the text. */
  private builderPhase(): Phase {
    const origin = this.attributeOrigin(this.attributes['args'] === undefined ? 'builder' : 'args');
    const { args, builder } = this.input.store;
    const script = args[args.indexOf('-c') + 1];
    const body =
      args.includes('-c') && script !== undefined ? script : [builder, ...args].map(shellWord).join(' ');
    return { name: 'builder', runs: true, skipReason: null, origin, body, hooks: [] };
  }

  private text(name: string): string | null {
    const text = Object.hasOwn(this.env, name) ? this.env[name] : undefined;
    return text === undefined || text === '' ? null : text;
  }

  private attributeOrigin(name: string): Origin {
    const place = Object.hasOwn(this.attributes, name) ? this.attributes[name] : undefined;
    return { kind: 'attribute', file: place?.file ?? null, range: place?.range ?? null, input: null };
  }

  /** An attribute that this file writes and another one only passes on keeps the place in this file. */
  private evaluatedPlaces(): Record<string, FileRange> {
    const places: Record<string, FileRange> = {};
    for (const [name, position] of Object.entries(this.input.evaluated.attributePositions)) {
      const elsewhere = position.file !== null && position.file !== this.input.file;
      const known = this.known !== null && Object.hasOwn(this.known.attributes, name);
      if (elsewhere && known && !this.writesValue(position, name)) continue;
      places[name] = this.placeOf(position, name);
    }
    return places;
  }

  /** Whether a literal stands at the place: that file then says the value itself, e.g. in a function for overrideAttrs. */
  private writesValue({ file, line, column }: NixPosition, name: string): boolean {
    const source = this.input.sourceOf(file ?? this.input.file);
    if (source === null) return false;
    const start = source.lines.offsetAt(source.lines.fromNixPosition(line, column));
    const written = source.text.slice(start, start + name.length + 200);
    return /^[\w'".-]+\s*=\s*(?:["[\d]|''|true\b|false\b|null\b)/.test(written);
  }

  /** The first drawing's place when it is in this file, else its attribute here, else where its package is written. */
  private place(): Pick<Derivation, 'file' | 'range' | 'extent'> {
    const { evaluated, file, selected } = this.input;
    const { position } = evaluated;
    if (this.known !== null) return this.known;
    if (position?.file === file && !selected) return this.placeOfAttribute(position);
    const written = this.writtenPlace();
    if (written !== null) return written;
    return position === null ? { file, range: null } : this.placeOfAttribute(position);
  }

  private placeOfAttribute(position: NixPosition): FileRange {
    return this.placeOf(position, parseAttrPath(this.input.evaluated.attr).at(-1) ?? '');
  }

  /** The call that makes it, in the file where its own attributes are written (a file that callPackage filled). */
  private writtenPlace(): Pick<Derivation, 'file' | 'range' | 'extent'> | null {
    const [own] = ownAttributes.flatMap((name) => {
      const position = this.input.evaluated.attributePositions[name];
      return position === undefined || position.file === null ? [] : { name, file: position.file, position };
    });
    if (own === undefined) return null;
    const attribute = this.placeOf(own.position, own.name);
    const drawn = this.input.drawnIn(own.file);
    const calls = drawn.filter(({ attributes }) => startsAt(attributes[own.name], attribute));
    const [call] = calls.length > 0 ? calls : drawn;
    const isThis = calls.length === 1 || (calls.length === 0 && drawn.length === 1);
    if (!isThis || call?.range == null) return attribute;
    return { file: own.file, range: call.range, extent: call.extent ?? null };
  }

  private placeOf(position: NixPosition, name: string): FileRange {
    const file = position.file ?? this.input.file;
    const lines = this.input.sourceOf(file)?.lines ?? null;
    const start =
      lines === null
        ? { line: Math.max(0, position.line - 1), character: Math.max(0, position.column - 1) }
        : lines.fromNixPosition(position.line, position.column);
    return { file, range: { start, end: { ...start, character: start.character + name.length } } };
  }
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function startsAt(place: FileRange | undefined, { range: { start } }: FileRange): boolean {
  return place?.range.start.line === start.line && place.range.start.character === start.character;
}
