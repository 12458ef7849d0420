/** What the function takes whose argument is being written. */
import type { Expression, FunctionExpression } from '../../syntax/ast';
import { nodesAt } from '../../syntax/nodes';
import { docComment } from '../docComment';
import { lastName, spine } from './calls';
import type { FileTree } from './fileTrees';
import type { Meanings } from './meanings';
import { argumentsAt } from './members';
import { meaningAt } from './references';
import { useOf } from './uses';
import type { FunctionValue } from './value';

export interface Signature {
  readonly label: string;
  readonly parameters: readonly Parameter[];
  /** The one that is being written; null when it is none of them. */
  readonly active: number | null;
  /** Markdown; null when nothing documents the function. */
  readonly comment: string | null;
}

export interface Parameter {
  /** UTF-16 offsets into the label. */
  readonly from: number;
  readonly to: number;
  readonly comment: string | null;
}

/** A function of Nix's own, which only Nix can tell of. */
export interface BuiltinCall {
  readonly builtin: string;
  readonly active: number;
}

const longestDefault = 40;

type Apply = Extract<Expression, { kind: 'apply' }>;

/** Null where no argument is written, or nothing is known of the function. */
export async function signatureAt(
  meanings: Meanings,
  file: FileTree,
  offset: number,
): Promise<Signature | BuiltinCall | null> {
  const given = await argumentsAt(meanings.values, file, offset);
  if (given !== null) return setSignature(given.of, nameAt(file, offset));
  const call = callAt(file, offset);
  if (call === null) return null;
  const { head, active } = call;
  const builtin = builtinOf(file, head);
  if (builtin !== null) return { builtin, active };
  const value = await meanings.values.of({ in: file, expression: head, applied: null });
  if (value?.kind !== 'function') return null;
  return positionalSignature(lastName(head), value, await commentOf(meanings, file, head, value), active);
}

/** What is called where an argument is written, and which argument it is. */
export function callAt(
  file: FileTree,
  offset: number,
): { readonly head: Expression; readonly active: number } | null {
  const path = nodesAt(file.tree.root, offset);
  const last = path.findLastIndex((node) => node.kind === 'apply' && node.function.span.end < offset);
  let outermost = last;
  while (outermost > 0 && isFunctionOf(path[outermost - 1], path[outermost])) outermost--;
  const call = path[outermost];
  if (call?.kind !== 'apply') return null;
  const { head, args } = spine(call);
  const active = Math.max(
    0,
    args.findIndex(({ span }) => offset <= span.end),
  );
  return { head, active };
}

function isFunctionOf(outer: unknown, inner: unknown): boolean {
  return isApply(outer) && outer.function === inner;
}

function isApply(node: unknown): node is Apply {
  return typeof node === 'object' && node !== null && 'kind' in node && node.kind === 'apply';
}

/** The attribute of the argument that is written here. */
export function nameAt({ tree }: FileTree, offset: number): string | null {
  const binding = nodesAt(tree.root, offset).findLast(({ kind }) => kind === 'binding');
  return binding?.kind === 'binding' ? (binding.path.names[0]?.name ?? null) : null;
}

function builtinOf({ tree }: FileTree, head: Expression): string | null {
  const first = head.kind === 'select' && head.path.names.length === 1 ? head.expression : head;
  if (first.kind !== 'variable' || useOf(tree, first)?.other !== 'global') return null;
  return first === head || first.name === 'builtins' ? lastName(head) : null;
}

function setSignature({ in: file, expression }: FunctionValue, writing: string | null): Signature {
  const built = new LabelBuilder();
  addPattern(built, file, expression);
  const active = expression.formals?.formals.findIndex(({ name }) => name.name === writing) ?? -1;
  const comment = docComment(file.tree, expression.span.start);
  return { label: built.text, parameters: built.parameters, active: active < 0 ? null : active, comment };
}

/** Of arguments that are given one after the other. */
export function positionalSignature(
  name: string,
  value: FunctionValue,
  comment: string | null,
  active: number,
): Signature {
  const built = new LabelBuilder();
  built.add(name || 'function');
  for (let at: Expression = value.expression; at.kind === 'function'; at = at.body) {
    built.add(' ');
    built.parameter(at.formals === null ? (at.argument?.name ?? '') : patternOf(value.in, at), null);
  }
  const { parameters, text: label } = built;
  return {
    label,
    parameters,
    active: active < parameters.length ? active : null,
    comment,
  };
}

/** The comment before its lambda, else before the binding by which it is called. */
async function commentOf(
  meanings: Meanings,
  file: FileTree,
  head: Expression,
  value: FunctionValue,
): Promise<string | null> {
  const own = docComment(value.in.tree, value.expression.span.start);
  if (own !== null) return own;
  const meaning = await meaningAt(meanings, file, head.span.end);
  const site = meaning?.sites[0];
  return site === undefined ? null : docComment(site.in.tree, site.span.start);
}

function addPattern(built: LabelBuilder, file: FileTree, { formals }: FunctionExpression): void {
  built.add('{ ');
  for (const [index, { name, default: otherwise, span }] of (formals?.formals ?? []).entries()) {
    if (index > 0) built.add(', ');
    const shown = otherwise === null ? '' : ` ? ${shortened(file, otherwise)}`;
    built.parameter(name.name + shown, docComment(file.tree, span.start));
  }
  if (formals?.ellipsis === true) built.add(formals.formals.length > 0 ? ', ...' : '...');
  built.add(' }');
}

function patternOf(file: FileTree, made: FunctionExpression): string {
  const built = new LabelBuilder();
  addPattern(built, file, made);
  return built.text;
}

function shortened({ tree }: FileTree, { span }: Expression): string {
  const written = tree.text.slice(span.start, span.end).replace(/\s+/g, ' ');
  return written.length > longestDefault ? `${written.slice(0, longestDefault)}…` : written;
}

class LabelBuilder {
  text = '';
  readonly parameters: Parameter[] = [];

  add(text: string): void {
    this.text += text;
  }

  parameter(text: string, comment: string | null): void {
    this.parameters.push({ from: this.text.length, to: this.text.length + text.length, comment });
    this.text += text;
  }
}
