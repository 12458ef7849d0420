/** The source that a phase of the last run found, as far as the derivation as it is now would give the same. */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { EditReach } from '../derivation/editReach';
import type { PhaseSource } from '../derivation/evidence/substituteNothing';
import type { SourceText } from '../derivation/evidence/substitutions';
import type { StoreDerivation } from '../nix/derivationFile';
import { physicalPath, type StorePlace } from '../nix/storePlace';
import type { SessionFiles } from '../phases/sessionFiles';
import type { ShellState } from '../phases/shellState';

export interface PhaseSourceParts {
  readonly files: SessionFiles;
  /** What an edit since then reaches. */
  readonly reach: EditReach;
  /** The derivation as it is now. */
  readonly derivation: StoreDerivation;
  readonly place: StorePlace;
}

/** Larger ones are not looked through while somebody types. */
const mostBytes = 2_000_000;

/** Null when the phase was not reached, or would find another source now. */
export async function phaseSource(
  { files, reach, derivation, place }: PhaseSourceParts,
  phase: string,
  signal: AbortSignal,
): Promise<PhaseSource | null> {
  const { record, folder } = files;
  const index = record.phases.findIndex(({ name }) => name === phase);
  const span = files.span(phase);
  if (index < 0 || !span.ok || reach.kind === 'everything') return null;
  if (reach.kind === 'from' && reach.index < index) return null;
  const state = await files.shellState(index);
  if (state === null) return null;
  const inside = relative(record.view?.buildTop ?? folder.buildTop, state.directory);
  if (inside.startsWith('..')) return null;
  const { from, to } = span.value;
  const read = async (at: typeof to, path: string): Promise<SourceText | 'missing' | null> => {
    const key = ['build', ...(inside === '' ? [] : [inside]), path].join('/');
    const kind = await files.kind(at, key, signal);
    if (kind !== 'file') return kind === 'none' ? 'missing' : null;
    const bytes = await files.read(at, Buffer.from(key), signal);
    if (!bytes.ok || bytes.value.length > mostBytes) return null;
    return { text: Buffer.from(bytes.value).toString('utf8') };
  };
  return {
    before: (path) => read(from, path),
    settled: async (path) => {
      const [before, after] = [await read(from, path), await read(to, path)];
      if (before === null || before === 'missing' || after === null || after === 'missing') return null;
      return before.text === after.text ? before : null;
    },
    patched: () => (isHooked(state) ? Promise.resolve(null) : patchedFiles(derivation, place)),
  };
}

/** Whether setup hooks do something of their own to the source before it is patched. */
function isHooked({ variables }: ShellState): boolean {
  const hooks = variables.find(({ name }) => name === 'prePatchHooks');
  return hooks !== undefined && /=.*\[/.test(hooks.text);
}

/** Null when it cannot be told: a packed patch, flags of the author's. */
async function patchedFiles(
  { env }: StoreDerivation,
  place: StorePlace,
): Promise<ReadonlySet<string> | null> {
  if (env['__json'] !== undefined || env['patchFlags'] !== undefined) return null;
  const files = new Set<string>();
  for (const patch of (env['patches'] ?? '').split(/\s+/).filter(Boolean)) {
    if (/\.(?:gz|bz2|xz|lzma|zst)$/.test(patch)) return null;
    const text = await readFile(physicalPath(patch, place), 'utf8').catch(() => null);
    if (text === null) return null;
    for (const [, name = ''] of text.matchAll(/^(?:---|\+\+\+) ([^\t\r\n]+)/gm))
      files.add(name.replace(/^[^/]+\//, ''));
    for (const [, name = ''] of text.matchAll(/^(?:rename|copy) (?:from|to) (.+)$/gm)) files.add(name);
  }
  return files;
}
