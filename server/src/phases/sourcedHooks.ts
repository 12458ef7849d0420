/** What each setup hook changed, from the variables before and after it (`driver/source.sh`). Pure. */
import type { InspectedSetupHook } from '../derivation/inspection';
import type { ShellVariable } from './declarations';
import { isDriverName } from './driverNames';
import { parseDeclarations, textOfVariable } from './declarations';

type Variables = ReadonlyMap<string, ShellVariable>;

/** From the records `source`, file, before, after; a last one without an end is left out. */
export function parseSourcedHooks(content: string): readonly InspectedSetupHook[] {
  const fields = content.split('\0');
  const hooks: InspectedSetupHook[] = [];
  for (let at = 0; at + 4 < fields.length; at += 4) {
    const [kind, file = '', before = '', after = ''] = fields.slice(at, at + 4);
    if (kind !== 'source') break;
    hooks.push({ file, ...changes(parseDeclarations(before), parseDeclarations(after)) });
  }
  return hooks;
}

function changes(before: Variables, after: Variables): Omit<InspectedSetupHook, 'file'> {
  const entries: { array: string; entry: string }[] = [];
  const variables: { name: string; before: string | null; after: string | null }[] = [];
  for (const name of new Set([...after.keys(), ...before.keys()])) {
    const was = before.get(name);
    const is = after.get(name);
    if (isShellsOwn(name)) continue;
    if (isHookArray(name)) {
      entries.push(...added(entriesOf(was), entriesOf(is)).map((entry) => ({ array: name, entry })));
      continue;
    }
    const texts = { before: textOfVariable(was), after: textOfVariable(is) };
    if (texts.before !== texts.after) variables.push({ name, ...texts });
  }
  return { entries, variables };
}

function entriesOf(variable: ShellVariable | undefined): readonly string[] {
  return (
    variable?.entries ?? (variable?.value === undefined || variable.value === null ? [] : [variable.value])
  );
}

/** Entries that are there more often than before, in their order. */
function added(before: readonly string[], after: readonly string[]): readonly string[] {
  const left = [...before];
  return after.filter((entry) => {
    const index = left.indexOf(entry);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** Arrays that `runHook` walks through. */
export function isHookArray(name: string): boolean {
  return name.endsWith('Hooks');
}

const ownNames: ReadonlySet<string> = new Set(
  (
    '_ IFS LINENO RANDOM SRANDOM SECONDS EPOCHSECONDS EPOCHREALTIME FUNCNAME PIPESTATUS OPTIND OPTERR OPTARG DIRSTACK GROUPS PPID UID ' +
    'EUID OLDPWD SHELLOPTS BASHOPTS BASHPID COMP_WORDBREAKS HOSTNAME HOSTTYPE MACHTYPE OSTYPE PS4 SHLVL REPLY MAPFILE'
  ).split(' '),
);

/** Variables that bash itself keeps, and ours. */
export function isShellsOwn(name: string): boolean {
  return ownNames.has(name) || isDriverName(name) || /^(?:BASH(?:_|$)|COMP_)/.test(name);
}
