/** Renaming what a text binds, so that each use still means what it meant. Pure. */
import { failure, success, type Result } from '../result';
import type { Replacement } from '../syntax/replacement';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import type { Definition, DefinitionSite, Inherit, Names, Scope, Use } from './scopes';

const keywords = new Set(['if', 'then', 'else', 'assert', 'with', 'let', 'in', 'rec', 'inherit', 'or']);

/**
 * The edits that give a definition another name everywhere in its text. Fails, with the reason, when the new name is none, or when a name
 * would come to mean something else.
 */
export function renameEdits(
  tree: SyntaxTree,
  names: Names,
  definition: Definition,
  newName: string,
): Result<readonly Replacement[]> {
  const lineOf = (span: Span): number => tree.lines.positionAt(span.start).line + 1;
  const checked = checkedName(newName);
  if (!checked.ok) return checked;
  if (newName === definition.name) return success([]);
  const there = definition.scope.names.get(newName)?.sites[0];
  if (there !== undefined) {
    return refused(`\`${newName}\` is already defined in the same scope, in line ${lineOf(there.span)}.`);
  }
  const hidden = definition.uses.find((use) => hides(use, definition.scope, newName));
  if (hidden !== undefined) {
    return refused(
      `In line ${lineOf(hidden.span)} another \`${newName}\` would be meant: it is bound nearer to it.`,
    );
  }
  const captured = names.uses.find((use) => use.name === newName && isCaptured(use, definition.scope));
  if (captured !== undefined) {
    return refused(`\`${newName}\` in line ${lineOf(captured.span)} would come to mean what is renamed.`);
  }
  return success(edits(tree.text, definition, newName));
}

/** Fails when a text is no name that an expression or attribute path can hold without quotes. */
export function checkedName(newName: string): Result<null> {
  if (!/^[a-zA-Z_][a-zA-Z0-9_'-]*$/.test(newName)) return refused(`“${newName}” is no name in Nix.`);
  return keywords.has(newName) ? refused(`\`${newName}\` is a keyword of Nix.`) : success(null);
}

function refused(message: string): Result<never> {
  return failure({ code: 'rename-refused', message, advice: 'Choose another name.' });
}

/** Whether a scope between a use and what it means has the new name. */
function hides(use: Use, outer: Scope, newName: string): boolean {
  for (let at: Scope | null = use.scope; at !== null && at !== outer; at = at.parent) {
    if (at.names.has(newName)) return true;
  }
  return false;
}

/** Whether a use of the new name, which means something further out, stands inside the scope. */
function isCaptured(use: Use, scope: Scope): boolean {
  for (let at: Scope | null = use.scope; at !== null && at !== use.definition?.scope; at = at.parent) {
    if (at === scope) return true;
  }
  return false;
}

function edits(text: string, { name, sites, uses }: Definition, newName: string): Replacement[] {
  const found: Replacement[] = [];
  for (const site of sites) found.push(...siteEdits(text, site, newName));
  for (const { origin, span } of uses) {
    if (origin.kind === 'variable') found.push({ ...span, newText: newName });
    else found.push(...takenOut(text, origin, span, `${written(text, span, name)} = ${newName};`));
  }
  return found.sort((a, b) => a.start - b.start);
}

function siteEdits(text: string, { span, origin }: DefinitionSite, newName: string): readonly Replacement[] {
  if (!('kind' in origin) || origin.kind !== 'inherit') return [{ ...span, newText: newName }];
  const own = text.slice(span.start, span.end);
  return takenOut(text, origin, span, `${newName} = ${inheritedValue(text, origin, own)};`);
}

/** What `inherit` gives a name, as an expression. */
export function inheritedValue(text: string, { from }: Inherit, name: string): string {
  if (from === null) return name;
  const source = text.slice(from.span.start, from.span.end);
  const isPlain =
    from.kind === 'variable' ||
    from.kind === 'parenthesized' ||
    (from.kind === 'select' && from.default === null);
  return `${isPlain ? source : `(${source})`}.${name}`;
}

function written(text: string, span: Span, name: string): string {
  return text.slice(span.start, span.end) || name;
}

/** One name of an `inherit` made a binding of its own. */
export function takenOut(
  text: string,
  { span, names }: Inherit,
  name: Span,
  binding: string,
): readonly Replacement[] {
  if (names.length === 1) return [{ ...span, newText: binding }];
  const blanks = /\s*$/.exec(text.slice(span.start, name.start))?.[0].length ?? 0;
  return [
    { start: name.start - blanks, end: name.end, newText: '' },
    { start: span.end, end: span.end, newText: ` ${binding}` },
  ];
}
