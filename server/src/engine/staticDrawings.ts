/** First drawings, kept as long as the tree of the text's version is: several questions about one version need them. */
import { drawText } from '../derivation/drawStatic';
import type { Derivation } from '../protocol/model';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { StaticDrawing } from './engine';

export class StaticDrawings {
  private readonly known = new WeakMap<
    SyntaxTree,
    { readonly file: string; readonly drawn: StaticDrawing }
  >();

  of(tree: SyntaxTree, file: string): StaticDrawing {
    const known = this.known.get(tree);
    if (known?.file === file) return known.drawn;
    const { derivations, complete } = drawText(tree, file);
    const drawn = { derivations, message: complete ? null : incomplete(derivations) };
    this.known.set(tree, { file, drawn });
    return drawn;
  }
}

function incomplete({ length }: readonly Derivation[]): string {
  const shown = length === 0 ? 'none of its derivations is' : `only the first ${length} derivations are`;
  return `This file is too large to be looked through without evaluating it: ${shown} shown.`;
}
