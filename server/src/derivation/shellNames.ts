/** What a derivation's own shell tells of the attributes that it reads, once it was asked. Pure. */
import type { KnownAttribute } from '../knowledge/derivationAttributes';
import type { StdenvInspection } from './inspection';

/** The functions and variables of a derivation's shell when its first phase begins, and what its scripts name. */
export type ShellNames = Pick<StdenvInspection, 'functions' | 'values' | 'named' | 'optional'>;

/** Whether setup, a setup hook or a variable’s text names it, as far as that was seen. */
export function namedIn({ functions, values, named }: ShellNames, name: string): boolean {
  const word = new RegExp(`\\b${name}\\b`);
  return (
    named?.has(name) === true ||
    functions.some(({ body }) => word.test(body)) ||
    Object.entries(values).some(([variable, value]) => variable !== name && word.test(value))
  );
}

/** Whether nothing of these shells reads an attribute that bash alone could read. Where a shell could not be seen whole it may. */
export function isUnread(
  { name, type, phase, needs }: KnownAttribute,
  shells: readonly ShellNames[],
): boolean {
  // Of phases and hooks the names are put together when they run.
  if (type === 'bash' || (phase === undefined && needs === undefined)) return false;
  return shells.length > 0 && shells.every((shell) => shell.named !== null && !namedIn(shell, name));
}
