/** *Debug* beside each lens that runs something: other editors than this one have no command of that name. Pure. */

export interface Lens {
  readonly range: object;
  readonly command?:
    | { readonly title: string; readonly command: string; readonly arguments?: unknown[] | undefined }
    | undefined;
}

/** The lenses with one more after each that runs a phase or all of them. `make` makes a lens like another. */
export function withDebugLenses<T extends Lens>(
  lenses: readonly T[],
  make: (like: T, command: { title: string; command: string; arguments: unknown[] }) => T,
): T[] {
  return lenses.flatMap((lens) => {
    const { command } = lens;
    const argument: unknown = command?.arguments?.[0];
    if (command?.command !== 'phasewise.run' || typeof argument !== 'object' || argument === null)
      return [lens];
    const isPhase = 'phase' in argument && argument.phase !== null;
    const name = isPhase ? 'phasewise.debugPhase' : 'phasewise.debugDerivation';
    return [lens, make(lens, { title: 'Debug', command: name, arguments: [argument] })];
  });
}
