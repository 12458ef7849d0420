/** What a hover tells of the value that stands at a place. */
import { askedValue } from '../analysis/slices/asked';
import type { PackageSets } from '../analysis/slices/packageSets';
import { scopesAt, withAt } from '../analysis/slices/scopes';
import type { OpenDocument } from '../documents';
import type { Engine } from '../engine/engine';
import { fileInStore } from '../engine/storeDocuments';
import type { NixPosition } from '../nix/nix';
import type { ToldValue } from '../nix/valueQuestion';
import type { With } from '../syntax/ast';
import type { Workspace } from '../workspace/workspace';
import type { NameHover } from './nameHover';
import { namesText } from './scopeText';
import type { ValueAnswers } from './valueAnswers';
import { attributeAt, sitesOf, writtenFunction } from './valueSites';
import { fenced, placeMarkdown, valueMarkdown } from './valueText';
import type { WorkspaceState } from './workspaceState';
import { nameInSettings } from './writtenEntries';

/** A hover is not shown before all of it is there. */
const patienceMs = 1500;
const builtMs = 400;

export interface ValueHoverParts {
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly workspace: Workspace;
  readonly values: ValueAnswers;
}

/** Null where no value is known. */
export async function valueHover(
  parts: ValueHoverParts,
  document: OpenDocument,
  offset: number,
  signal: AbortSignal,
): Promise<NameHover | null> {
  const sets = await parts.values.setsOf(document, patienceMs);
  if (sets === undefined || sets === 'late') return null;
  const brought = withAt(document.tree, offset);
  if (brought !== null) return withHover(parts, document, brought, sets);
  const asked = askedValue(document.tree, offset, sets);
  if (asked === null) return null;
  const told = await parts.values.ask(document, asked.places, 'value', patienceMs);
  if (told === null || told === 'late' || told.value === undefined) return null;
  const { value } = told;
  const markdown = [
    (await curried(parts, document, value)) ??
      valueMarkdown(value, await aroundOf(parts, document, value, signal)),
    ...(await definition(parts, document, value)),
    ...(told.error === undefined ? [] : [`_Not all of it has a value: ${firstLine(told.error)}_`]),
  ].filter((part) => part !== '');
  return markdown.length === 0 ? null : { markdown: markdown.join('\n\n'), span: asked.span };
}

/** Over the word `with`: what it brings into scope. */
async function withHover(
  { values }: ValueHoverParts,
  document: OpenDocument,
  { span, body }: With,
  sets: PackageSets,
): Promise<NameHover | null> {
  const [scope] = scopesAt(document.tree, body.span.start, sets).filter(
    (one) => one.span.start === span.start,
  );
  const told = scope === undefined ? null : await values.ask(document, scope.places, 'names', patienceMs);
  if (told === null || told === 'late' || told.names === undefined) return null;
  const markdown = `brings into scope: ${namesText(told.names)}`;
  return { markdown, span: { start: span.start, end: span.start + 'with'.length } };
}

/** Nix tells only the first of the arguments that are given one after the other; the text tells all. Null for what takes a set. */
async function curried(
  { workspace }: ValueHoverParts,
  { file }: OpenDocument,
  value: ToldValue,
): Promise<string | null> {
  if (value.function === null || value.function.formals.length > 0) return null;
  const written = await writtenFunction(workspace.now(file), value, value.attribute ?? 'function', 0);
  return written === null ? null : fenced(written.label);
}

async function aroundOf(
  { engine, values }: ValueHoverParts,
  { file }: OpenDocument,
  { derivation }: ToldValue,
  signal: AbortSignal,
) {
  if (derivation === null) return { built: null };
  const paths = Object.values(derivation.paths);
  const nix = await engine.nix(file, signal);
  const fileOf = (path: string): string => (nix.ok ? fileInStore(path, nix.value.installation) : path);
  return { built: paths.length === 0 ? null : await values.areBuilt(file, paths, builtMs), fileOf };
}

/** Where it is written, and what documents it there. */
async function definition(
  { workspace, state }: ValueHoverParts,
  { file }: OpenDocument,
  { attribute, place, derivation }: ToldValue,
): Promise<readonly string[]> {
  const written = derivation?.place ?? place;
  const [site] = place === null ? [] : await sitesOf(workspace.now(file), place, attribute);
  const comment = site === undefined ? null : (attributeAt(site)?.comment ?? null);
  const shownPlace = derivation?.place != null || site === undefined ? written : positionOf(site);
  if (shownPlace === null) return comment === null ? [] : [comment];
  const where = placeMarkdown(shownPlace, (path) => nameInSettings(path, state.folderOf(path)));
  return [...(comment === null ? [] : [comment]), ...(shownPlace.file === file ? [] : [where])];
}

function positionOf({ in: { file, tree }, span }: Awaited<ReturnType<typeof sitesOf>>[number]): NixPosition {
  return { file, line: tree.lines.positionAt(span.start).line + 1, column: 1 };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
