/** What the menu of the call stack gives a command. Pure. */

/**
 * The thread of an item: VS Code gives of a thread its own id (`thread:SESSION:NUMBER`), of a frame an object that holds it. Null for
 * anything else, as a session's id or a call from elsewhere.
 */
export function threadOfItem(item: unknown): number | null {
  const id = typeof item === 'object' && item !== null && 'threadId' in item ? item.threadId : item;
  const number = typeof id === 'string' ? /^thread:.*:(\d+)$/.exec(id)?.[1] : undefined;
  return number === undefined ? null : Number(number);
}
