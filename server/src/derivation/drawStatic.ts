import type { Derivation, FileRange, Origin, Phase } from '../protocol/model';
import { setupHooks, usualPhase } from '../knowledge/stdenvPhases';
import { stringParts } from '../syntax/stringText';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { searchDerivations } from './findDerivations';
import type { FoundAttribute, FoundDerivation } from './foundDerivation';
import { phasesOfMaker } from './makers';
import {
  absentOrigin,
  drawPhases,
  hookCallsIn,
  unknownOrigin,
  type DrawingFacts,
  type DrawnHook,
} from './phaseDrawing';
import { resolve, staticString, staticTruth, staticWords } from './staticValue';
import { phaseOrder, usualSkipReason } from './usualOrder';

/**
 * First drawing: the derivations that a document makes, from its text alone and stdenv's conventions. Takes the parsed
 * document and the absolute path of its file; never fails, a text with errors gives what it still says.
 */
export function drawStatic(tree: SyntaxTree, file: string): readonly Derivation[] {
  return drawText(tree, file).derivations;
}

/** As `drawStatic`; `complete` is false when there was too much to find every derivation. */
export function drawText(
  tree: SyntaxTree,
  file: string,
): { readonly derivations: readonly Derivation[]; readonly complete: boolean } {
  const { derivations, complete } = searchDerivations(tree);
  return { derivations: derivations.map((found) => new StaticDrawing(tree, file, found).draw()), complete };
}

class StaticDrawing implements DrawingFacts {
  readonly phaseNames: readonly string[];

  constructor(
    private readonly tree: SyntaxTree,
    private readonly file: string,
    private readonly found: FoundDerivation,
  ) {
    this.phaseNames = this.order();
  }

  draw(): Derivation {
    const { tree, file, found } = this;
    return {
      name: found.name,
      attr: found.attr,
      system: this.string('system'),
      drvPath: null,
      outputs: Object.fromEntries(this.outputs().map((output) => [output, null])),
      file,
      range: tree.lines.rangeOf(found.place),
      extent: tree.lines.rangeOf({
        start: Math.min(found.place.start, found.call.start),
        end: Math.max(found.place.end, found.call.end),
      }),
      source: 'static',
      structure: found.structure,
      phases: this.phases(),
      attributes: this.attributePlaces(),
      note: null,
    };
  }

  skipReason(phase: string): string | null {
    if (this.found.structure !== 'phases') return null;
    return usualSkipReason(phase, (variable) => {
      const attribute = this.found.attributes.get(variable);
      if (attribute === undefined) return false;
      if (attribute.value === null) return null;
      return staticTruth(attribute.value, attribute.scope, this.tree.text);
    });
  }

  body(phase: string): string | null {
    return this.string(phase);
  }

  origin(phase: string): Origin {
    const attribute = this.found.attributes.get(phase);
    if (attribute !== undefined) return this.attributeOrigin(attribute);
    return usualPhase(phase) === null ? absentOrigin : unknownOrigin;
  }

  hookCalls(phase: string): readonly string[] | null {
    const attribute = this.found.attributes.get(phase);
    if (attribute === undefined) return this.found.structure === 'phases' ? null : [];
    const text = this.string(phase) ?? this.writtenText(attribute);
    return text === null ? null : hookCallsIn(text);
  }

  hooks(name: string): readonly DrawnHook[] {
    const attribute = this.found.attributes.get(name);
    if (attribute === undefined || this.found.structure === 'builder') return [];
    return [{ name, kind: 'attribute', origin: this.attributeOrigin(attribute), body: this.string(name) }];
  }

  setupHookNames(): readonly string[] {
    return setupHooks;
  }

  /** What the functions do that a text calls is not known here. */
  knowsAllHookCalls(): boolean {
    return false;
  }

  private phases(): Phase[] {
    if (this.found.structure !== 'builder') return drawPhases(this);
    const { attributes } = this.found;
    const attribute = attributes.get('args') ?? attributes.get('builder');
    const origin = attribute === undefined ? absentOrigin : this.attributeOrigin(attribute);
    return [{ name: 'builder', runs: true, skipReason: null, origin, body: null, hooks: [] }];
  }

  private order(): readonly string[] {
    if (this.found.structure === 'buildCommand') return ['buildCommand'];
    if (this.found.structure === 'builder') return ['builder'];
    const ofMaker = phasesOfMaker(this.found.maker);
    if (ofMaker !== null && !this.found.attributes.has('phases')) return ofMaker;
    return phaseOrder((variable) => this.words(variable));
  }

  private outputs(): readonly string[] {
    const outputs = this.words('outputs');
    return outputs.length > 0 ? outputs : ['out'];
  }

  private words(name: string): readonly string[] {
    const attribute = this.found.attributes.get(name);
    if (attribute?.value == null) return [];
    return staticWords(attribute.value, attribute.scope, this.tree.text) ?? [];
  }

  private string(name: string): string | null {
    const attribute = this.found.attributes.get(name);
    if (attribute?.value == null) return null;
    return staticString(attribute.value, attribute.scope, this.tree.text, this.found.attributes);
  }

  /** The text of a string with holes where its interpolations are; null for anything but a string. */
  private writtenText(attribute: FoundAttribute): string | null {
    if (attribute.value === null) return null;
    const { expression } = resolve(attribute.value, attribute.scope);
    if (expression.kind !== 'string') return null;
    const parts = stringParts(this.tree.text, expression);
    return parts.map((part) => (part.kind === 'text' ? part.text : '""')).join('');
  }

  private attributeOrigin(attribute: FoundAttribute): Origin {
    const range = this.tree.lines.rangeOf(attribute.nameSpan);
    return { kind: 'attribute', file: this.file, range, input: null };
  }

  private attributePlaces(): Record<string, FileRange> {
    const places = [...this.found.attributes.values()].map(
      ({ name, nameSpan }) => [name, { file: this.file, range: this.tree.lines.rangeOf(nameSpan) }] as const,
    );
    return Object.fromEntries(places);
  }
}
