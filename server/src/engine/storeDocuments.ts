/** Reads what the store says about a derivation: its page and its log. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NixInstallation } from '../nix/installation';
import type { Nix } from '../nix/nix';
import { physicalPath } from '../nix/storePlace';
import type { DerivationDocument } from '../protocol/messages';
import type { Derivation } from '../protocol/model';
import { failure, success, type Result } from '../result';
import { describeDerivation, type StoreView } from './derivationDocument';

export async function describeStoreDerivation(
  nix: Nix,
  drvPath: string,
  known: readonly Derivation[],
  signal: AbortSignal,
): Promise<Result<DerivationDocument>> {
  const derivation = await nix.readDerivation(drvPath);
  if (!derivation.ok) return derivation;
  const references = await nix.references(drvPath, signal);
  const described = {
    derivation: derivation.value,
    references: references.ok ? references.value : null,
    known,
  };
  const page = describeDerivation(described, storeView(nix.installation));
  return success({ ...page, file: fileInStore(derivation.value.path, nix.installation) });
}

const mostEntries = 40;

function storeView(installation: NixInstallation): StoreView {
  const fileOf = (storePath: string): string | null => {
    const file = physicalPath(storePath, installation);
    return statSync(file, { throwIfNoEntry: false }) === undefined ? null : file;
  };
  return {
    storeDir: installation.storeDir,
    fileOf,
    entriesOf: (storePath) => {
      const file = storePath === '' ? null : fileOf(storePath);
      return file === null ? [] : entriesOf(file);
    },
  };
}

function entriesOf(folder: string): readonly string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.slice(0, mostEntries).map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
}

/** Streams a log as text; what Nix has no log of may have one of ours from a build that it did not keep. */
export async function streamLog(
  nix: Nix,
  storePath: string,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<Result<{ readonly drvPath: string }>> {
  const drvPath = await derivationOf(nix, storePath, signal);
  if (!drvPath.ok) return drvPath;
  const decoder = new TextDecoder();
  const streamed = await nix.log(
    storePath,
    (chunk) => onText(decoder.decode(chunk, { stream: true })),
    signal,
  );
  if (!streamed.ok) return streamed;
  const rest = decoder.decode();
  if (rest !== '') onText(rest);
  return success({ drvPath: drvPath.value });
}

async function derivationOf(nix: Nix, storePath: string, signal: AbortSignal): Promise<Result<string>> {
  if (storePath.endsWith('.drv')) return success(storePath);
  const deriver = await nix.deriver(storePath, signal);
  return deriver.ok ? deriver : failure({ ...deriver.error, code: 'log-missing' });
}

/** Where the file of a store path lies on this disk, which is elsewhere in a store of the user's own. */
export function fileInStore(storePath: string, installation: NixInstallation): string {
  return physicalPath(storePath, installation);
}

/** The path as the store names it: a `.drv` may be given as a link or as a file of a private store. */
export function logicalPath(path: string, { storeDir, physicalStoreDir }: NixInstallation): string {
  if (path.startsWith(`${storeDir}/`) || !path.startsWith(`${physicalStoreDir}/`)) return path;
  return join(storeDir, path.slice(physicalStoreDir.length));
}
