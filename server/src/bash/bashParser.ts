/** Parses bash text with tree-sitter-bash. */
import { Language, Parser } from 'web-tree-sitter';
import type { Statement } from './statements';
import { statementsOf } from './statements';

export interface BashParser {
  /** The commands of a text in the order in which they stand; never fails: what does not parse is left out. */
  statements(text: string): readonly Statement[];
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
  return {
    statements: (text) => {
      const tree = parser.parse(text);
      if (tree === null) throw new Error('the parser has no language');
      try {
        return statementsOf(tree.rootNode);
      } finally {
        tree.delete();
      }
    },
  };
}
