import type { Rule } from './rule';

/** Up to 2.26 in one sentence, in 2.34 as a table. */
const sentence =
  /a ['"](?<system>\S+)['"] with features \{(?<features>[^}]*)\} is required to build [\s\S]*but I am a ['"](?<own>\S+)['"](?: with features \{(?<ownFeatures>[^}]*)\})?/;
const platform = /Required system: ['"](?<system>\S+)['"][\s\S]*Current system: ['"](?<own>\S+)['"]/;
const feature = /Required features: \{(?<features>[^}]*)\}/;

/** A derivation for another kind of machine. */
export const wrongSystem: Rule = ({ message }) => {
  const found = (sentence.exec(message) ?? platform.exec(message))?.groups;
  const features = (found ?? feature.exec(message)?.groups)?.['features'] ?? '';
  if (found === undefined && features === '') return null;
  const { system = '', own = '' } = found ?? {};
  if (system === own) {
    return {
      line: Infinity,
      cause: `It may only be built by a machine that offers ${features}, and this one does not say so.`,
      advice:
        'If it does offer it, add that to system-features in nix.conf; else build on a machine that does (--builders).',
      remedy: null,
    };
  }
  return {
    line: Infinity,
    cause: `It is for ${system}, and this machine is ${own}.`,
    advice: `Build it on a machine of that kind (--builders), let this one emulate it (extra-platforms in nix.conf), or evaluate for this system (--argstr system ${own}).`,
    remedy: null,
    attribute: 'system',
  };
};
