/** What a text leads to: files that its paths name, pages that its URLs and fetchers name. */
import type { Expression } from '../syntax/ast';
import { allNodes, type WalkedNode } from '../syntax/nodes';
import type { Span } from '../syntax/syntaxTree';
import { lastName } from './across/calls';
import type { FileTree } from './across/fileTrees';
import { entriesOf } from './across/sets';
import type { Values } from './across/values';
import { hostedPage, pageOf, type Hosted } from './urls';

export interface Link {
  readonly span: Span;
  readonly target: LinkTarget;
}

export type LinkTarget =
  | { readonly kind: 'path'; readonly node: WalkedNode }
  | { readonly kind: 'page'; readonly url: string; readonly what: string };

const mostLinks = 2000;

/** In order of the text. */
export async function linksIn(values: Values, file: FileTree, signal: AbortSignal): Promise<readonly Link[]> {
  const found: Link[] = [];
  for (const node of allNodes(file.tree.root)) {
    if (signal.aborted || found.length >= mostLinks) break;
    if (node.kind === 'searchPath' || (node.kind === 'path' && node.interpolations.length === 0)) {
      found.push({ span: node.span, target: { kind: 'path', node } });
    } else if (node.kind === 'string' || node.kind === 'uri') {
      const url = await writtenUrl(values, file, node);
      if (url !== null) found.push(url);
    } else if (node.kind === 'apply') {
      const page = await repositoryPage(values, file, node);
      if (page !== null) found.push(page);
    }
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}

/** A string that is a URL, its interpolations filled in where the text tells them. */
async function writtenUrl(
  values: Values,
  file: FileTree,
  node: Extract<Expression, { kind: 'string' | 'uri' }>,
): Promise<Link | null> {
  const { text } = file.tree;
  const written =
    node.kind === 'uri'
      ? text.slice(node.span.start, node.span.end)
      : text.slice(node.content.start, node.content.end);
  // Most strings are no URLs, and need not be followed.
  if (!/^[a-z][a-z0-9+.-]*:/.test(written) || written.includes('\n')) return null;
  const value = node.kind === 'uri' ? null : await values.of({ in: file, expression: node, applied: null });
  const url =
    value === null
      ? node.kind === 'uri'
        ? pageOf(written)
        : null
      : value.kind === 'text'
        ? pageOf(value.text)
        : null;
  const span = node.kind === 'uri' ? node.span : node.content;
  return url === null ? null : { span, target: { kind: 'page', url, what: 'Open' } };
}

/** Of `fetchFromGitHub { owner = …; repo = …; }` the repository, at the revision, on the name of the function. */
async function repositoryPage(
  values: Values,
  file: FileTree,
  apply: Extract<Expression, { kind: 'apply' }>,
): Promise<Link | null> {
  const host = lastName(apply.function);
  if (!/^fetchFrom[A-Z]/.test(host)) return null;
  const set = await values.of({ in: file, expression: apply.argument, applied: null });
  if (set?.kind !== 'set') return null;
  const fields: Record<string, string> = {};
  for (const name of ['owner', 'repo', 'rev', 'tag', 'domain', 'githubBase', 'group', 'vc']) {
    const [entry] = entriesOf(set.layers, name);
    if (entry === undefined) continue;
    const value = await values.textOf(entry);
    if (value !== null) fields[name] = value;
  }
  const hosted: Hosted = { host, fields };
  const url = hostedPage(hosted);
  const last = apply.function.kind === 'select' ? apply.function.path.names.at(-1)?.span : undefined;
  return url === null
    ? null
    : { span: last ?? apply.function.span, target: { kind: 'page', url, what: 'Open the repository' } };
}
