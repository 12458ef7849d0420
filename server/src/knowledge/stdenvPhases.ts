/**
 * stdenv's conventions as far as the first drawing needs them; later drawings ask the derivation's own stdenv.
 *
 * Source: the Nixpkgs manual, chapter "The Standard Environment" (Phases; Controlling phases), and nixpkgs'
 * `pkgs/stdenv/generic/setup.sh` (`definePhases`, `runPhase`, `runHook`, `exitHandler`).
 */
import { phaseStem } from '../protocol/phaseStem';

/** A variable that decides whether `runPhase` reaches a phase's body. */
export interface SkipFlag {
  readonly name: string;
  readonly runsWhen: 'set' | 'unset';
}

export interface UsualPhase {
  readonly name: string;
  /** The variable whose phases `definePhases` puts before this one. */
  readonly before: string | null;
  readonly flag: SkipFlag | null;
  /** Hooks that setup's own body of the phase runs, in running order. */
  readonly hooks: readonly string[];
}

/** In the order of `definePhases`. */
export const usualPhases: readonly UsualPhase[] = [
  phase('unpackPhase', 'prePhases', unless('dontUnpack'), ['preUnpack', 'unpackCmd', 'postUnpack']),
  phase('patchPhase', null, unless('dontPatch'), ['prePatch', 'postPatch']),
  phase('configurePhase', 'preConfigurePhases', unless('dontConfigure'), ['preConfigure', 'postConfigure']),
  phase('buildPhase', 'preBuildPhases', unless('dontBuild'), ['preBuild', 'postBuild']),
  phase('checkPhase', null, when('doCheck'), ['preCheck', 'postCheck']),
  phase('installPhase', 'preInstallPhases', unless('dontInstall'), ['preInstall', 'postInstall']),
  phase('fixupPhase', 'preFixupPhases', unless('dontFixup'), ['preFixup', 'fixupOutput', 'postFixup']),
  phase('installCheckPhase', null, when('doInstallCheck'), ['preInstallCheck', 'postInstallCheck']),
  phase('distPhase', 'preDistPhases', when('doDist'), ['preDist', 'postDist']),
];

/** The variable whose phases come after all others. */
export const lastPhasesVariable = 'postPhases';

/** Hooks that setup runs before the first phase, and when the builder ends. */
export const setupHooks: readonly string[] = ['preHook', 'addInputsHook', 'postHook', 'userHook'];
export const failureHook = 'failureHook';
export const exitHook = 'exitHook';

export function usualPhase(name: string): UsualPhase | null {
  return usualPhases.find((phase) => phase.name === name) ?? null;
}

/** The hooks that a phase of this name runs by convention: those of its usual body, else `preX` and `postX` of `xPhase`. */
export function usualHooks(phaseName: string): readonly string[] {
  const known = usualPhase(phaseName);
  if (known !== null) return known.hooks;
  const stem = phaseStem(phaseName);
  return [`pre${stem}`, `post${stem}`];
}

function phase(name: string, before: string | null, flag: SkipFlag, hooks: readonly string[]): UsualPhase {
  return { name, before, flag, hooks };
}

function unless(name: string): SkipFlag {
  return { name, runsWhen: 'unset' };
}

function when(name: string): SkipFlag {
  return { name, runsWhen: 'set' };
}
