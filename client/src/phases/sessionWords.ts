/** What is said of a derivation's session: beside its row and in its tooltip. Pure. */
import type { SessionEdit, SessionState } from '../../../server/src/protocol/sessionMessages';
import { duration, escapeMarkdown, moment } from '../words';
import { placeName } from './buildView';
import type { DerivationActivity, PhaseState } from './phaseStates';
import type { Shown } from './shownStates';

/** What stands beside a derivation's name: what runs, or how it stands; empty when nothing ran. */
export function derivationWords(shown: Shown): string {
  const { activity, current, session } = shown;
  const isolation = session?.isolation === 'none' ? 'not isolated' : '';
  const stale = staleWords(shown);
  const words =
    stale === '' && activity !== undefined && current
      ? activityWords(activity)
      : stale || endWords(shown.phases);
  const replayed = shown.replayed === true ? 'looking for the failing line' : '';
  return [words, replayed, isolation].filter((part) => part !== '').join(' · ');
}

function activityWords(activity: DerivationActivity): string {
  if (activity.kind === 'inputs') return inputsWords(activity);
  if (activity.status === null) return activity.kind === 'build' ? buildingWords(activity) : 'running';
  const time = activity.seconds === null ? '' : ` ${duration(activity.seconds)}`;
  if (activity.status === 'cancelled') return 'stopped';
  if (activity.status === 'failed') return activity.kind === 'build' ? 'build failed' : 'failed';
  if (activity.validSince !== undefined) return validWords(activity.validSince);
  return activity.kind === 'build' ? `built${time}` : '';
}

function buildingWords({ progress }: DerivationActivity): string {
  if (progress.waiting !== null) return 'waiting for another build';
  return progress.machine === null ? 'building' : `building on ${placeName(progress.machine)}`;
}

/** Nothing was built, and that is said as plainly as a build would be. */
function validWords(since: string | null): string {
  return since === null ? 'unchanged, already valid' : `unchanged, valid since ${moment(since, new Date())}`;
}

function inputsWords({ status }: DerivationActivity): string {
  if (status === null) return 'building inputs';
  return status === 'failed' ? 'inputs failed' : '';
}

/** An edit made something stale, as long as nothing runs. */
function staleWords({ activity, current, phases }: Shown): string {
  if (activity?.status === null || (activity?.phasesOf.kind === 'build' && current)) return '';
  const [first] = [...phases].find(([, { kind }]) => kind === 'stale') ?? [];
  return first === undefined ? '' : `stale from ${first}`;
}

function endWords(phases: ReadonlyMap<string, PhaseState>): string {
  const kinds = new Set([...phases.values()].map(({ kind }) => kind));
  if (kinds.has('failed')) return 'failed';
  return kinds.has('cancelled') ? 'stopped' : '';
}

/** Paragraphs of Markdown about what is kept; none when there is no session. */
export function sessionSentences(session: SessionState | undefined): readonly string[] {
  if (session === undefined) return [];
  return [editSentence(session), isolationSentence(session), holderSentence(session)].filter(
    (text) => text !== '',
  );
}

function editSentence({ edit, phases }: SessionState): string {
  if (phases.length === 0) return '';
  if (edit !== null) return editWords(edit);
  const stale = phases.find((phase) => phase.stale !== null);
  if (stale !== undefined) return `A run goes on from ${escapeMarkdown(stale.name)}.`;
  return 'Nothing that a build can see changed since its phases ran: what they did is kept.';
}

function editWords({ reach, phase, reasons }: SessionEdit): string {
  const why = escapeMarkdown(reasons.join(' '));
  switch (reach) {
    case 'nothing':
      return `Edited since its phases ran; no phase can see the change: what they did is kept. ${why}`.trim();
    case 'phase':
      return `Edited since its phases ran: a run goes on from ${escapeMarkdown(phase ?? '')}. ${why}`;
    case 'everything':
      return `Edited since its phases ran: a run begins anew. ${why}`;
  }
}

function isolationSentence({ isolation, isolationNote }: SessionState): string {
  if (isolation === 'namespace' && isolationNote !== null) return escapeMarkdown(sentence(isolationNote));
  if (isolation !== 'none') return '';
  const why = isolationNote === null ? 'The settings ask for that.' : sentence(isolationNote);
  return `Its phases ran not isolated: outputs and build directory are elsewhere than in a real build. ${escapeMarkdown(why)}`;
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}

function holderSentence({ heldBy }: SessionState): string {
  if (heldBy === null) return '';
  return `Process ${heldBy}, another window or a command line, has its session now. A run here takes the session over once no phase runs there.`;
}
