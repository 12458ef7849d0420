/** What a name at a place means: the places that define it, in this file or another. */
import type { Expression } from '../../syntax/ast';
import type { Span } from '../../syntax/syntaxTree';
import type { Definition, Use } from '../scopes';
import { namesIn } from './calls';
import type { FileTree, FileTrees } from './fileTrees';
import type { BoundOccurrence, InheritedOccurrence, Occurrence, SelectedOccurrence } from './occurrences';
import { entriesOf, type Entry, type Layers } from './sets';
import { inheritedUse, useOf } from './uses';
import { Values } from './values';

/** A name where it is defined. */
export interface Site {
  readonly in: FileTree;
  readonly span: Span;
}

/** Whether `inherit` leads on to what it takes the name from, or defines the name itself. */
export type Through = 'inherits' | 'nothing';

const longestChain = 20;

export class Meanings {
  readonly values: Values;

  constructor(files: FileTrees) {
    this.values = new Values(files);
  }

  /** Where what stands here is defined; none when the texts do not tell. */
  async sitesOf(file: FileTree, occurrence: Occurrence, through: Through): Promise<readonly Site[]> {
    switch (occurrence.kind) {
      case 'use':
        return this.ofUse(file, occurrence.use, through, longestChain);
      case 'definition':
        return this.ofDefinition(file, occurrence.definition, through, longestChain);
      case 'selected':
        return this.ofSelected(file, occurrence, through);
      case 'bound':
        return this.ofBound(file, occurrence, through);
      case 'inherited':
        return this.ofInherited(file, occurrence, through);
    }
  }

  /** The attribute that `inherit (from)` takes, itself. */
  async takenFrom(
    file: FileTree,
    { binding, span }: InheritedOccurrence,
    through: Through,
  ): Promise<readonly Site[]> {
    const name = binding.names.find((each) => each.span === span)?.name ?? null;
    if (binding.from === null || name === null) return [];
    const place = { in: file, expression: binding.from, applied: null };
    return this.ofEntries(await this.values.attribute(place, [name]), through, longestChain);
  }

  private async ofUse(file: FileTree, use: Use, through: Through, left: number): Promise<readonly Site[]> {
    if (use.definition !== null) return this.ofDefinition(file, use.definition, through, left);
    if (use.other !== 'with') return [];
    return this.ofEntries(await this.values.ofWith(file, use, null), through, left);
  }

  private async ofDefinition(
    file: FileTree,
    { name, sites }: Definition,
    through: Through,
    left: number,
  ): Promise<readonly Site[]> {
    const found: Site[] = [];
    for (const { span, origin } of sites) {
      const taken =
        'kind' in origin && origin.kind === 'inherit'
          ? await this.ofEntries([inheritedEntry(file, origin, name, span)], through, left)
          : [{ in: file, span }];
      found.push(...taken);
    }
    return found;
  }

  async ofEntries(
    entries: readonly Entry[],
    through: Through,
    left = longestChain,
  ): Promise<readonly Site[]> {
    const found: Site[] = [];
    for (const { in: file, name, binding, applied } of entries) {
      const own = { in: file, span: name.span };
      let further: readonly Site[] = [];
      if (through === 'inherits' && binding.kind === 'inherit' && name.name !== null && left > 0) {
        if (binding.from !== null) {
          const place = { in: file, expression: binding.from, applied };
          further = await this.ofEntries(await this.values.attribute(place, [name.name]), through, left - 1);
        } else {
          const use = inheritedUse(file.tree, binding, name.name);
          if (use !== null) further = await this.ofUse(file, use, through, left - 1);
        }
      }
      found.push(...(further.length > 0 ? further : [own]));
    }
    return found;
  }

  private async ofSelected(
    file: FileTree,
    { node, depth }: SelectedOccurrence,
    through: Through,
  ): Promise<readonly Site[]> {
    const formal = depth === 0 ? formalOf(file, node.expression, node.path.names[0]?.name ?? null) : null;
    if (formal !== null) return this.ofDefinition(file, formal, through, longestChain);
    const path = namesIn(node).slice(0, depth + 1);
    if (path.some((name) => name === null)) return [];
    const place = { in: file, expression: node.expression, applied: null };
    const entries = await this.values.attribute(
      place,
      path.filter((name) => name !== null),
    );
    return this.ofEntries(entries, through);
  }

  private async ofBound(file: FileTree, bound: BoundOccurrence, through: Through): Promise<readonly Site[]> {
    const { owner, binding, depth, call } = bound;
    const names = binding.path.names.slice(0, depth + 1).map(({ name }) => name);
    if (depth === 0 && call !== null) {
      const formal = await this.formalGiven(file, call, names[0] ?? null);
      if (formal.length > 0) return formal;
    }
    let layers: Layers = [[{ in: file, applied: null, bindings: owner.bindings, depth: 0 }]];
    for (const [index, name] of names.entries()) {
      if (name === null) break;
      const entries = entriesOf(layers, name);
      if (index === depth) return this.ofEntries(entries, through);
      const set = await this.values.setOf(entries);
      if (set === null) break;
      layers = set.layers;
    }
    return [{ in: file, span: bound.span }];
  }

  private async ofInherited(
    file: FileTree,
    inherited: InheritedOccurrence,
    through: Through,
  ): Promise<readonly Site[]> {
    const { binding, span, call } = inherited;
    const name = binding.names.find((each) => each.span === span)?.name ?? null;
    if (name === null) return [];
    if (call !== null) {
      const formal = await this.formalGiven(file, call, name);
      if (formal.length > 0) return formal;
    }
    return this.ofEntries([inheritedEntry(file, binding, name, span)], through);
  }

  /** The formal that an attribute of a call's argument is for. */
  private async formalGiven(
    file: FileTree,
    call: Extract<Expression, { kind: 'apply' }>,
    name: string | null,
  ): Promise<readonly Site[]> {
    const called = await this.values.functionOf({ in: file, expression: call, applied: null });
    const formal = called?.expression.formals?.formals.find((each) => each.name.name === name);
    return called === null || formal === undefined ? [] : [{ in: called.in, span: formal.name.span }];
  }
}

function inheritedEntry(file: FileTree, binding: Entry['binding'], name: string, span: Span): Entry {
  return { in: file, applied: null, binding, depth: 0, name: { span, name, expression: null } };
}

/** Of `args.name` in `args@{ name }: …` the formal. */
function formalOf({ tree }: FileTree, expression: Expression, name: string | null): Definition | null {
  if (expression.kind !== 'variable' || name === null) return null;
  const definition = useOf(tree, expression)?.definition;
  if (definition?.kind !== 'argument') return null;
  const formal = definition.scope.names.get(name);
  return formal?.kind === 'formal' ? formal : null;
}

export function sameSite(a: Site, b: Site): boolean {
  return a.in.file === b.in.file && a.span.start === b.span.start && a.span.end === b.span.end;
}

export function share(some: readonly Site[], others: readonly Site[]): boolean {
  return some.some((one) => others.some((other) => sameSite(one, other)));
}
