/**
 * Where bash comes by: the commands of a text for which it runs a DEBUG trap, with the lines that they take, and which of them
 * a command is that bash names at a line. Pure.
 */
import type { Node } from 'web-tree-sitter';

export interface Statement {
  /** 1-based. */
  readonly line: number;
  /** Of a loop or `case` only its head counts, of a here-document only the command. */
  readonly endLine: number;
  /** Without white space and continuations. */
  readonly squeezed: string;
}

const simple = new Set([
  'command',
  'declaration_command',
  'unset_command',
  'variable_assignment',
  'variable_assignments',
  'test_command',
]);

/** What has a head that bash stops at, then a body of its own commands. */
const headed: Readonly<Record<string, string>> = {
  for_statement: 'do_group',
  c_style_for_statement: 'do_group',
  case_statement: 'case_item',
};

/** The commands below a node; those inside of substitutions belong to the command that holds them. */
export function statementsOf(root: Node): readonly Statement[] {
  const found: Statement[] = [];
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (simple.has(node.type) || isArithmetic(node)) {
      found.push(statement(node, node.endIndex, node.endPosition.row));
      continue;
    }
    const body = headed[node.type];
    const children = node.namedChildren.filter((child) => child !== null);
    const inside = body === undefined ? children : children.filter(({ type }) => type === body);
    if (body !== undefined) {
      const [first] = inside;
      const row = first?.startPosition.row ?? node.endPosition.row;
      found.push(statement(node, first?.startIndex ?? node.endIndex, headRow(node, first, row)));
    }
    pending.push(...inside.reverse());
  }
  return found;
}

/** A function that a text defines. */
export interface DefinedFunction {
  readonly name: string;
  /** 1-based, of the whole definition. */
  readonly line: number;
  readonly endLine: number;
}

export function functionsOf(root: Node): readonly DefinedFunction[] {
  return root.descendantsOfType('function_definition').flatMap((node) => {
    const name = node?.childForFieldName('name')?.text;
    if (node === null || name === undefined) return [];
    return [{ name, line: node.startPosition.row + 1, endLine: node.endPosition.row + 1 }];
  });
}

/** The last row of a head: a body that begins a line does not belong to it. */
function headRow(node: Node, body: Node | undefined, row: number): number {
  const before = body?.previousSibling?.endPosition.row ?? row;
  return Math.max(node.startPosition.row, Math.min(row, before));
}

/** `((…))` has the type of a group. */
function isArithmetic(node: Node): boolean {
  return node.type === 'compound_statement' && node.text.startsWith('((');
}

function statement(node: Node, endIndex: number, endRow: number): Statement {
  const text = node.text.slice(0, endIndex - node.startIndex);
  return { line: node.startPosition.row + 1, endLine: endRow + 1, squeezed: squeeze(text) };
}

/** Without what bash prints its own way. */
export function squeeze(text: string): string {
  return text.replaceAll('\\\n', '').replaceAll(/\s+/g, '');
}

/** Lines at which bash may report a statement: bash 5.2 tells its last line, at times one more, 5.3 its first. */
export function reportedLines({ line, endLine }: Statement): readonly number[] {
  if (line === endLine) return [line];
  return Array.from({ length: endLine - line + 2 }, (_, index) => line + index);
}

/**
 * The statement that bash names at a line by its command; `inside` for one that is no statement there: a command of a
 * substitution in one, or the call of a function that is defined behind one; null when it cannot be told.
 */
export function statementAt(
  statements: readonly Statement[],
  line: number,
  command: string,
): Statement | 'inside' | null {
  const wanted = squeeze(command);
  const there = statements.filter((one) => reportedLines(one).includes(line));
  const same = there.filter(({ squeezed }) => isSame(squeezed, wanted));
  const [first] = same;
  if (first !== undefined) return same.find(({ squeezed }) => squeezed === wanted) ?? first;
  if (there.some(({ squeezed }) => squeezed.includes(wanted))) return 'inside';
  // A line behind a statement is that statement's only when its command is.
  const around = there.filter(({ endLine }) => line <= endLine);
  if (there.length > 0 && around.length === 0) return 'inside';
  return around.length === 1 ? (around[0] ?? null) : null;
}

function isSame(squeezed: string, wanted: string): boolean {
  return squeezed !== '' && (wanted.startsWith(squeezed) || squeezed.startsWith(wanted));
}

/** The line on which the statement begins that bash reports at a line. */
export function startLine(statements: readonly Statement[], line: number): number {
  const there = statements.filter((one) => reportedLines(one).includes(line));
  if (there.some((one) => one.line === line)) return line;
  return there.at(-1)?.line ?? line;
}

/** The statement that a breakpoint at a line means: the first that begins there, else the one that the line is inside of, else the next. */
export function statementForLine(statements: readonly Statement[], line: number): Statement | null {
  const inOrder = [...statements].sort((a, b) => a.line - b.line);
  const begins = inOrder.find((one) => one.line === line);
  const around = inOrder.filter((one) => one.line < line && line <= one.endLine).at(-1);
  return begins ?? around ?? inOrder.find((one) => one.line > line) ?? null;
}
