/** A fix for a hash that Nix refused while evaluating (`builtins.fetchTarball`, `fetchTree`): the one that it got. Pure. */
import { explainMessage } from '../builds/explanations/explainFailure';
import { findHashFix } from '../builds/hashFix';
import type { SyntaxTree, TextFix } from '../syntax/syntaxTree';

/** `message` is Nix's. None when it is about anything else, or the hash is not in this text. */
export function refusedHashFixes(tree: SyntaxTree, message: string): readonly TextFix[] {
  const remedy = explainMessage(message, true)?.remedy;
  if (remedy?.kind !== 'hash') return [];
  const urls = remedy.address === undefined ? [] : [remedy.address];
  const owner = { name: '', urls, system: null, place: null };
  const { specified, got } = remedy.mismatch;
  // Nix names the two in an order of its own.
  const swapped = { specified: got, got: specified };
  const fix = findHashFix(tree, remedy.mismatch, owner) ?? findHashFix(tree, swapped, owner);
  return fix === null ? [] : [{ title: `Replace the hash by ${fix.newText.slice(1, -1)}`, edits: [fix] }];
}
