/** How the state of a phase or a derivation is shown and said: icons and words. Pure. */
import type { Phase } from '../../../server/src/protocol/model';
import { duration } from '../words';
import type { ItemIcon } from './phaseItem';
import type { PhaseState } from './phaseStates';
import type { Shown } from './shownStates';

/** What goes on or has ended, whatever it is. */
export const stateIcons = {
  running: { name: 'loading~spin', color: null },
  ok: { name: 'pass-filled', color: 'testing.iconPassed' },
  failed: { name: 'error', color: 'testing.iconFailed' },
  cancelled: { name: 'stop-circle', color: 'testing.iconSkipped' },
} as const satisfies Readonly<Record<string, ItemIcon>>;

export function phaseIcon(phase: Phase, state: PhaseState | undefined): ItemIcon {
  switch (state?.kind) {
    case 'waiting':
      return { name: 'circle-large-outline', color: 'progressBar.background' };
    case 'running':
    case 'ok':
    case 'failed':
    case 'cancelled':
      return stateIcons[state.kind];
    case 'skipped':
      return { name: 'circle-slash', color: 'disabledForeground' };
    case 'stale':
      return { name: 'history', color: 'list.warningForeground' };
    case undefined:
      return phase.runs
        ? { name: 'circle-large-outline', color: 'testing.iconUnset' }
        : { name: 'circle-slash', color: 'disabledForeground' };
  }
}

export function derivationIcon({ activity, current }: Shown): ItemIcon {
  if (activity?.status === null) return stateIcons.running;
  if (!current) return { name: 'package', color: null };
  if (activity?.status === 'failed') return { name: 'package', color: 'testing.iconFailed' };
  if (activity?.status === 'ok' && activity.kind === 'build')
    return { name: 'package', color: 'testing.iconPassed' };
  return { name: 'package', color: null };
}

/** What stands beside a phase's name: how it went and where it comes from, or only what matters more than that. */
export function phaseWords(phase: Phase, state: PhaseState | undefined, origin: string): string {
  if (state === undefined) return phase.runs ? origin : stateWords(phase, state);
  if (state.kind === 'ok' || state.kind === 'failed')
    return [state.seconds === null ? '' : duration(state.seconds), origin]
      .filter((part) => part !== '')
      .join(' · ');
  return stateWords(phase, state);
}

function stateWords(phase: Phase, state: PhaseState | undefined): string {
  if (state === undefined) return phase.runs ? '' : (phase.skipReason ?? 'does not run');
  const time = state.seconds === null ? '' : duration(state.seconds);
  switch (state.kind) {
    case 'waiting':
      return 'waiting';
    case 'running':
      return 'running';
    case 'ok':
      return time;
    case 'failed':
      return time === '' ? 'failed' : `failed after ${time}`;
    case 'cancelled':
      return 'stopped';
    case 'skipped':
      return phase.skipReason ?? 'skipped';
    case 'stale':
      return time === '' ? 'stale' : `stale · ${time}`;
  }
}

export function spokenPhase(phase: Phase, state: PhaseState | undefined, origin: string): string {
  const words = state?.kind === 'ok' ? `succeeded in ${stateWords(phase, state)}` : stateWords(phase, state);
  const why = state?.reason ?? '';
  const skipped = phase.runs ? '' : 'skipped';
  return [`phase ${phase.name}`, skipped, words, why, origin === '' ? '' : `from ${origin}`]
    .filter((part) => part !== '')
    .join(', ');
}
