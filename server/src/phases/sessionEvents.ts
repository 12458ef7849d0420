/** What a session tells beside what every activity tells. */
import type { ActivityEvent } from '../protocol/messages';

/** An entry of this hook begins or ends; what is printed between is its own. One that fails does not end. A phase may run hooks without end. */
export interface HookEvent {
  readonly type: 'hookStarted' | 'hookFinished';
  readonly hook: string;
}

export type SessionEvent = ActivityEvent | HookEvent;

export function isHookEvent(event: SessionEvent): event is HookEvent {
  return event.type === 'hookStarted' || event.type === 'hookFinished';
}
