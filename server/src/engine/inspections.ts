/** What stdenvs answered, kept: the same derivation answers the same, and asking costs a shell. */
import { drawStdenv } from '../derivation/drawStdenv';
import type { StdenvInspection } from '../derivation/inspection';
import type { Assets, Logger } from '../environment';
import type { StoreDerivation } from '../nix/derivationFile';
import type { NixInstallation } from '../nix/installation';
import type { ProcessRunner } from '../nix/process';
import { inspectStdenv } from '../phases/inspect';
import type { Derivation } from '../protocol/model';
import type { Result } from '../result';
import { success } from '../result';
import { inputsAreValid } from './inputPaths';
import { inputsMissing } from './notReady';
import type { ReadyDerivation } from './readyDerivation';

const mostKept = 24;

export interface InspectionsParts {
  readonly assets: Assets;
  readonly runner: ProcessRunner;
  readonly logger: Logger;
}

interface Kept {
  readonly inspection: StdenvInspection;
  /** Where on this disk the files are that it names. */
  readonly storeDir: string;
}

export class Inspections {
  /** By store derivation; those asked for last at the end. */
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly parts: InspectionsParts) {}

  /** As `inspectStdenv`; a Problem is not kept, for inputs may be built meanwhile. */
  async ask(
    nix: NixInstallation,
    derivation: StoreDerivation,
    signal: AbortSignal,
  ): Promise<Result<StdenvInspection>> {
    const known = this.kept.get(derivation.path);
    // Another store has other files.
    if (known?.storeDir === nix.physicalStoreDir) {
      this.keep(derivation.path, known);
      return success(known.inspection);
    }
    const { assets, runner, logger } = this.parts;
    const asked = await inspectStdenv(
      { derivation, nix, driverFolder: assets.driverFolder, logger, runner },
      signal,
    );
    if (asked.ok) this.keep(derivation.path, { inspection: asked.value, storeDir: nix.physicalStoreDir });
    return asked;
  }

  /** What it answered before; null when it was not asked, or long ago. */
  known(drvPath: string): StdenvInspection | null {
    return this.kept.get(drvPath)?.inspection ?? null;
  }

  private keep(drvPath: string, one: Kept): void {
    this.kept.delete(drvPath);
    this.kept.set(drvPath, one);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= mostKept) return;
      this.kept.delete(oldest);
    }
  }
}

/** The third drawing; the derivation with a note where it cannot be had. */
export async function drawInspected(
  inspections: Inspections,
  derivation: Derivation,
  ready: Result<ReadyDerivation>,
  signal: AbortSignal,
): Promise<Derivation> {
  if (!ready.ok) return { ...derivation, note: ready.error.message };
  const { nix, store } = ready.value;
  if (!(await inputsAreValid(nix, store, signal)))
    return { ...derivation, inputsMissing: true, note: inputsMissing };
  const asked = await inspections.ask(nix.installation, store, signal);
  const known = { ...derivation, inputsMissing: false };
  return asked.ok ? drawStdenv(known, asked.value) : { ...known, note: asked.error.message };
}
