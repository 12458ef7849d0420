/** Reads what a stopped shell leaves of where it is (`driver/debug.sh`). Pure. */
import type { ShellStop, StoppedFrame } from './phaseDebugger';

const reasons: Readonly<Record<string, ShellStop['reason']>> = {
  point: 'point',
  step: 'step',
  over: 'step',
  error: 'error',
  entry: 'entry',
  pause: 'pause',
  output: 'output',
  end: 'end',
};

/** Fields ended by NUL; null when the file is not whole. */
export function parseStop(content: string): ShellStop | null {
  const fields = content.split('\0');
  const [reason = '', pid, main, exitCode, line, command, ...more] = fields;
  const [entered, alsoStep, directory, options, depth] = more;
  const known = reasons[reason];
  const count = Number(depth);
  const rest = fields.slice(11, -1);
  if (known === undefined || !(count >= 0) || rest.length !== 3 * count + 1) return null;
  // bash tells of each frame the line from which it was called; the first is where the stop itself was called from.
  const frames = Array.from({ length: count }, (_, index) => ({
    functionName: rest[index] ?? '',
    file: rest[count + index] ?? '',
    line: index === 0 ? Number(line) : Number(rest[2 * count + index]),
  }));
  const theirs = frames.filter(isTheirs);
  return {
    pid: Number(pid),
    isMain: pid === main,
    reason: known,
    exitCode: Number(exitCode),
    command: command ?? '',
    entered: entered === '1',
    alsoStep: alsoStep === '1',
    directory: directory ?? '',
    options: options ?? '',
    frames: theirs,
    shellFile: theirs[0]?.file ?? '',
  };
}

function isTheirs({ functionName, file }: StoppedFrame): boolean {
  return !functionName.startsWith('__phasewise') && file !== '';
}
