/** The rows of the view of sessions: one for each, with its size and what can be done with it. Pure. */
import type { SessionEntry, SessionList } from '../../../server/src/protocol/sessionMessages';
import { sizeText } from '../../../server/src/protocol/sizes';
import type { ItemIcon } from '../phases/phaseItem';
import { ago, escapeMarkdown } from '../words';
import { sessionSubject } from './sessionSubject';

export interface SessionItem {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: ItemIcon;
  /** Markdown. */
  readonly tooltip: string;
  readonly spoken: string;
  /** What the row can do, for `when` clauses: `session;file;resumable;held;`. */
  readonly context: string;
  readonly entry: SessionEntry;
}

/** `now` is in milliseconds since the epoch. */
export function sessionItems({ sessions }: SessionList, now: number): readonly SessionItem[] {
  return sessions.map((entry) => sessionItem(entry, now));
}

/** What stands beside the view's title: how much there is, of how much at most; empty when there is nothing. */
export function sessionsSum({ sessions, limitBytes }: SessionList): string {
  if (sessions.length === 0) return '';
  const sum = sessions.reduce((total, { bytes }) => total + bytes, 0);
  return `${sizeText(sum)} of ${sizeText(limitBytes)}`;
}

function sessionItem(entry: SessionEntry, now: number): SessionItem {
  const { id, name, attr, bytes, heldBy, reason } = entry;
  const label = name ?? id;
  const state = heldBy !== null ? 'in use' : (reason ?? '').replace(/\.$/, '');
  const used = entry.used === null ? '' : ago(now - Date.parse(entry.used));
  const description = [attr, sizeText(bytes), used, state]
    .filter((part) => part !== null && part !== '')
    .join(' · ');
  const words = sessionSubject(entry) === null ? '' : entry.resumable ? 'file;resumable;' : 'file;';
  return {
    ...{ id, label, description, entry },
    icon: iconOf(entry),
    tooltip: tooltipOf(entry, used),
    spoken: `session of ${label}, ${description.replaceAll(' · ', ', ')}`,
    context: `session;${words}${heldBy === null ? '' : 'held;'}`,
  };
}

function iconOf({ heldBy, resumable }: SessionEntry): ItemIcon {
  if (heldBy !== null) return { name: 'vm-active', color: null };
  return { name: 'archive', color: resumable ? null : 'disabledForeground' };
}

function tooltipOf(
  { name, id, file, attr, folder, bytes, heldBy, reason }: SessionEntry,
  used: string,
): string {
  const place = file === null ? '' : `${escapeMarkdown(file)}${attr ? `, ${escapeMarkdown(attr)}` : ''}`;
  const next = reason === null ? 'The next run of its phases goes on with it.' : escapeMarkdown(reason);
  const holder = heldBy === null ? '' : ` Process ${heldBy} has it now.`;
  const when = used === '' ? '' : `, used ${used}`;
  return [
    `**${escapeMarkdown(name ?? id)}**`,
    place,
    `${sizeText(bytes)}${when}.`,
    next + holder,
    `\`${folder}\``,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What is asked before sessions are dropped. */
export function dropQuestion(entries: readonly SessionEntry[]): {
  readonly message: string;
  readonly detail: string;
} {
  const [first] = entries;
  const bytes = entries.reduce((total, entry) => total + entry.bytes, 0);
  const one = `the session of ${first?.name ?? first?.id ?? ''}`;
  return {
    message: `Drop ${entries.length === 1 ? one : `${entries.length} sessions`}?`,
    detail: `This frees ${sizeText(bytes)}. Phases run from the beginning next time; your files stay as they are.`,
  };
}
