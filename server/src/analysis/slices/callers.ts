/** What a package is called with by another file's text, as closed texts: the arguments that are written there, then the set. Pure. */
import { dirname } from 'node:path';
import { nixString } from '../../nixString';
import { pathReplacements } from '../../syntax/pathLiterals';
import { lastName } from '../across/calls';
import { writtenCalls } from '../across/fileCalls';
import type { FileTree } from '../across/fileTrees';
import { framesAt } from './frames';
import type { PackageSets, SetPlace } from './packageSets';
import type { SlicedText } from './slice';
import { placesOf } from './valuePlaces';

/** Of a `callPackage` of the file `target` (absolute); `sets` are those that the caller sees. */
export function callersIn({ file, tree }: FileTree, target: string, sets: PackageSets): readonly string[] {
  const call = writtenCalls({ file, tree }, target).find(({ by }) => by === 'callPackage');
  if (call === undefined) return [];
  const { head, given } = call;
  const of: SlicedText = { text: tree.text, sets, moved: pathReplacements(tree, dirname(file), null) };
  const frames = framesAt(tree, head.span.start);
  const args = given === undefined ? [] : placesOf(of, { expression: given, frames });
  const name = lastName(head);
  const around = placesOf(of, { expression: head, frames })
    .filter(({ path }) => path.at(-1) === name)
    .map(({ text, path }) => ({ text, path: path.slice(0, -1) }));
  return [...args, ...around].map(closed);
}

function closed({ text, path }: SetPlace): string {
  return path.length === 0 ? `(${text})` : `((${text}).${path.map(nixString).join('.')} or { })`;
}
