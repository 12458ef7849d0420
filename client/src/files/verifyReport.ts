/** How a session's outputs differ from a real build's, and where that comes from. Pure. */
import type { RunResult } from '../../../server/src/protocol/model';

export function verifyReport(name: string, { verify, isolation, isolationNote }: RunResult): string {
  const found = [...(verify?.differences ?? []), ...(verify?.notes ?? [])];
  const differences = found.map((difference) => `  ${wrapped(difference, '  ')}`);
  const why = isolation === 'none' ? notIsolated(isolationNote ?? null) : isolated;
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

const isolated = [
  ...always,
  'The phases had namespaces, the true output paths and no network; a real build without a sandbox sees the whole machine.',
  'A real build in a sandbox sees its inputs and the sandbox-paths only; the phases could read the rest of this machine too, as programs of /usr.',
];

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
