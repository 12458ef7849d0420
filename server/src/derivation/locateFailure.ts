import type { Derivation, FileRange } from '../protocol/model';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { attributeAt } from './attributeAt';
import type { FoundAttribute } from './foundDerivation';
import { buildLineMap, type LineMap } from './lineMap';
import { resolve } from './staticValue';

export interface FailureQuestion {
  /** As drawn last: its attributes' places and its phases' texts are used. */
  readonly derivation: Derivation;
  /** The variable whose text ran: a phase, a hook, `buildCommand`, or `builder` for a raw builder's `-c` script. */
  readonly textName: string;
  /** 0-based line of that text. */
  readonly bashLine: number;
  /** The text that ran; null: the one that the derivation's drawing has. */
  readonly text: string | null;
  /** Parsed text of a file; null when it cannot be read. */
  treeOf(file: string): SyntaxTree | null;
}

export interface FailurePlace extends FileRange {
  /** True only when `range` is the failing line's own. */
  readonly exact: boolean;
}

/**
 * Where the author wrote a line of a phase's or hook's text: the whole trimmed line of the `.nix` file; when the line is not
 * known, the attribute's name; null when not even the attribute is known.
 */
export function locateFailure(question: FailureQuestion): FailurePlace | null {
  const { derivation, textName, bashLine } = question;
  const place = attributePlace(derivation, textName);
  if (place === null) return null;
  const tree = question.treeOf(place.file);
  const text = question.text ?? textOf(derivation, textName);
  if (tree !== null && text !== null) {
    const line = lineMapOfAttribute(tree, place, text)?.toNix(bashLine) ?? null;
    if (line !== null) return { file: place.file, range: line.range, exact: line.exact };
  }
  return { ...place, exact: false };
}

/**
 * The line map of the attribute whose name stands at this place of the document, for its evaluated text; null when no
 * attribute is written there. For a list of builder arguments it is the map of the script after `-c`.
 */
export function lineMapOfAttribute(tree: SyntaxTree, place: FileRange, text: string): LineMap | null {
  const { start, end } = place.range;
  const span = { start: tree.lines.offsetAt(start), end: tree.lines.offsetAt(end) };
  const attribute = attributeAt(tree, span);
  return attribute === null ? null : mapOf(tree, attribute, text);
}

function mapOf(tree: SyntaxTree, attribute: FoundAttribute, text: string): LineMap | null {
  if (attribute.value === null) return null;
  const { expression, scope } = resolve(attribute.value, attribute.scope);
  if (expression.kind !== 'list') return buildLineMap(tree, attribute.value, attribute.scope, text);
  const flag = expression.elements.findIndex(
    (element) =>
      element.kind === 'string' && tree.text.slice(element.content.start, element.content.end) === '-c',
  );
  const script = flag < 0 ? undefined : expression.elements[flag + 1];
  return script === undefined ? null : buildLineMap(tree, script, scope, text);
}

function attributePlace({ attributes, phases }: Derivation, textName: string): FileRange | null {
  const own = (name: string): FileRange | null =>
    Object.hasOwn(attributes, name) ? (attributes[name] ?? null) : null;
  const direct = textName === 'builder' ? (own('args') ?? own('builder')) : own(textName);
  if (direct !== null) return direct;
  for (const { name, origin, hooks } of phases) {
    const origins = [{ name, origin }, ...hooks].filter((one) => one.name === textName);
    for (const { origin: found } of origins) {
      if (found.kind !== 'attribute' || found.file === null || found.range === null) continue;
      return { file: found.file, range: found.range };
    }
  }
  return null;
}

function textOf({ phases }: Derivation, textName: string): string | null {
  for (const phase of phases) {
    if (phase.name === textName) return phase.body;
    const hook = phase.hooks.find(({ name, kind }) => name === textName && kind === 'attribute');
    if (hook !== undefined) return hook.body;
  }
  return null;
}
