/** Whether a run of all phases made what a real build makes. */
import type { StoreDerivation } from '../nix/derivationFile';
import type { Nix } from '../nix/nix';
import type { SandboxConfiguration } from '../nix/sandbox';
import { physicalPath } from '../nix/storePlace';
import type { PhaseSession } from '../phases/session';
import type { SessionRunResult } from '../phases/sessionResults';
import type { ActivityEvent } from '../protocol/messages';
import type { VerifyResult } from '../protocol/model';
import { compareTrees } from './compareTrees';

export interface VerifyRequest {
  readonly nix: Nix;
  readonly store: StoreDerivation;
  readonly onEvent: (event: ActivityEvent) => void;
  readonly signal: AbortSignal;
}

/** Builds for real and compares; the outputs of the session hold the paths that a real build gives. */
export async function verifyRun(
  { nix, store, onEvent, signal }: VerifyRequest,
  { hasOtherPaths, seesMachine }: PhaseSession,
  result: SessionRunResult,
  outputs: Readonly<Record<string, string>>,
): Promise<VerifyResult> {
  if (!result.complete)
    return { same: false, differences: ['Not every phase ran: there is nothing to compare.'] };
  onEvent({ type: 'notice', text: `building ${store.name} for real to compare` });
  const options = { rebuild: false, keepFailed: false };
  const real = await nix.build(store.path, options, () => undefined, signal);
  if (real.status === 'failed' || real.status === 'cancelled') {
    const failed = `The real build ${real.status}. ${real.message ?? ''}`.trim();
    const mayMiss = real.status === 'failed' && seesMachine;
    const hidden = mayMiss ? hiddenBySandbox(await nix.sandbox(signal)) : null;
    return { same: false, differences: [failed], ...(hidden === null ? {} : { notes: [hidden] }) };
  }
  const differences: string[] = [];
  const notes: string[] = [];
  for (const [name, path] of Object.entries(real.outputs)) {
    const ours = outputs[name];
    if (ours === undefined) differences.push(`The output ${name} is missing.`);
    else {
      const found = await compareTrees(name, ours, physicalPath(path, nix.installation), signal);
      for (const { words, isBuildIdOnly } of found) {
        if (isBuildIdOnly && hasOtherPaths) notes.push(`${words} ${whyBuildId}`);
        else differences.push(words);
      }
    }
  }
  return { same: differences.length === 0, differences, ...(notes.length === 0 ? {} : { notes }) };
}

/** What a real build may have missed that the phases saw; null where it sees the whole machine. */
function hiddenBySandbox({ mode, paths }: SandboxConfiguration): string | null {
  if (mode === 'off') return null;
  const shown = paths.length === 0 ? 'nothing but its inputs' : `its inputs and ${paths.join(' ')}`;
  return `It sees ${shown}: Nix's sandbox hides the rest of this machine, which the phases can read. What it lacks may be a file outside the inputs.`;
}

const whyBuildId =
  'It hashes the output path for which it was linked, which is that of the session; all else in it is the same.';
