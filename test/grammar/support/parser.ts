/** Parses with the committed WebAssembly of our grammar, and nothing of the server. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Language, Parser, type Node, type Tree } from 'web-tree-sitter';

export const grammarFolder = join(__dirname, '../../../syntaxes/tree-sitter-nix');

async function loadLanguage(): Promise<Language> {
  await Parser.init();
  return Language.load(new Uint8Array(await readFile(join(grammarFolder, 'tree-sitter-nix.wasm'))));
}

const loading = loadLanguage();

export function nixLanguage(): Promise<Language> {
  return loading;
}

/** Parses for the time of `use` and frees the tree. */
export async function withTree<T>(text: string, use: (tree: Tree, parser: Parser) => T): Promise<T> {
  const language = await loading;
  const parser = new Parser();
  parser.setLanguage(language);
  const tree = parser.parse(text);
  if (tree === null) throw new Error('The parser gave no tree.');
  try {
    return use(tree, parser);
  } finally {
    tree.delete();
    parser.delete();
  }
}

/** One named node a line, indented by depth, with its field and, for leaves of interest, its text; operators count as named. */
export function outline(node: Node, field = '', depth = 0): string {
  const shown = node.isMissing ? `MISSING ${node.type}` : node.isNamed ? node.type : JSON.stringify(node.type);
  const text = node.childCount === 0 && node.isNamed && !node.isMissing ? ` ${JSON.stringify(node.text)}` : '';
  const lines = [`${'  '.repeat(depth)}${field === '' ? '' : `${field}: `}${shown}${text}`];
  for (const [index, child] of node.children.entries()) {
    if (child === null) continue;
    const childField = node.fieldNameForChild(index) ?? '';
    if (child.isNamed || child.isMissing || childField === 'operator') lines.push(outline(child, childField, depth + 1));
  }
  return lines.join('\n');
}
