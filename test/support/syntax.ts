/** The real parser with the real grammar, loaded once for all tests of a process. */
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { createNixParser, type NixParser } from '../../server/src/syntax/parser';
import type { SyntaxTree } from '../../server/src/syntax/syntaxTree';
import type { Expression } from '../../server/src/syntax/ast';

const repository = path.resolve(__dirname, '../..');
let loading: Promise<NixParser> | null = null;

export function nixParser(): Promise<NixParser> {
  loading ??= createNixParser({
    parserWasm: createRequire(__filename).resolve('web-tree-sitter/tree-sitter.wasm'),
    grammarWasm: path.join(repository, 'syntaxes/tree-sitter-nix/tree-sitter-nix.wasm'),
  });
  return loading;
}

/** A tree of this text, disposed of with the process. */
export async function parsed(text: string): Promise<SyntaxTree> {
  return (await nixParser()).parse(text);
}

export async function expressionOf(text: string): Promise<Expression> {
  const { root } = await parsed(text);
  if (root === null) throw new Error(`no expression in: ${text}`);
  return root;
}

/** Every expression below (and with) this one that satisfies the test, in no particular order. */
export function expressionsIn<T extends Expression>(
  root: Expression,
  test: (expression: Expression) => expression is T,
): T[] {
  const found: T[] = [];
  const seen = new Set<unknown>();
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    if ('kind' in next && test(next as Expression)) found.push(next as T);
    pending.push(...Object.values(next as Record<string, unknown>));
  }
  return found;
}
