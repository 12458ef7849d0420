/**
 * Attributes that Nix itself understands in every derivation. Source: the Nix manual, "Derivations" and "Advanced Attributes".
 */
import { alike, type KnownAttribute } from './attribute';
import { flag } from './kinds';

const list = { type: 'list', snippet: '[ $0 ]' };

export const attributesOfNix: readonly KnownAttribute[] = [
  ...alike(list, {
    allowedReferences:
      'The only store paths and outputs that an output may refer to; anything else makes the build fail. `[ ]` allows none.',
    allowedRequisites: 'As `allowedReferences`, for the whole closure.',
    disallowedReferences: 'Store paths that no output may refer to; a build whose output does fails.',
    disallowedRequisites: 'As `disallowedReferences`, for the whole closure.',
    exportReferencesGraph:
      'Names and store paths by turns: a file of each name lists the closure of the path for the builder.',
  }),
  ...alike(
    { type: 'list of strings', snippet: '[ "$0" ]' },
    {
      impureEnvVars:
        'Variables of the environment that a fixed-output derivation may see, as `"http_proxy"`. `lib.fetchers.proxyImpureEnvVars` has the usual ones.',
      passAsFile:
        'Attributes to hand over in files: `xPath` holds the file of `x`. For values too long for an environment.',
      requiredSystemFeatures:
        'What a machine must have to build it, as `"kvm"`, `"nixos-test"`, `"big-parallel"`.',
    },
  ),
  ...alike(flag, {
    preferLocalBuild:
      'Whether to build it here rather than on a remote builder; for what is done faster than it is copied.',
    __structuredAttrs:
      'Whether attributes reach the builder in a JSON file and bash arrays instead of the environment: lists keep their elements, spaces and all. `env` is then the way to an exported variable.',
    __contentAddressed: 'Whether the outputs are named by their contents. An experimental feature of Nix.',
    __impure: 'Whether it has the network and is built every time. An experimental feature of Nix.',
    __noChroot: 'Whether it builds outside of the sandbox, where `sandbox = relaxed` allows it.',
    __darwinAllowLocalNetworking: 'Whether it may use ports of this machine in macOS’s sandbox.',
  }),
  {
    name: 'allowSubstitutes',
    type: 'boolean',
    says: 'Whether its outputs may be fetched from a substituter.',
    default: 'true',
    snippet: 'false',
  },
  {
    name: 'outputHash',
    type: 'string',
    says: 'The hash of the output, which makes it a *fixed-output derivation*: it may use the network, and anything else than this hash is a failure.',
    snippet: '"$0"',
  },
  {
    name: 'outputHashAlgo',
    type: 'string',
    says: 'The kind of `outputHash` where that does not say so itself.',
    snippet: '"sha256"',
    choices: { sha256: 'The usual one.', sha512: 'A longer one.', sha1: 'Old, and weak.' },
  },
  {
    name: 'outputHashMode',
    type: 'string',
    says: 'What is hashed: `"flat"` for a single file as it is, `"recursive"` (newer: `"nar"`) for anything, with its modes.',
    default: '"flat"',
    snippet: '"recursive"',
    choices: {
      flat: 'A single file, as it is.',
      recursive: 'Anything, with its modes.',
      nar: '`recursive` by its newer name.',
    },
  },
  {
    name: 'outputChecks',
    type: 'set',
    says: 'With `__structuredAttrs`: `allowedReferences` and the like for each output, and `maxSize`, `maxClosureSize`.',
    snippet: '{ $0 }',
  },
  {
    name: 'unsafeDiscardReferences',
    type: 'set of booleans',
    says: 'With `__structuredAttrs`: outputs that are not searched for references; for images that bring all they need.',
    snippet: '{ out = true; }',
  },
];
