/** A user's edits of the unpacked source of a session as a patch, and its entry in the `.nix` file. */
import { writeFile } from 'node:fs/promises';
import { gitPatch, isBinary } from '../patch/gitPatch';
import type { SessionFiles } from '../phases/sessionFiles';
import { rememberSavedPatch } from '../phases/savedPatches';
import type { SourceEdit } from '../phases/sourceEdits';
import { findSourceEdits } from '../phases/sourceEdits';
import type { Derivation, EditedFile, SourcePatch, TextEdit } from '../protocol/model';
import type { Result } from '../result';
import { failure, success } from '../result';
import { patchEntry } from './patchEntry';
import type { SourceTexts } from './sourceTexts';

export interface WantedPatch {
  /** Which of the edited files, by their paths; null: all. */
  readonly paths: readonly string[] | null;
  /** Where it is written, absolute, in the place of what is there; null: nowhere. */
  readonly file: string | null;
}

/** See `Engine.patch`. */
export async function sourcePatch(
  files: SessionFiles,
  sources: SourceTexts,
  derivation: Derivation,
  { paths, file }: WantedPatch,
  signal: AbortSignal,
): Promise<Result<SourcePatch>> {
  const found = await findSourceEdits(files, signal);
  if (!found.ok) return found;
  const chosen = found.value.edits.filter(({ path }) => paths?.includes(path) ?? true);
  const level = patchLevel(files.record.derivation.env);
  const patch = Buffer.concat(chosen.map(({ edit }) => gitPatch(edit, level)));
  const told = {
    edited: chosen.map(described),
    leftOut: found.value.leftOut,
    patch: patch.toString('latin1'),
  };
  if (file === null || patch.length === 0) return success({ ...told, entry: null, advice: null });
  try {
    await writeFile(file, patch);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failure({
      code: 'patch-not-written',
      message: `The patch could not be written: ${reason}.`,
      advice: null,
    });
  }
  await rememberSavedPatch(files.folder.path, file);
  const entry = sources.withTrees((treeOf): Result<TextEdit> => patchEntry(treeOf, derivation, file));
  return success(
    entry.ok
      ? { ...told, entry: entry.value, advice: null }
      : { ...told, entry: null, advice: [entry.error.message, entry.error.advice ?? ''].join(' ') },
  );
}

function described({ path, edit, doubt }: SourceEdit): EditedFile {
  const { before, after } = edit;
  return {
    path,
    change: before === null ? 'created' : after === null ? 'deleted' : 'changed',
    binary: [before, after].some((version) => version !== null && isBinary(version.content)),
    doubt,
  };
}

/** What `patch -p` is called with in patchPhase; 1 unless `patchFlags` say otherwise. */
function patchLevel(env: Readonly<Record<string, string>>): number {
  const flags = env['patchFlags'] ?? /"patchFlags":(\[[^\]]*\]|"[^"]*")/.exec(env['__json'] ?? '')?.[1] ?? '';
  const level = /(?:^|[\s["',])(?:-p|--strip=)(\d+)/.exec(flags)?.[1];
  return level === undefined ? 1 : Number(level);
}
