/** `explicit-phases`: a list of phases leaves out those that it does not name, and those of setup hooks. */
import { finding } from '../../analysis/finding';
import type { Lint } from '../lint';

export const explicitPhases: Lint = {
  code: 'explicit-phases',
  of: ({ derivation: { attributes } }) => {
    const attribute = attributes.get('phases');
    if (attribute === undefined) return [];
    const message =
      '`phases` leaves out every phase that it does not name, `fixupPhase` and those of setup hooks, too. Skip phases by `dontUnpack = true` and the like, and add them by `preBuildPhases` and its kin.';
    return [finding('explicit-phases', 'information', attribute.nameSpan, message)];
  },
};
