/** What bash says of itself that tells a reader nothing: kept in logs, left out where only a few lines are looked at. Pure. */

/** bash 5.2 says this when a function that called `eval` ends by errexit. */
const noise = 'pop_var_context: head of shell_variables not a function context';
const wholeLines = new RegExp(`^[^\\n]*: ${noise}\\r?\\n`, 'gm');

export function isBashNoise(line: string): boolean {
  return line.trimEnd().endsWith(`: ${noise}`);
}

/** Takes output as it comes, cut anywhere, and gives it without those lines. */
export class QuietText {
  private pending = '';
  private atLineStart = true;

  push(text: string): string {
    const whole = this.pending + text;
    const start = this.atLineStart ? 0 : whole.indexOf('\n') + 1;
    const begun = start === 0 && !this.atLineStart ? whole.length : start;
    const lastLine = Math.max(begun, whole.lastIndexOf('\n') + 1);
    const held = mayBecomeNoise(whole.slice(lastLine)) ? lastLine : whole.length;
    this.pending = whole.slice(held);
    const given = whole.slice(0, begun) + whole.slice(begun, held).replace(wholeLines, '');
    if (held > 0) this.atLineStart = whole[held - 1] === '\n';
    return given;
  }

  /** What was held back as the possible beginning of such a line; nothing more comes. */
  flush(): string {
    const rest = isBashNoise(this.pending) ? '' : this.pending;
    this.pending = '';
    if (rest !== '') this.atLineStart = false;
    return rest;
  }
}

/** Only the beginning of a message of a shell is held back: a prompt or a progress bar is shown at once. */
function mayBecomeNoise(line: string): boolean {
  const message = /^\S+: (?:line \d+: )?(.+)$/.exec(line)?.[1]?.trimEnd();
  if (message === undefined || message === '') return false;
  return noise.startsWith(message) || /^line(?: \d+:?)?$/.test(message);
}
