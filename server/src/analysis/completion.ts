/** What may be typed at a place: names by distance, attributes of known sets, keywords; what the grammar takes there decides. Pure. */
import {
  membersIn,
  takenAttributes,
  writtenNames,
  type TakenAttributes,
} from '../derivation/takenAttributes';
import { builtinNames, globalNames } from '../knowledge/builtins';
import { isUnread, type ShellNames } from '../derivation/shellNames';
import type { KnownAttribute } from '../knowledge/derivationAttributes';
import { namesHook } from '../knowledge/setupHooks';
import type { ReadToken } from '../syntax/exact/readToken';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import type { FileTree, FileTrees } from './across/fileTrees';
import { argumentsAt, attributesAt, namesOfWiths } from './across/members';
import type { Entry } from './across/sets';
import { Values } from './across/values';
import { boundPlaceholder, completedTree, placeholder, type ParseAside } from './completedTree';
import { docComment } from './docComment';
import { inputsNotTaken } from './flakeInputs';
import { bindingSnippets, expressionSnippets, type LanguageSnippet } from './languageSnippets';
import { optionAt, type OptionPlace } from './modules/optionPath';
import { namesAround } from './names';
import { scopeAt, type Scope } from './scopes';
import {
  askedAdditions,
  askedArguments,
  askedAttributes,
  askedGiven,
  askedOfWiths,
  type AskedNames,
} from './slices/asked';
import type { PackageSets } from './slices/packageSets';

export interface Proposal {
  readonly name: string;
  readonly kind:
    | 'let'
    | 'rec'
    | 'argument'
    | 'formal'
    | 'attribute'
    | 'given'
    | 'known'
    | 'builtin'
    | 'keyword'
    | 'snippet';
  /** How many scopes away; what is nearer comes first. */
  readonly distance: number;
  /** The comment that documents it. */
  readonly comment: string | null;
  /** What is inserted in its place, with places to fill in; absent for the name itself. */
  readonly snippet?: string;
  /** By what it is found where that is not the name. */
  readonly word?: string;
  /** What is known of it, and which function takes it. */
  readonly known?: { readonly attribute: KnownAttribute; readonly of: string };
}

export interface Completion {
  /** What a proposal replaces: the part of a name that is there. */
  readonly span: Span;
  readonly proposals: readonly Proposal[];
  /** What values give besides, where somebody evaluates. */
  readonly asked: readonly AskedNames[];
  /** The option of a module system that is written here, or whose value is; its last name is what is typed. */
  readonly option: OptionPlace | null;
}

/** Other files, and which one the text is of. */
export interface FilesAround {
  readonly files: FileTrees;
  readonly file: string;
  /** Shells of the text's derivations, where their stdenvs were asked. */
  readonly shells?: readonly ShellNames[];
  /** Absent: no value is asked for. */
  readonly sets?: PackageSets | undefined;
  /** Whether the file is known to be a module, whatever it looks like. */
  readonly isModule?: boolean;
}

const keywords = ['assert', 'else', 'if', 'in', 'inherit', 'let', 'or', 'rec', 'then', 'with'];
const farthest = 1000;
/** Of names of attributes, with dots between them. */
const pathTokens = new Set(['.', 'ID', 'OR_KW', '"', 'STR']);

export async function completionsAt(
  tree: SyntaxTree,
  offset: number,
  parse: ParseAside,
  around: FilesAround,
): Promise<Completion> {
  const { text } = tree;
  const prefix = /[a-zA-Z_][\w'-]*$/.exec(text.slice(Math.max(0, offset - 200), offset))?.[0] ?? '';
  const span = { start: offset - prefix.length, end: offset };
  if (tree.comments.some(({ start, end }) => start < offset && offset <= end))
    return { span, proposals: [], asked: [], option: null };
  const { accepted, tokens } = tree.before(span.start);
  const takes = (token: string): boolean => accepted === null || accepted.has(token);
  // Where an inheritance may stand and no expression, a binding may.
  const binds =
    accepted?.has('INHERIT') === true &&
    !accepted.has('INT') &&
    !beforeArguments(accepted, text.slice(offset));
  const inserted = binds || endsBoundPath(tokens) ? boundPlaceholder : placeholder;
  const isWhole = tree.faults.length === 0;
  const [made, at] = isWhole ? [tree, offset] : completedTree(tree, span.start, offset, inserted, parse);
  const place: Place = {
    file: { file: around.file, tree: made },
    at,
    tokens,
    takes,
    values: new Values(around.files),
    shells: around.shells ?? [],
  };
  try {
    const proposals = binds ? await bindings(place) : await names(place);
    const asked = around.sets === undefined ? [] : askedAt(place, around.sets, binds);
    return {
      span,
      proposals: [...proposals, ...keywordsAt(accepted)],
      asked,
      option: optionAt(made, at, around.isModule),
    };
  } finally {
    if (made !== tree) made.dispose();
  }
}

/** Whether a name with a dot behind it ends there, and a binding began with it. */
function endsBoundPath(tokens: readonly ReadToken[]): boolean {
  if (tokens.at(-1)?.name !== '.') return false;
  const before = tokens.findLast(({ name }) => !pathTokens.has(name));
  return before?.name === '{' || before?.name === ';';
}

/** A brace may open arguments as well as a set: what closes it tells. */
function beforeArguments(accepted: ReadonlySet<string>, rest: string): boolean {
  return accepted.has('ELLIPSIS') && /^[^{}=;]*\}\s*[:@]/.test(rest);
}

interface Place {
  readonly file: FileTree;
  readonly at: number;
  readonly tokens: readonly ReadToken[];
  /** Whether the grammar takes a token here. */
  takes(token: string): boolean;
  readonly values: Values;
  readonly shells: readonly ShellNames[];
}

function askedAt(place: Place, sets: PackageSets, binds: boolean): readonly AskedNames[] {
  const { file, at, tokens } = place;
  if (binds) return askedGiven(file.tree, at, sets);
  if (isExpressionAt(place)) {
    return [...askedOfWiths(file.tree, at, sets), ...askedAdditions(file.tree, at, sets)];
  }
  if (tokens.at(-1)?.name === '.' && isBuiltins(file, tokens)) return [];
  const attributes = askedAttributes(file.tree, at, sets);
  return attributes.length > 0 ? attributes : askedArguments(file.tree, at, sets);
}

/** Where a number may stand an expression may; elsewhere a name is an attribute, or one that is being made. */
function isExpressionAt(place: Place): boolean {
  return place.takes('INT') && place.tokens.at(-1)?.name !== '.';
}

async function names(place: Place): Promise<readonly Proposal[]> {
  const { file, at, tokens, values } = place;
  if (tokens.at(-1)?.name === '.' && isBuiltins(file, tokens)) return proposed(builtinNames, 'builtin');
  const isExpression = isExpressionAt(place);
  const inherits = place.takes(';') && place.takes('ID') && inheritsNames(tokens);
  if (!isExpression && !inherits) {
    const inputs = await inputsNotTaken(values, file, at);
    if (inputs !== null) return proposed(inputs, 'formal');
    const attributes = await attributesAt(values, file, at);
    return attributes === null ? memberNames(place) : attributeProposals(attributes, 0);
  }
  const found = [...visible(file.tree, at)];
  const known = new Set(found.map(({ name }) => name));
  for (const { distance, names: given } of await namesOfWiths(values, file, at)) {
    found.push(...attributeProposals(given, distance).filter(({ name }) => !known.has(name)));
  }
  return isExpression ? [...found, ...expressionSnippets.map(snippetProposal)] : found;
}

async function bindings({ values, file, at, shells }: Place): Promise<readonly Proposal[]> {
  const taken = await argumentsAt(values, file, at);
  const given = (taken?.missing ?? []).map(({ name: { name }, span, default: otherwise }): Proposal => ({
    name,
    kind: 'given',
    distance: otherwise === null ? 0 : 1,
    comment: taken === null ? null : docComment(taken.of.in.tree, span.start),
    snippet: `${escapedForSnippet(name)} = $0;`,
  }));
  const reads = takenAttributes(file.tree.root, at);
  const known = reads === null ? [] : knownProposals(reads, file.tree.text, shells);
  return [...given, ...known, ...bindingSnippets.map(snippetProposal)];
}

/** After `meta.` or another set’s name where a binding begins. */
function memberNames({ file, at, tokens }: Place): readonly Proposal[] {
  const [before, name, dot] = tokens.slice(-3);
  if (dot?.name !== '.' || name?.name !== 'ID' || !/^[{;]$/.test(before?.name ?? '')) return [];
  const outer = takenAttributes(file.tree.root, at);
  const set = file.tree.text.slice(name.start, name.end);
  const known = outer === null ? null : membersIn(outer, set);
  if (outer === null || known === null) return [];
  return knownProposals({ ...outer, function: set, kind: 'member', known }, file.tree.text, []);
}

/**
 * What is not written yet; what a tool's setup hook reads only where the tool is named. Of derivations whose stdenv was asked what
 * it does not read is left out, and what only it reads comes last.
 */
function knownProposals(
  { known, set, kind, function: of }: TakenAttributes,
  text: string,
  shells: readonly ShellNames[],
): readonly Proposal[] {
  const written = writtenNames(set);
  const within = text.slice(set.span.start, set.span.end);
  const offered = [...known.values()].filter((each) =>
    // An input may have been written since the stdenv was asked.
    each.needs === undefined ? !isUnread(each, shells) : namesHook(within, each.needs),
  );
  const own = kind === 'derivation' ? shells.flatMap(({ optional }) => optional) : [];
  const others = [...new Set(own)].filter((name) => !known.has(name)).map(ofOwnShell);
  return [...offered, ...others]
    .filter(({ name }) => !written.has(name))
    .map((attribute, index) => ({
      name: attribute.name,
      kind: 'known',
      distance: index,
      comment: null,
      snippet: `${attribute.name} = ${attribute.snippet ?? '$0'};`,
      known: { attribute, of },
    }));
}

function ofOwnShell(name: string): KnownAttribute {
  const says =
    'A script of this derivation’s stdenv or of one of its setup hooks reads it, and does without it.';
  return { name, type: 'variable', says };
}

function snippetProposal({ label, word, body }: LanguageSnippet): Proposal {
  return { name: label, kind: 'snippet', distance: farthest, comment: null, snippet: body, word };
}

function escapedForSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

function keywordsAt(accepted: ReadonlySet<string> | null): readonly Proposal[] {
  return keywords.flatMap((name): Proposal[] => {
    const token = name === 'or' ? 'OR_KW' : name.toUpperCase();
    const isTaken = accepted?.has(token) === true && (name !== 'or' || accepted.has('INT'));
    return isTaken ? [{ name, kind: 'keyword', distance: farthest, comment: null }] : [];
  });
}

/** Names after `inherit`, without a set that they come from, are those of the scope around. */
function inheritsNames(tokens: readonly ReadToken[]): boolean {
  const last = tokens.findLast(({ name }) => name !== 'ID' && name !== 'OR_KW');
  return last?.name === 'INHERIT';
}

function visible(tree: SyntaxTree, offset: number): Proposal[] {
  const found = new Map<string, Proposal>();
  let distance = 0;
  for (let at: Scope | null = scopeAt(namesAround(tree, offset), offset); at !== null; at = at.parent) {
    for (const [name, definition] of at.names) {
      if (!found.has(name)) {
        const origin = definition.sites[0]?.origin;
        const comment = origin === undefined ? null : docComment(tree, origin.span.start);
        found.set(name, { name, kind: definition.kind, distance, comment });
      }
    }
    distance++;
  }
  for (const name of globalNames) {
    if (!found.has(name)) found.set(name, { name, kind: 'builtin', distance: farthest - 1, comment: null });
  }
  return [...found.values()];
}

function isBuiltins({ tree }: FileTree, tokens: readonly ReadToken[]): boolean {
  const [before, name] = [tokens.at(-3), tokens.at(-2)];
  if (name === undefined || before?.name === '.' || tree.text.slice(name.start, name.end) !== 'builtins')
    return false;
  return !namesAround(tree, name.start).definitions.some((definition) => definition.name === 'builtins');
}

function proposed(all: Iterable<string>, kind: Proposal['kind']): readonly Proposal[] {
  return [...all].map((name) => ({ name, kind, distance: 0, comment: null }));
}

function attributeProposals(attributes: ReadonlyMap<string, Entry>, distance: number): readonly Proposal[] {
  return [...attributes].map(([name, { in: file, binding }]) => ({
    name,
    kind: 'attribute',
    distance,
    comment: binding.kind === 'inherit' ? null : docComment(file.tree, binding.span.start),
  }));
}
