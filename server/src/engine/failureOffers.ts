/** What may be done about a failure besides editing the author's file. */
import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { explainMessage } from '../builds/explanations/explainFailure';
import type { Explanation } from '../builds/explanations/rule';
import { repositoryAround } from '../nix/git';
import type { Offer } from '../protocol/offers';

/** Of a failed phase. */
export function failureOffers(explanation: Explanation | null, phase: string | null): readonly Offer[] {
  const remedy = explanation?.remedy;
  if (remedy?.kind !== 'rejects') return [];
  return remedy.rejects.map((reject) => ({ kind: 'openReject', ...reject, phase }));
}

/** Of an evaluation's error in a flake: the file that git is to be told of, when it is there. */
export function evaluationOffers(message: string, file: string): readonly Offer[] {
  if (!file.endsWith('/flake.nix')) return [];
  const remedy = explainMessage(message, true)?.remedy;
  if (remedy?.kind !== 'untracked') return [];
  const folder = remedy.folder ?? repositoryAround(dirname(file));
  const { path } = remedy;
  if (folder === null || !isThere(join(folder, path))) return [];
  return [{ kind: 'addToGit', folder, path, ignored: false }];
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
