/** What an edit reaches in a session, asked of the session's own stdenv. */
import { compareForResume, type EditReach } from '../derivation/editReach';
import type { StoreDerivation } from '../nix/derivationFile';
import type { NixInstallation } from '../nix/installation';
import type { SessionPhase } from '../phases/chain';
import type { Inspections } from './inspections';

export async function resumeReach(
  inspections: Inspections,
  nix: NixInstallation,
  session: {
    readonly before: StoreDerivation;
    readonly after: StoreDerivation;
    readonly phases: readonly SessionPhase[];
  },
  signal: AbortSignal,
): Promise<EditReach> {
  const { before, after } = session;
  const asked = await inspections.ask(nix, before, signal);
  const phases = session.phases.map(({ name }) => name);
  return compareForResume({ before, after, phases, texts: asked.ok ? asked.value : null });
}
