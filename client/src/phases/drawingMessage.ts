/** The words above the tree: which file it shows, how true the drawing is, and why it is not truer. Pure. */
import type { DrawingParams } from '../../../server/src/protocol/messages';
import type { DrawingSource } from '../../../server/src/protocol/model';

const sourceWords = {
  static: 'drawn from the text',
  evaluated: 'evaluated',
  stdenv: 'asked of its stdenv',
} as const;
const truth: readonly DrawingSource[] = ['static', 'evaluated', 'stdenv'];

/** `drawing` is undefined until the server has drawn the file. */
export function drawingMessage(file: string, drawing: DrawingParams | undefined): string {
  if (drawing === undefined) return file;
  const { derivations, message } = drawing;
  const sources = truth.filter((source) => derivations.some((derivation) => derivation.source === source));
  const [least] = sources;
  const head = least === undefined ? file : `${file} · ${sourceWords[least]}`;
  // Inputs that are not built have a row of their own.
  const notes = new Set([
    message,
    ...derivations.map(({ note, inputsMissing }) => (inputsMissing === true ? null : note)),
  ]);
  const told = [...notes].filter((note) => note !== null && !(note !== message && repeats(note, message)));
  return [head, ...told].join('\n\n');
}

/** Whether a derivation's note says again why the whole file was not evaluated. */
function repeats(note: string, message: string | null): boolean {
  const [first] = message?.split('\n') ?? [];
  return first !== undefined && first !== '' && note.endsWith(first);
}
