/** How a derivation stands: built already and since when, or to be built, and why. */
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix } from '../nix/nix';
import type { Derivation } from '../protocol/model';
import type { BuildStanding } from '../protocol/storeMessages';
import { outputPaths, type ExpectedOutputs } from './expectedOutputs';
import { lastBuilt } from './lastBuilt';
import { rebuildReasons } from './rebuildReasons';
import { derivationName } from '../protocol/storePath';

export interface StandingParts {
  readonly nix: Nix;
  readonly stateFolder: string;
  readonly outputs: ExpectedOutputs;
}

/** Asks the store and what is remembered of the last build; builds nothing. Null when the store does not tell. */
export async function buildStanding(
  { nix, stateFolder, outputs }: StandingParts,
  subject: Pick<Derivation, 'file' | 'attr'>,
  store: StoreDerivation,
  signal: AbortSignal,
): Promise<BuildStanding | null> {
  const paths = outputPaths(store);
  // What a content-addressed derivation makes is not known before it is made.
  if (paths.length === 0 || paths.includes('')) return null;
  const [infos, last] = await Promise.all([
    outputs.infos(nix, store, signal),
    lastBuilt(stateFolder, subject),
  ]);
  if (infos === null) return null;
  const name = derivationName(store.path);
  const before = last?.derivation ?? null;
  const unchanged = before === null ? null : before.path === store.path;
  const read = (drvPath: string) => nix.readDerivation(drvPath);
  const changes = before === null || unchanged === true ? [] : await rebuildReasons(before, store, read);
  const valid = paths.every((path) => infos.has(path));
  const times = paths.map((path) => infos.get(path)?.registered ?? null);
  const since =
    valid && times.every((time) => time !== null) ? new Date(Math.max(...times) * 1000).toISOString() : null;
  const status = valid ? 'valid' : before === null ? 'new' : unchanged === true ? 'gone' : 'changed';
  const told = { name, drvPath: store.path, status, since, unchanged, changes } as const;
  return { ...told, words: standingWords(told) };
}

/** Pure. Times are said as the machine's clock shows them. */
export function standingWords(standing: Omit<BuildStanding, 'words'>): string {
  const { name, status, since, unchanged, changes } = standing;
  const reasons = changes.length === 0 ? '' : ` ${changes.join(' ')}`;
  const when = since === null ? '' : `, since ${localTime(since)}`;
  switch (status) {
    case 'valid':
      return unchanged === false
        ? `${name} is already valid${when}: nothing is built. It is not what was built last:${reasons}`
        : `${name} is unchanged and already valid${when}: nothing is built.`;
    case 'changed':
      return `${name} is built again, because it changed.${reasons}`;
    case 'gone':
      return `${name} is built again: it has not changed, but its outputs are no longer in the store.`;
    case 'new':
      return `${name} was not built here before.`;
  }
}

/** `2026-11-29 01:02`. */
function localTime(iso: string): string {
  const date = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
