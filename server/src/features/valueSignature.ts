/** What the function takes whose argument is written, where only its value tells. */
import { lastName } from '../analysis/across/calls';
import { callAt, nameAt, type Signature } from '../analysis/across/signature';
import { askedFunction } from '../analysis/slices/asked';
import { framesAt } from '../analysis/slices/frames';
import type { PackageSets } from '../analysis/slices/packageSets';
import { placesOf } from '../analysis/slices/valuePlaces';
import type { OpenDocument } from '../documents';
import type { ToldFunction, ToldValue } from '../nix/valueQuestion';
import type { Expression } from '../syntax/ast';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { Workspace } from '../workspace/workspace';
import type { ValueAnswers } from './valueAnswers';
import { writtenFunction } from './valueSites';

/** The next letter asks again. */
const patienceMs = 800;

export interface ValueSignatureParts {
  readonly workspace: Workspace;
  readonly values: ValueAnswers;
}

/** `tree` is the document's text with something at the offset. Null where the function is not known. */
export async function valueSignature(
  parts: ValueSignatureParts,
  document: OpenDocument,
  tree: SyntaxTree,
  offset: number,
): Promise<Signature | null> {
  const sets = await parts.values.setsOf(document, patienceMs);
  if (sets === undefined || sets === 'late') return null;
  const file = { file: document.file, tree };
  const ofSet = await functionAt(parts, document, askedFunction(tree, offset, sets)?.places ?? []);
  if (ofSet !== null && ofSet.told.formals.length > 0) {
    return setSignature(ofSet.told, nameAt(file, offset));
  }
  const call = callAt(file, offset);
  if (call === null) return null;
  const called = await functionAt(parts, document, headPlaces(tree, call.head, sets));
  if (called === null) return null;
  const trees = parts.workspace.now(document.file);
  return (
    (await writtenFunction(trees, called.value, lastName(call.head), call.active)) ??
    whole(call.head, called.told, call.active)
  );
}

function headPlaces(tree: SyntaxTree, head: Expression, sets: PackageSets) {
  const frames = framesAt(tree, head.span.start);
  return placesOf({ text: tree.text, sets }, { expression: head, frames });
}

async function functionAt(
  { values }: ValueSignatureParts,
  document: OpenDocument,
  places: Parameters<ValueAnswers['ask']>[1],
): Promise<{ readonly told: ToldFunction; readonly value: ToldValue } | null> {
  const answer = await values.ask(document, places, 'value', patienceMs);
  if (answer === null || answer === 'late' || answer.value?.function == null) return null;
  return { told: answer.value.function, value: answer.value };
}

/** Of the arguments Nix tells only the first. */
function whole(head: Expression, { argument, formals }: ToldFunction, active: number): Signature | null {
  const name = lastName(head) || 'function';
  const first = formals.length > 0 ? '{ … }' : argument;
  if (first === null) return null;
  const from = name.length + 1;
  const parameters = [{ from, to: from + first.length, comment: null }];
  return { label: `${name} ${first} …`, parameters, active: active === 0 ? 0 : null, comment: null };
}

function setSignature({ formals, ellipsis }: ToldFunction, writing: string | null): Signature {
  let label = '{ ';
  const parameters = formals.map(({ name, optional }, index) => {
    if (index > 0) label += ', ';
    const from = label.length;
    label += optional ? `${name} ? …` : name;
    return { from, to: label.length, comment: null };
  });
  const active = formals.findIndex(({ name }) => name === writing);
  return {
    label: `${label}${ellipsis ? ', ...' : ''} }`,
    parameters,
    active: active < 0 ? null : active,
    comment: null,
  };
}
