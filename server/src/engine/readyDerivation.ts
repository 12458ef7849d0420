/** A derivation with the Nix that knows it and its file read from the store. */
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix, NixProbe } from '../nix/nix';
import type { Derivation } from '../protocol/model';
import { failure, success, type Result } from '../result';
import { notEvaluated } from './notReady';

export interface ReadyDerivation {
  readonly nix: Nix;
  readonly store: StoreDerivation;
}

/** Problems: `not-evaluated`, those of the probe, of the store and of reading the derivation. */
export async function readyDerivation(
  nix: NixProbe,
  { drvPath, name }: Derivation,
): Promise<Result<ReadyDerivation>> {
  if (!nix.ok) return nix;
  const { storeProblem } = nix.value.installation;
  if (storeProblem !== null) return failure(storeProblem);
  if (drvPath === null) return failure(notEvaluated(name));
  const store = await nix.value.readDerivation(drvPath);
  return store.ok ? success({ nix: nix.value, store: store.value }) : store;
}
