/** Runs and builds as they go, for people, on standard error. */
import type { ActivityEvent } from '../../protocol/messages';
import type { Failure } from '../../protocol/model';
import type { CommandLine } from '../commandLine';
import { placeText } from './diagnosticText';

export interface ProgressOptions {
  /** Whether the output of phases is shown as it comes. */
  readonly logs: boolean;
}

/** A listener that writes one line for each phase that ends, each notice, and, when asked, all output. */
export function progress(cli: CommandLine, options: ProgressOptions): (event: ActivityEvent) => void {
  const { stderr } = cli;
  const { colours } = stderr;
  return (event) => {
    switch (event.type) {
      case 'started':
      case 'phaseStarted':
      case 'progress':
      case 'finished':
        return;
      case 'output':
        if (options.logs) stderr.write(event.text);
        return;
      case 'notice':
        return stderr.write(`${colours.dim(event.text)}\n`);
      case 'phaseFinished':
        return stderr.write(finishedLine(event, colours));
    }
  };
}

type PhaseFinished = Extract<ActivityEvent, { type: 'phaseFinished' }>;

function finishedLine(event: PhaseFinished, colours: CommandLine['stderr']['colours']): string {
  const { status, phase, seconds, lines } = event;
  const sign = status === 'ok' ? colours.green('✓') : status === 'failed' ? colours.red('✗') : '–';
  const amount = status === 'skipped' ? 'skipped' : `${secondsText(seconds)}, ${lineCount(lines)}`;
  return `${sign} ${phase} ${colours.dim(amount)}\n`;
}

function secondsText(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(2)} s` : `${seconds.toFixed(0)} s`;
}

function lineCount(lines: number): string {
  return lines === 1 ? '1 line' : `${lines} lines`;
}

/** Why it failed, where, with the last lines of the log unless those were shown. */
export function writeFailure(cli: CommandLine, failure: Failure, options: ProgressOptions): void {
  const { stderr } = cli;
  const { colours } = stderr;
  if (!options.logs) for (const line of failure.tail.slice(-20)) stderr.write(colours.dim(`  > ${line}\n`));
  const place = failure.file === null || failure.range === null ? '' : placeOf(failure, cli.cwd);
  stderr.write(`${colours.bold(place)}${colours.red('error:')} ${failure.message}\n`);
  if (failure.command !== null) stderr.write(`  the command: ${failure.command}\n`);
  if (failure.explanation !== null) stderr.write(`${failure.explanation}\n`);
  if (failure.replay?.note != null) stderr.write(`${failure.replay.note}\n`);
}

function placeOf({ file, range, exact }: Failure, cwd: string): string {
  if (file === null || range === null) return '';
  return `${placeText({ file, range }, cwd)}${exact ? '' : ' (the exact line is not known)'}: `;
}
