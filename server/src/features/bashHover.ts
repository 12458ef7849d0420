/** A hover in the bash of a Nix string: what a function or variable is. */
import { bashTextAt } from '../derivation/bashTextAt';
import type { Engine } from '../engine/engine';
import type { Derivation } from '../protocol/model';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { BashNames } from './bashNames';
import { bashWordAt, optionMeaning } from './bashWords';
import type { NameHover } from './nameHover';

/** Null where no bash stands, or nothing is known of its word. */
export function bashHover(
  engine: Engine,
  derivations: readonly Derivation[],
  tree: SyntaxTree,
  offset: number,
): NameHover | null {
  const found = bashTextAt(tree, offset);
  const at = found === null ? null : bashWordAt(tree.text, found.literal, offset);
  if (found === null || at === null) return null;
  const option = optionMeaning(tree.text, found.literal, at.span);
  if (option !== null) return { markdown: `**${at.word}**\n\n${option}`, span: at.span };
  const names = new BashNames(engine, derivations);
  const markdown = at.isVariable ? names.variableMarkdown(at.word) : names.functionMarkdown(at.word);
  return markdown === null ? null : { markdown, span: at.span };
}
