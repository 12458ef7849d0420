import { lastMatch, type Remedy, type Rule } from './rule';

const undefinedMacro = /error: possibly undefined macro: (?<name>\w+)$/;
/** A macro that nothing replaced, met by the shell. */
const leftOver = /^\S*configure: line \d+: [`'](?<name>[A-Z][A-Z0-9]*_\w+)\(/;

/** Who brings macros of this kind, and a program of theirs by which the package is found. */
const owners: readonly (readonly [macro: RegExp, owner: string, command: string | null])[] = [
  [/^PKG_/, 'pkg-config', 'pkg-config'],
  [/^(?:LT_|AC_PROG_LIBTOOL|AM_PROG_LIBTOOL|AC_LIBTOOL_)/, 'libtool', 'libtoolize'],
  [/^(?:AM_GNU_GETTEXT|AM_ICONV|AC_LIB_)/, 'gettext', 'autopoint'],
  [/^(?:AC_PROG_INTLTOOL|IT_PROG_INTLTOOL)/, 'intltool', 'intltoolize'],
  [/^GTK_DOC_/, 'gtk-doc', 'gtkdocize'],
  [/^AX_/, 'autoconf-archive', null],
];

/** A macro of configure.ac that no input brings. */
export const autotoolsMacro: Rule = ({ lines }) => {
  const found = lastMatch(lines, [undefinedMacro, leftOver]);
  if (found === null) return null;
  const name = found.match.groups?.['name'] ?? '';
  const [, owner, command] = owners.find(([macro]) => macro.test(name)) ?? [null, null, null];
  const package_ = owner === null ? 'the package that brings it' : owner;
  const remedy: Remedy | null =
    command === null
      ? null
      : { kind: 'input', wanted: { kind: 'command', name: command }, attribute: 'nativeBuildInputs' };
  return {
    line: found.line,
    cause: `Autoconf does not know the macro ${name}: none of the derivation’s inputs brings it.`,
    advice: `Add ${package_} to nativeBuildInputs (autoreconfHook brings autoconf, automake, gettext and libtool), so that it is there when configure is made.`,
    remedy,
  };
};
