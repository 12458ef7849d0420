/** Parses bash text with tree-sitter-bash. */
import { Language, Parser, type Node } from 'web-tree-sitter';
import type { DefinedFunction, Statement } from './statements';
import { functionsOf, statementsOf } from './statements';

export interface BashParser {
  /** The commands of a text in the order in which they stand; never fails: what does not parse is left out. */
  statements(text: string): readonly Statement[];
  /** The functions that a text defines, wherever in it. */
  functions(text: string): readonly DefinedFunction[];
}

/**
 * Loads web-tree-sitter and the bash grammar from their WebAssembly files (absolute paths). Rejects when one is missing or
 * damaged: an installation fault, not an input.
 */
export async function createBashParser(assets: {
  readonly parserWasm: string;
  readonly bashGrammarWasm: string;
}): Promise<BashParser> {
  await Parser.init({ locateFile: () => assets.parserWasm });
  const language = await Language.load(assets.bashGrammarWasm);
  const parser = new Parser();
  parser.setLanguage(language);
  const parsed = <T>(text: string, read: (root: Node) => T): T => {
    const tree = parser.parse(text);
    if (tree === null) throw new Error('the parser has no language');
    try {
      return read(tree.rootNode);
    } finally {
      tree.delete();
    }
  };
  return {
    statements: (text) => parsed(text, statementsOf),
    functions: (text) => parsed(text, functionsOf),
  };
}
