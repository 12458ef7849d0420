import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainFailure } from '../../server/src/builds/explanations/explainFailure';
import type { Evidence, Explanation } from '../../server/src/builds/explanations/rule';
import { parseBuilderFailure } from '../../server/src/builds/nixMessages';

/** Texts that real tools printed; README.md there says how each was made. */
export const keptTexts = join(__dirname, '../fixtures/logs');

/** What the rules know of a kept text, by its name without `.txt`. */
export function explain(name: string, over: Partial<Evidence> = {}): Explanation | null {
  const text = readFileSync(join(keptTexts, `${name}.txt`), 'utf8');
  const nothing = { message: '', hashMismatch: null, phase: null, lines: [], fetches: false };
  if (!name.startsWith('nix-')) return explainFailure({ ...nothing, lines: text.split('\n'), ...over });
  const error = text.slice(text.indexOf('error: '));
  const hashMismatch = parseBuilderFailure(error)?.hashMismatch ?? null;
  return explainFailure({ ...nothing, message: error, hashMismatch, ...over });
}
