/** What is known of a text from elsewhere: from the last run of its derivations' phases, and from the last commit. */
import type { Finding } from '../analysis/finding';
import { withoutIgnored } from '../analysis/ignoreComments';
import { withSeverities } from '../analysis/severities';
import type { EditReach } from '../derivation/editReach';
import { checkWithoutTests, nothingTried, testPhases } from '../derivation/evidence/checkWithoutTests';
import { substituteNothing } from '../derivation/evidence/substituteNothing';
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
import { endOfPhase } from './failedLines';
import type { Inspections } from './inspections';
import type { PhaseFileReader } from './phaseFiles';
import { phaseSource, type PhaseSourceParts } from './phaseSources';
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
      const nix = await this.engine.nix(file, both);
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
    const untried = await untriedPhases(files);
    if (untried.length === 0 && !tree.text.includes('substituteInPlace')) return unused;
    const now = await this.reached(nix, files, derivation.drvPath ?? '', signal);
    if (now === null) return unused;
    // What the phase would tell now.
    const still = untried.filter(({ index }) => isBefore(now.reach, index));
    return [
      ...unused,
      ...still.map(({ phase, said }) => checkWithoutTests(tree, found, phase, said)),
      ...(await substituteNothing(tree.text, found, (phase) => phaseSource(now, phase, signal))),
    ];
  }

  /** The derivation as it is now, and what is another since the run; null when it cannot be read. */
  private async reached(
    nix: Nix,
    files: SessionFiles,
    drvPath: string,
    signal: AbortSignal,
  ): Promise<PhaseSourceParts | null> {
    const { derivation: before, phases } = files.record;
    const read = drvPath === before.path ? success(before) : await nix.readDerivation(drvPath);
    if (!read.ok) return null;
    const derivation = read.value;
    const edited = { before, after: derivation, phases };
    const reach = await resumeReach(this.parts.inspections, nix.installation, edited, signal);
    return { files, reach, derivation, place: nix.installation };
  }
}

interface UntriedPhase {
  readonly phase: (typeof testPhases)[number];
  readonly index: number;
  readonly said: string;
}

/** Phases of tests whose whole log says that nothing was tried. */
async function untriedPhases({ record }: SessionFiles): Promise<readonly UntriedPhase[]> {
  const found: UntriedPhase[] = [];
  for (const phase of testPhases) {
    const result = record.results.find(({ name, status }) => name === phase && status === 'ok');
    if (result === undefined) continue;
    const lines = await endOfPhase(result);
    const said = lines.length < result.lines ? null : nothingTried(lines.map(({ text }) => text));
    const index = record.phases.findIndex(({ name }) => name === phase);
    if (said !== null && index >= 0) found.push({ phase, index, said });
  }
  return found;
}

/** Whether this phase is as it was. */
function isBefore(reach: EditReach, index: number): boolean {
  return reach.kind === 'same' || (reach.kind === 'from' && index < reach.index);
}
