/**
 * Renaming what several files name. Only the attribute or argument itself gets another name: where `inherit` makes another name of it, that
 * one stays, so nothing but a `with` can capture. Fails, with the reason, when a name would come to mean something else.
 */
import { isGlobalName } from '../../knowledge/builtins';
import { failure, success, type Result } from '../../result';
import type { Replacement } from '../../syntax/replacement';
import type { Span } from '../../syntax/syntaxTree';
import { checkedName, inheritedValue, renameEdits, takenOut } from '../rename';
import { namesOf } from '../names';
import type { Definition, Use } from '../scopes';
import type { FileTree } from './fileTrees';
import { share, type Meanings, type Site } from './meanings';
import {
  occurrencesAt,
  occurrencesOfName,
  type BoundOccurrence,
  type InheritedOccurrence,
  type Occurrence,
} from './occurrences';
import { nameOf } from './references';

export interface Renaming {
  readonly name: string;
  /** Under the cursor. */
  readonly span: Span;
  readonly sites: readonly Site[];
  /** The names that a text binds by these sites: of an argument, a `let`, a recursive set. */
  readonly definitions: readonly (readonly [FileTree, Definition])[];
  /** Whether other files (or selections) can name it. */
  readonly reachesOut: boolean;
}

/** What a rename at an offset would rename; null when no text is known to define it. */
export async function renamingAt(
  meanings: Meanings,
  file: FileTree,
  offset: number,
): Promise<Renaming | null> {
  for (const occurrence of occurrencesAt(file.tree, offset)) {
    const name = nameOf(file, occurrence);
    const sites = await meanings.sitesOf(file, occurrence, 'nothing');
    if (name === null || sites.length === 0) continue;
    const definitions = sites.flatMap((site) => boundBy(site, name));
    const isLocal =
      definitions.length > 0 && definitions.every(([, { kind }]) => kind === 'let' || kind === 'argument');
    return { name, span: occurrence.span, sites, definitions: unique(definitions), reachesOut: !isLocal };
  }
  return null;
}

function boundBy({ in: file, span }: Site, name: string): (readonly [FileTree, Definition])[] {
  return namesOf(file.tree).definitions.flatMap((definition) =>
    definition.name === name && definition.sites.some((site) => site.span.start === span.start)
      ? [[file, definition] as const]
      : [],
  );
}

function unique(found: readonly (readonly [FileTree, Definition])[]): (readonly [FileTree, Definition])[] {
  return found.filter(
    ([, definition], index) => found.findIndex((other) => other[1] === definition) === index,
  );
}

/** The edits of the files in which its scopes are. */
export function editsOfDefinitions(
  { definitions }: Renaming,
  newName: string,
): Result<ReadonlyMap<string, readonly Replacement[]>> {
  const made = new Map<string, readonly Replacement[]>();
  for (const [{ file, tree }, definition] of definitions) {
    const edits = renameEdits(tree, namesOf(tree), definition, newName);
    if (!edits.ok) return edits;
    made.set(file, [...(made.get(file) ?? []), ...edits.value]);
  }
  return success(made);
}

/** The edits of a file beside those of its scopes. */
export async function editsOfAttribute(
  meanings: Meanings,
  file: FileTree,
  { name, sites }: Renaming,
  newName: string,
): Promise<Result<readonly Replacement[]>> {
  const checked = checkedName(newName);
  if (!checked.ok) return checked;
  const edits = new Map<number, readonly Replacement[]>();
  for (const occurrence of occurrencesOfName(file.tree, name)) {
    if (edits.has(occurrence.span.start)) continue;
    const made = await occurrenceEdits(meanings, file, occurrence, sites, name, newName);
    if (!made.ok) return made;
    if (made.value.length > 0) edits.set(occurrence.span.start, made.value);
  }
  const captured = await capturedBy(meanings, file, sites, name, newName);
  return captured ?? success([...edits.values()].flat());
}

async function occurrenceEdits(
  meanings: Meanings,
  file: FileTree,
  occurrence: Occurrence,
  sites: readonly Site[],
  name: string,
  newName: string,
): Promise<Result<readonly Replacement[]>> {
  const { span } = occurrence;
  const means = async (): Promise<boolean> =>
    share(await meanings.sitesOf(file, occurrence, 'nothing'), sites);
  switch (occurrence.kind) {
    case 'definition':
      return success([]);
    case 'use':
      if (occurrence.use.other !== 'with' || !(await means())) return success([]);
      return withEdits(file, occurrence.use, newName);
    case 'selected':
      return success((await means()) ? [{ ...span, newText: newName }] : []);
    case 'bound':
      return (await means()) ? boundEdits(file, occurrence, newName) : success([]);
    case 'inherited':
      return success(await inheritedEdits(meanings, file, occurrence, sites, name, newName));
  }
}

function boundEdits(
  file: FileTree,
  { span, owner, binding, depth }: BoundOccurrence,
  newName: string,
): Result<readonly Replacement[]> {
  const before = binding.path.names.slice(0, depth);
  const isThere = owner.bindings.some((each) =>
    each.kind === 'inherit'
      ? depth === 0 && each.names.some((one) => one.name === newName)
      : each.path.names[depth]?.name === newName &&
        before.every(({ name }, index) => each.path.names[index]?.name === name),
  );
  const { tree } = file;
  if (isThere) {
    return refused(
      `The set around line ${tree.lines.positionAt(span.start).line + 1} has \`${newName}\` already.`,
    );
  }
  const names = namesOf(tree);
  const bound = names.definitions.find(({ sites }) => sites.some((site) => site.span.start === span.start));
  return bound === undefined
    ? success([{ ...span, newText: newName }])
    : renameEdits(tree, names, bound, newName);
}

async function inheritedEdits(
  meanings: Meanings,
  file: FileTree,
  occurrence: InheritedOccurrence,
  sites: readonly Site[],
  name: string,
  newName: string,
): Promise<readonly Replacement[]> {
  const { binding, span } = occurrence;
  const { text } = file.tree;
  const written = text.slice(span.start, span.end);
  if (share(await meanings.takenFrom(file, occurrence, 'nothing'), sites)) {
    return takenOut(text, binding, span, `${written} = ${inheritedValue(text, binding, newName)};`);
  }
  if (!share(await meanings.sitesOf(file, occurrence, 'nothing'), sites)) return [];
  return takenOut(
    text,
    binding,
    span,
    `${newName} = ${inheritedValue(text, binding, binding.from === null ? name : written)};`,
  );
}

/** A name that a `with` gives has to be given by it afterwards, too. */
function withEdits(
  { tree }: FileTree,
  { scope, span, origin, name }: Use,
  newName: string,
): Result<readonly Replacement[]> {
  const line = tree.lines.positionAt(span.start).line + 1;
  for (let at: Use['scope'] | null = scope; at !== null; at = at.parent) {
    if (at.names.has(newName))
      return refused(`In line ${line} another \`${newName}\` would be meant: a \`with\` gives way to it.`);
  }
  if (isGlobalName(newName)) return refused(`In line ${line} Nix's own \`${newName}\` would be meant.`);
  if (origin.kind === 'variable') return success([{ ...span, newText: newName }]);
  return success(takenOut(tree.text, origin, span, `${name} = ${newName};`));
}

/** Uses of the new name that a `with` would come to give. */
async function capturedBy(
  meanings: Meanings,
  file: FileTree,
  sites: readonly Site[],
  name: string,
  newName: string,
): Promise<Result<never> | null> {
  for (const use of namesOf(file.tree).uses) {
    if (use.name !== newName || use.other !== 'with') continue;
    const given = await meanings.values.ofWith(file, { ...use, name }, null);
    if (!share(await meanings.ofEntries(given, 'nothing'), sites)) continue;
    const line = file.tree.lines.positionAt(use.span.start).line + 1;
    return refused(`\`${newName}\` in line ${line} of ${file.file} would come to mean what is renamed.`);
  }
  return null;
}

function refused(message: string): Result<never> {
  return failure({ code: 'rename-refused', message, advice: 'Choose another name.' });
}

/** Each edit once, in order of the text. */
export function withoutDoubles(edits: readonly Replacement[]): readonly Replacement[] {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  return sorted.filter(({ start, end, newText }, index) => {
    const before = sorted[index - 1];
    return before === undefined || before.start !== start || before.end !== end || before.newText !== newText;
  });
}
