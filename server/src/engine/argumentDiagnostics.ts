/** Arguments of a package function that nobody gives, as diagnostics of its file. Pure. */
import type { EvaluationFailure, MissingArgument } from '../nix/nix';
import type { Diagnostic } from '../protocol/model';
import type { BlamedFile } from './evaluationDiagnostics';

/**
 * Where who calls the file was asked, each is an error. Else somebody who is not known may give them (a `version` of a `generic.nix`): they
 * are told only where each of them is like a name that the package set has.
 */
export function argumentDiagnostics(
  { missing = [], certain = false }: EvaluationFailure,
  { file, formalRange }: Pick<BlamedFile, 'file' | 'formalRange'>,
): readonly Diagnostic[] {
  if (!certain && missing.some(({ near }) => near.length === 0)) return [];
  return missing.flatMap((argument): Diagnostic[] => {
    const range = formalRange(argument.name);
    if (range === null) return [];
    const message = messageOf(argument, certain);
    const severity = certain ? 'error' : 'warning';
    return [{ file, range, severity, code: 'nix-arguments', message, source: 'nix', related: [] }];
  });
}

function messageOf({ name, near }: MissingArgument, certain: boolean): string {
  const what = certain
    ? `The set that calls this file does not give '${name}'.`
    : `The package set has no '${name}', and who else gives it is not known.`;
  return near.length === 0 ? what : `${what}\nDid you mean ${near.join(' or ')}?`;
}
