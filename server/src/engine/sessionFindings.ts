/** What the last run of a derivation's phases tells of its text. */
import type { Finding } from '../analysis/finding';
import { withoutIgnored } from '../analysis/ignoreComments';
import { withSeverities } from '../analysis/severities';
import { unusedInputs } from '../derivation/evidence/unusedInput';
import { foundAt } from '../derivation/foundAt';
import type { Nix } from '../nix/nix';
import { readInputEvidence } from '../phases/inputUse/inputUse';
import type { SessionFiles } from '../phases/sessionFiles';
import type { Derivation } from '../protocol/model';
import type { Settings } from '../protocol/settings';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { PhaseFileReader } from './phaseFiles';
import type { EngineWork } from './storeActions';

/** Reads alone what sessions keep, without their locks. */
export class SessionFindings {
  constructor(
    private readonly engine: Pick<EngineWork, 'work' | 'nix'>,
    private readonly reader: PhaseFileReader,
    private readonly severities: () => Settings['checks']['severity'],
  ) {}

  /** What is found in a text whose derivations were evaluated as these, in order of position. */
  of(tree: SyntaxTree, derivations: readonly Derivation[], signal: AbortSignal): Promise<readonly Finding[]> {
    return this.engine.work(signal, async (both) => {
      const nix = await this.engine.nix(both);
      return nix.ok ? this.find(nix.value, tree, derivations, both) : [];
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
      const files = await this.reader.open(nix.installation.storeDir, derivation);
      if (!files.ok) continue;
      for (const one of await findingsOf(files.value, tree, derivation))
        found.set(`${one.code} ${one.span.start}`, one);
    }
    const sorted = [...found.values()].sort((a, b) => a.span.start - b.span.start);
    return withSeverities(withoutIgnored(tree, sorted), this.severities());
  }
}

async function findingsOf(
  files: SessionFiles,
  tree: SyntaxTree,
  derivation: Derivation,
): Promise<readonly Finding[]> {
  const evidence = await readInputEvidence(files.folder.path);
  const place = foundAt(tree, derivation);
  if (place === null || evidence?.drvPath !== derivation.drvPath) return [];
  return unusedInputs(tree.text, place, evidence);
}
