/**
 * What the store knows of a derivation's outputs, asked while the derivation is still evaluated: of most builds that are asked for, the
 * outputs are those of the last one, and starting a second Nix after the first takes as long as evaluating a small package.
 */
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix, NixProbe } from '../nix/nix';
import type { PathInfo } from '../nix/pathInfo';
import type { Derivation } from '../protocol/model';
import { lastBuilt } from './lastBuilt';

type Infos = ReadonlyMap<string, PathInfo> | null;

interface Asked {
  readonly nix: Nix;
  readonly drvPath: string;
  readonly infos: Promise<Infos>;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Later an output may have been deleted meanwhile, and asking again is little beside such an evaluation. */
const freshMs = 1000;

export class ExpectedOutputs {
  private asked: Promise<Asked | null> = Promise.resolve(null);

  constructor(private readonly stateFolder: string) {}

  /** The build of this will be asked for when it is evaluated. Resolves when nothing of it runs any more. */
  async expect(
    nix: Promise<NixProbe>,
    subject: Pick<Derivation, 'file' | 'attr'>,
    signal: AbortSignal,
  ): Promise<void> {
    const asked = this.askOfLast(nix, subject, signal);
    this.asked = asked;
    await (
      await asked
    )?.infos;
  }

  /** The valid ones of a derivation's outputs, whose paths are known; null when the store cannot be asked. */
  async infos(nix: Nix, store: StoreDerivation, signal: AbortSignal): Promise<Infos> {
    const asked = await this.asked;
    this.asked = Promise.resolve(null);
    const isKnown = asked?.nix === nix && asked.drvPath === store.path && Date.now() - asked.at < freshMs;
    return (isKnown ? await asked.infos : null) ?? nix.pathInfos(outputPaths(store), signal);
  }

  private async askOfLast(
    probe: Promise<NixProbe>,
    subject: Pick<Derivation, 'file' | 'attr'>,
    signal: AbortSignal,
  ): Promise<Asked | null> {
    const [nix, last] = await Promise.all([probe, lastBuilt(this.stateFolder, subject)]);
    if (!nix.ok || last === null) return null;
    const { path: drvPath } = last.derivation;
    const infos = nix.value.pathInfos(outputPaths(last.derivation), signal);
    return { nix: nix.value, drvPath, infos, at: Date.now() };
  }
}

/** Empty ones are of outputs whose path is not known before they are made. */
export function outputPaths({ outputs }: StoreDerivation): readonly string[] {
  return Object.values(outputs).map(({ path }) => path);
}
