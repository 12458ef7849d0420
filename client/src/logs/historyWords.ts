/** How past builds and runs are listed. Pure. */
import type { LogEntry } from '../../../server/src/protocol/logMessages';
import { logAddress, type LogAddress } from '../../../server/src/protocol/logUri';
import { ago, duration } from '../words';

export interface HistoryItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  /** Milliseconds since the epoch. */
  readonly begun: number;
  readonly address: LogAddress;
}

const shownPhases = 12;
const icons = {
  running: '$(loading~spin)',
  ok: '$(pass)',
  failed: '$(error)',
  cancelled: '$(stop-circle)',
  interrupted: '$(warning)',
} as const;

/** `now` in milliseconds since the epoch. */
export function historyItems(entries: readonly LogEntry[], now: number): readonly HistoryItem[] {
  return entries.map((entry) => {
    const { id, kind, name, drvPath, begun, seconds, status } = entry;
    const time = seconds === null ? stateWords[status] : `${stateWords[status]} in ${duration(seconds)}`;
    return {
      label: `${icons[status]} ${kind} of ${name}`,
      description: `${time} · ${ago(now - begun)}`,
      detail: phaseWords(entry),
      begun,
      address: logAddress(drvPath, { id }),
    };
  });
}

const stateWords = {
  running: 'goes on',
  ok: 'done',
  failed: 'failed',
  cancelled: 'stopped',
  interrupted: 'interrupted',
} as const;

function phaseWords({ phases, failedPhase }: LogEntry): string {
  const ran = phases.filter(({ status }) => status !== 'skipped');
  const words = ran.map(
    ({ name, seconds }) => `${name === failedPhase ? '✗ ' : ''}${name} ${duration(seconds)}`,
  );
  const rest = words.length > shownPhases ? [`${words.length - shownPhases} more`] : [];
  return [...words.slice(0, shownPhases), ...rest].join(' · ');
}
