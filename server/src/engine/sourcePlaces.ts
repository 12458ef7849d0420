/** What tools said in a log as diagnostics of files that are there. */
import type { LogProblem } from '../builds/logProblems';
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix } from '../nix/nix';
import type { Derivation, Diagnostic } from '../protocol/model';
import type { PhaseFileReader } from './phaseFiles';
import { SourceFinder, sourceRoots } from './sourceFinder';
import type { SourceTexts } from './sourceTexts';

/** Finds the files of the problems in a log of this derivation. */
export function problemPlacer(
  { installation }: Nix,
  derivation: Derivation,
  { env }: StoreDerivation,
  sources: SourceTexts,
  files: PhaseFileReader,
): (problems: readonly LogProblem[]) => Promise<readonly Diagnostic[]> {
  return async (problems) => {
    if (problems.length === 0) return [];
    const session = await files.open(installation.storeDir, derivation);
    const unpacked = session.ok ? session.value.folder.buildTop : null;
    const roots = await sourceRoots(installation, derivation, env, sources, unpacked);
    return placedProblems(problems, new SourceFinder(roots));
  };
}

/** The problems as diagnostics of files that are there. */
export function placedProblems(problems: readonly LogProblem[], finder: SourceFinder): readonly Diagnostic[] {
  return problems.flatMap(({ file: path, directory, goPackage, line, column, severity, message, tool }) => {
    const file =
      (goPackage === undefined ? null : finder.findInPackage(path, goPackage, directory)) ??
      finder.find(path, directory);
    if (file === null) return [];
    const start = { line, character: column ?? 0 };
    const end = column === null ? { line: line + 1, character: 0 } : start;
    const range = { start, end };
    return [{ file, range, severity, code: tool, message, source: 'build', related: [] }];
  });
}
