/** What is known of a text from elsewhere: from the last run of its derivations' phases, and from the last commit. */
import type { Finding } from '../analysis/finding';
import { withoutIgnored } from '../analysis/ignoreComments';
import { withSeverities } from '../analysis/severities';
import { substituteNothing, type PhaseSource } from '../derivation/evidence/substituteNothing';
import { unusedInputs } from '../derivation/evidence/unusedInput';
import { foundAt } from '../derivation/foundAt';
import type { Nix } from '../nix/nix';
import { readInputEvidence } from '../phases/inputUse/inputUse';
import type { SessionFiles } from '../phases/sessionFiles';
import type { Derivation } from '../protocol/model';
import { success } from '../result';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { CommittedTexts } from './committedTexts';
import { resumeReach } from './editReaching';
import type { EngineParts } from './engineParts';
import type { Inspections } from './inspections';
import type { PhaseFileReader } from './phaseFiles';
import { phaseSource } from './phaseSources';
import type { EngineWork } from './storeActions';

export interface SessionFindingsParts extends Pick<
  EngineParts,
  'runner' | 'environment' | 'parser' | 'severities'
> {
  readonly fileReader: PhaseFileReader;
  readonly inspections: Inspections;
}

/** Reads alone what sessions keep, without their locks. */
export class SessionFindings {
  private readonly committed: CommittedTexts;

  constructor(
    private readonly engine: Pick<EngineWork, 'work' | 'nix'>,
    private readonly parts: SessionFindingsParts,
  ) {
    this.committed = new CommittedTexts(parts);
  }

  /** What is found in a text whose derivations were evaluated as these, in order of position. */
  of(
    file: string,
    tree: SyntaxTree,
    derivations: readonly Derivation[],
    signal: AbortSignal,
  ): Promise<readonly Finding[]> {
    return this.engine.work(signal, async (both) => {
      const nix = await this.engine.nix(both);
      const ofRuns = nix.ok ? await this.find(nix.value, tree, derivations, both) : [];
      const stale = await this.committed.compared(file, tree, both);
      const sorted = [...ofRuns, ...stale].sort((a, b) => a.span.start - b.span.start);
      return withSeverities(withoutIgnored(tree, sorted), this.parts.severities?.(file) ?? {});
    });
  }

  private async find(
    nix: Nix,
    tree: SyntaxTree,
    derivations: readonly Derivation[],
    signal: AbortSignal,
  ): Promise<readonly Finding[]> {
    const found = new Map<string, Finding>();
    for (const derivation of derivations) {
      if (derivation.drvPath === null || signal.aborted) continue;
      const files = await this.parts.fileReader.open(nix.installation.storeDir, derivation);
      if (!files.ok) continue;
      for (const one of await this.findingsOf(nix, files.value, tree, derivation, signal))
        found.set(`${one.code} ${one.span.start}`, one);
    }
    return [...found.values()];
  }

  private async findingsOf(
    nix: Nix,
    files: SessionFiles,
    tree: SyntaxTree,
    derivation: Derivation,
    signal: AbortSignal,
  ): Promise<readonly Finding[]> {
    const found = foundAt(tree, derivation);
    if (found === null) return [];
    const evidence = await readInputEvidence(files.folder.path);
    const unused = evidence?.drvPath === derivation.drvPath ? unusedInputs(tree.text, found, evidence) : [];
    if (!tree.text.includes('substituteInPlace')) return unused;
    const sourceAt = await this.sources(nix, files, derivation.drvPath ?? '', signal);
    return sourceAt === null ? unused : [...unused, ...(await substituteNothing(tree.text, found, sourceAt))];
  }

  /** What each phase finds; null when the derivation as it is now cannot be read. */
  private async sources(
    nix: Nix,
    files: SessionFiles,
    drvPath: string,
    signal: AbortSignal,
  ): Promise<((phase: string) => Promise<PhaseSource | null>) | null> {
    const { derivation: before, phases } = files.record;
    const read = drvPath === before.path ? success(before) : await nix.readDerivation(drvPath);
    if (!read.ok) return null;
    const derivation = read.value;
    const edited = { before, after: derivation, phases };
    const reach = await resumeReach(this.parts.inspections, nix.installation, edited, signal);
    const parts = { files, reach, derivation, place: nix.installation };
    return (phase) => phaseSource(parts, phase, signal);
  }
}
