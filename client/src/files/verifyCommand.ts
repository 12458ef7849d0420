/** Compares what the phases of a session made with what a real build makes. */
import { window } from 'vscode';
import type { RunResult, VerifyResult } from '../../../server/src/protocol/model';
import { derivationName } from '../phases/phaseItem';
import type { Runs } from '../phases/runs';
import type { FileCommandParts } from './fileCommands';
import { snapshotUri } from './snapshotDocuments';
import { verifyReport } from './verifyReport';

/** Gives what was found, for whoever called it; null when nothing could be compared. */
export async function verify(
  { chooser, state }: FileCommandParts,
  runs: Runs,
  argument: unknown,
): Promise<VerifyResult | null> {
  const key = await chooser.derivation(argument);
  if (key === undefined) return null;
  const { uri, attr } = key;
  const asked = { uri, attr, phase: null, selection: 'all', fresh: false, verify: true } as const;
  const result: RunResult | null = await runs.run(asked);
  // A phase that failed is marked where it is written.
  if (
    result === null ||
    result.verify === null ||
    result.phases.some(({ status }) => status !== 'ok' && status !== 'skipped')
  )
    return result?.verify ?? null;
  const derivation = state.derivation(key);
  const name = derivation === undefined ? 'derivation' : derivationName(derivation);
  if (result.verify.same)
    void window.showInformationMessage(`${name}: its outputs are those of a real build, byte for byte.`);
  else {
    const words = verifyReport(name, result);
    const document = snapshotUri(`${name}, compared with a real build.txt`, {
      ...{ uri, attr, phase: '', side: 'after', file: null },
      words,
    });
    await window.showTextDocument(document, { preview: true });
  }
  return result.verify;
}
