/** What the last commit of a file tells of its text. */
import type { Finding } from '../analysis/finding';
import { staleHashes } from '../derivation/evidence/staleHash';
import { committedText } from '../nix/git';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { EngineParts } from './engineParts';

/** In UTF-16 units; no author's own file is longer. */
const longest = 200_000;

export class CommittedTexts {
  constructor(private readonly parts: Pick<EngineParts, 'runner' | 'environment' | 'parser'>) {}

  /** Hashes that did not change with what they are of. Asks git, where the text fetches something. */
  async compared(file: string, tree: SyntaxTree, signal: AbortSignal): Promise<readonly Finding[]> {
    if (tree.text.length > longest || !/hash|sha(?:1|256|512)/i.test(tree.text)) return [];
    const { runner, parser, environment = process.env } = this.parts;
    const committed = await committedText(runner, environment, file, signal);
    if (committed === null || committed === tree.text || committed.length > longest) return [];
    const before = parser.parse(committed);
    try {
      return staleHashes(tree, before);
    } finally {
      before.dispose();
    }
  }
}
