/** A call of a file by `callPackage` whose value the calling file does not give on: a closed text, for whoever wants that value. Pure. */
import { basename, dirname } from 'node:path';
import { pathReplacements } from '../../syntax/pathLiterals';
import { writtenCalls } from '../across/fileCalls';
import type { FileTree } from '../across/fileTrees';
import { framesAt, type Frame } from './frames';
import { isFilesOwn, searchedPackages } from './packageSets';
import { sliceOf } from './slice';

/**
 * Of the first such call of the file `target` (absolute) the text of a set: `called`, what the call gives; `callPackage`, what is called, and
 * `args`, what it is given. Null where that hangs on what a function is called with, which the text does not tell.
 */
export function localCall({ file, tree }: FileTree, target: string): string | null {
  const call = writtenCalls({ file, tree }, target).find(({ by }) => by === 'callPackage');
  if (call === undefined) return null;
  const { expression, head, given } = call;
  const frames = framesAt(tree, head.span.start);
  if (!frames.every(isCalledBare)) return null;
  const of = {
    text: tree.text,
    sets: { callers: [], packages: searchedPackages },
    moved: pathReplacements(tree, dirname(file), basename(file)),
  };
  return sliceOf(of, { expression, frames }, (written) => {
    const args = given === undefined ? '{ }' : written(given);
    return `{ callPackage = ${written(head)}; args = ${args}; called = ${written(expression)}; }`;
  });
}

/** Of functions only the file's own is called as it stands, with its defaults. */
function isCalledBare(frame: Frame): boolean {
  if (frame.kind !== 'function') return true;
  const { formals, argument } = frame.function;
  const hasDefaults = formals?.formals.every((formal) => formal.default !== null) === true;
  return isFilesOwn(frame) && hasDefaults && argument === null;
}
