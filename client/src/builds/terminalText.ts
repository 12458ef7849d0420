/** A build as its task's terminal shows it: colours kept, phases marked. Pure. */
import type { ActivityEvent } from '../../../server/src/protocol/messages';
import type { BuildResult, Failure, RunResult } from '../../../server/src/protocol/model';
import { duration } from '../words';
import { QuietText } from './bashNoise';
import { decisiveBefore, failureLines } from './failureLines';
import { Printable } from './printable';
import { RepeatedHeading } from './repeatedHeading';
import { storePathName } from '../../../server/src/protocol/storePath';

const bold = (text: string) => `\x1b[1m${text}\x1b[22m`;
const dim = (text: string) => `\x1b[2m${text}\x1b[22m`;
const colored = (color: number, text: string) => `\x1b[${color}m${text}\x1b[39m`;
const red = 31;
const green = 32;
const yellow = 33;
const blue = 34;
/** Of the lines that an input printed before it failed. */
const shownLines = 15;
/** Above the last words of a build, without scrolling. */
const seenLines = 8;

/** Writes events as terminal text, with headings on lines of their own. */
export class TerminalText {
  private readonly printable = new Printable();
  private readonly quiet = new QuietText();
  private readonly repeated = new RepeatedHeading();
  private atLineStart = true;
  /** Whether the derivation itself has printed something. */
  private told = false;

  /** The text for this event; empty when there is nothing to say. */
  render(event: ActivityEvent): string {
    switch (event.type) {
      case 'started':
      case 'progress':
        return '';
      case 'phaseStarted':
        return this.startedPhase(event.phase);
      case 'output':
        return this.output(this.repeated.push(this.quiet.push(this.printable.push(event.text))));
      case 'notice':
        return this.line(dim(event.text));
      case 'phaseFinished':
        return this.line(finishedPhase(event));
      case 'finished':
        return this.finished(event);
    }
  }

  /** A line of ours. */
  line(text: string): string {
    const held = this.output(this.repeated.push(this.quiet.flush()) + this.repeated.flush());
    const before = this.atLineStart ? held : `${held}\r\n`;
    this.atLineStart = true;
    return `${before}\x1b[0m${text.replace(/\r?\n/g, '\r\n')}\r\n`;
  }

  private startedPhase(phase: string): string {
    const text = this.line(bold(colored(blue, `▸ ${phase}`)));
    this.repeated.headed(phase);
    return text;
  }

  private output(text: string): string {
    if (text === '') return '';
    this.told = true;
    this.atLineStart = text.endsWith('\n');
    return text.replace(/\r?\n/g, '\r\n');
  }

  private finished(event: Extract<ActivityEvent, { type: 'finished' }>): string {
    const time = duration(event.seconds);
    if (event.status === 'ok') return '';
    if (event.status === 'cancelled') return this.line(colored(yellow, `■ stopped after ${time}`));
    const { failure } = event;
    if (failure === null) return this.line(colored(red, `✗ failed after ${time}`));
    const where = failure.phase === null ? '' : ` in ${failure.phase}`;
    const head = colored(red, bold(`✗ failed${where} after ${time}`));
    const words = [failure.message, failure.explanation].filter((part) => part !== null && part !== '');
    return this.line([...this.lastLines(failure), head, ...words].join('\n'));
  }

  /** What an input printed, of whose output nothing was shown; of the derivation's own what says why, when other lines followed it. */
  private lastLines(failure: Failure): readonly string[] {
    const { drvPath, tail } = failure;
    const marked = (lines: readonly string[]) => lines.map((line) => `${colored(red, '│')} ${line}`);
    if (this.told) {
      const decisive = decisiveBefore(failure, seenLines);
      return decisive.length === 0 ? [] : [bold('What says why:'), ...marked(decisive)];
    }
    if (drvPath === null || tail.length === 0) return [];
    const name = storePathName(drvPath).replace(/\.drv$/, '');
    return [bold(`${name} printed last:`), ...marked(failureLines(failure, shownLines))];
  }
}

function finishedPhase(event: Extract<ActivityEvent, { type: 'phaseFinished' }>): string {
  const time = duration(event.seconds);
  switch (event.status) {
    case 'ok':
      return `${colored(green, '✓')} ${dim(`${event.phase} ${time}`)}`;
    case 'failed':
      return colored(red, `✗ ${event.phase} failed after ${time}`);
    case 'cancelled':
      return colored(yellow, `■ ${event.phase} stopped`);
    case 'skipped':
      return dim(`○ ${event.phase} skipped`);
  }
}

/** Where nothing was built, what there is to do instead. */
const againWords =
  'Really Build Again…, the last button of its row, rebuilds and compares, deletes it, or builds it elsewhere.';

/** The last words of a build that ended. */
export function buildSummary(result: BuildResult): string {
  const outputs = Object.entries(result.outputs).map(([name, path]) => `  ${name.padEnd(8)} ${path}`);
  switch (result.status) {
    case 'built':
      return [colored(green, bold('✓ built')), ...outputs].join('\n');
    case 'valid':
      return [colored(green, bold('✓ built already')), ...outputs, dim(againWords)].join('\n');
    case 'failed':
      return colored(red, dim(result.drvPath));
    case 'cancelled':
      return dim(result.drvPath);
  }
}

/** The last words of a run of phases that ended. */
export function runSummary(result: RunResult): string {
  const failed = result.phases.some((phase) => phase.status === 'failed');
  const outputs = Object.entries(result.outputs).map(([name, path]) => `  ${name.padEnd(8)} ${path}`);
  const isolation = isolationWords(result).map(dim);
  const head = failed ? dim(`session ${result.session}`) : colored(green, bold('✓ all phases ran'));
  return [head, ...outputs, ...isolation].join('\n');
}

function isolationWords({ isolation, isolationNote }: RunResult): readonly string[] {
  if (isolation === 'none') return [isolationNote ? `not isolated: ${isolationNote}` : 'not isolated'];
  return isolationNote ? [isolationNote] : [];
}

/** Exit codes as the command line has them: 0 done, 1 failed, 130 interrupted. */
export function exitCodeOf(result: BuildResult | RunResult): number {
  const statuses = 'status' in result ? [result.status] : result.phases.map((phase) => phase.status);
  if (statuses.includes('failed')) return 1;
  return statuses.includes('cancelled') ? 130 : 0;
}
