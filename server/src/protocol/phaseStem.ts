/** What the names of a phase and of its hooks share. Source: nixpkgs setup.sh, whose `xPhase` runs `preX` and `postX`. Pure; the client uses it too. */

/** `Build` of `buildPhase`, as in `preBuild`. */
export function phaseStem(phaseName: string): string {
  const stem = phaseName.replace(/Phase$/, '');
  return stem.charAt(0).toUpperCase() + stem.slice(1);
}
