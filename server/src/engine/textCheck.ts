/** Diagnostics of a text, with the verdict of the user's own Nix on whether it parses. */
import { dirname } from 'node:path';
import { diagnosticsOf } from '../analysis/textDiagnostics';
import type { Diagnostic } from '../protocol/model';
import { failure, success, type Result } from '../result';
import { blamedFile } from './blamedFile';
import type { Engine, Target } from './engine';
import { evaluationDiagnostic, tokenRange } from './evaluationDiagnostics';

/**
 * What our checks say of the text and, where Nix is at hand, whether it parses in Nix's words: what we expect Nix
 * to say is then left out, as what counts is the Nix that will read the file. Without Nix, our checks alone. `parses`: Nix was asked
 * already, with other files, and has nothing to say.
 */
export async function checkText(
  engine: Engine,
  target: Extract<Target, { kind: 'nix' }>,
  parses: boolean,
  signal: AbortSignal,
): Promise<readonly Diagnostic[]> {
  const own = engine.checkStatic(target);
  const nix = await engine.nix(null, signal);
  if (!nix.ok) return own;
  const refused = parses ? null : await nix.value.parse(target.tree.text, signal);
  if (refused?.kind === 'cancelled' || refused?.kind === 'unusable') return own;
  const others = own.filter((diagnostic) => !isNixes(diagnostic, target));
  if (refused === null) return others;
  const blamed = blamedFile(target.file, target.tree, engine.drawStatic(target).derivations, null);
  const said = evaluationDiagnostic(refused, blamed);
  return said === null ? own : [withFileNamed(said, target), ...others];
}

/** What the shellcheck on PATH says of its bash. Problems: `no-shellcheck`, `shellcheck-failed`, `cancelled`. */
export async function checkBash(
  engine: Engine,
  { file, tree }: Extract<Target, { kind: 'nix' }>,
  signal: AbortSignal,
): Promise<Result<readonly Diagnostic[]>> {
  const wish = { program: '', folder: dirname(file), severities: {} };
  const found = await engine.bash.check(tree, wish, false, signal);
  if (found === null) return failure({ code: 'cancelled', message: 'Cancelled.', advice: null });
  return found.ok ? success(diagnosticsOf(tree, file, found.value)) : found;
}

/** Nix read the text from its input: where its words name that, the file is meant. */
function withFileNamed(said: Diagnostic, { file, tree }: Extract<Target, { kind: 'nix' }>): Diagnostic {
  const other = /(?:\(string\)|\(stdin\)|«string»|«stdin»):(\d+):(\d+)/;
  const place = other.exec(said.message);
  const message = said.message.replace(other, `${file}:$1:$2`);
  if (place === null) return { ...said, code: 'nix-parse' };
  const range = tokenRange(tree, { file, line: Number(place[1]), column: Number(place[2]) });
  return {
    ...said,
    code: 'nix-parse',
    message,
    related: [...said.related, { file, range, message: 'Here.' }],
  };
}

/** Whether this diagnostic says what Nix itself would say of the text. */
function isNixes({ message, source }: Diagnostic, { tree }: Extract<Target, { kind: 'nix' }>): boolean {
  // Nix's words for a byte order mark do not name what nobody can see.
  if (tree.text.startsWith('\ufeff') && tree.faults[0]?.message === message) return false;
  return source === 'nix';
}
