/** How a session's outputs differ from a real build's, and where that comes from. Pure. */
import type { RunResult } from '../../../server/src/protocol/model';

export function verifyReport(name: string, result: RunResult): string {
  const { verify, isolation, isolationNote, seesMachine } = result;
  const found = [...(verify?.differences ?? []), ...(verify?.notes ?? [])];
  const differences = found.map((difference) => `  ${wrapped(difference, '  ')}`);
  const why =
    isolation === 'none'
      ? notIsolated(isolationNote ?? null)
      : seesMachine === false
        ? sandboxed
        : besideTheMachine(isolationNote ?? null);
  return [
    `${name} differs from what a real build makes.`,
    '',
    ...differences,
    '',
    'Why that may be:',
    ...why.map((reason) => `  - ${wrapped(reason)}`),
    '',
  ].join('\n');
}

const always = [
  'A build that gives other bytes each time (times, random names, the order of threads) differs from itself too: Build with "rebuild" tells.',
  'Files that were edited in the build directory between phases are part of this run and of no real build.',
];

const sandboxed = [
  ...always,
  "The phases saw what Nix's sandbox shows. What it shows of this machine (sandbox-paths) they could read only, and the paths that a pre-build-hook adds they did not see.",
  'Nix forbids builders setuid and setgid bits and extended attributes; phases may set them, and outputs in the store lose them.',
];

function besideTheMachine(note: string | null): readonly string[] {
  return note === null
    ? [
        ...always,
        'The phases had namespaces, the true output paths and no network; a real build without a sandbox has the network, too, and sees home, /run and /tmp.',
      ]
    : [
        ...always,
        `P${note.slice(1)}. What they read there, as programs of /usr, a real build does not find.`,
      ];
}

function notIsolated(note: string | null): readonly string[] {
  return [
    ...always,
    `The phases ran without isolation${note === null ? '' : ` (${note})`}: they saw the whole machine and its network.`,
    'Outputs and build directory stood elsewhere. Output paths are rewritten before comparing; what was computed from them, such as compressed text or a hash, is not.',
  ];
}

/** Lines that a window shows whole. */
function wrapped(text: string, indent = '    '): string {
  return text.replace(/(.{1,90})(?: |$)/g, `$1\n${indent}`).trimEnd();
}
