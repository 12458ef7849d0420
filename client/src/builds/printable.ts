/** Output of builders as a terminal may have it: colours stay, whatever else would move the cursor or change the terminal goes. Pure. */

/** CSI, OSC, DCS/SOS/PM/APC with their text, other two-byte escapes, and control characters besides tab, newline and return. */
const control =
  // eslint-disable-next-line no-control-regex -- terminal control is what this is about
  /\x1b\[([0-?]*)[ -/]*([@-~])|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\`-~]|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]|[\x80-\x9f]|\x1b/g;
const unfinished =
  // eslint-disable-next-line no-control-regex -- the beginning of a sequence whose end comes with the next piece
  /\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*(?:\x1b)?|[ -/]*)?$/;
const longestSequence = 4096;

/** Takes output as it comes, cut anywhere. */
export class Printable {
  private pending = '';

  push(text: string): string {
    const whole = this.pending + text;
    const cut = whole.includes('\x1b') ? unfinished.exec(whole.slice(-longestSequence)) : null;
    const end = cut === null ? whole.length : whole.length - cut[0].length;
    this.pending = whole.slice(end);
    return printable(whole.slice(0, end));
  }
}

function printable(text: string): string {
  return text.replace(
    control,
    (sequence: string, parameters: string | undefined, final: string | undefined) =>
      final === 'm' && /^[\d;:]*$/.test(parameters ?? '') ? sequence : '',
  );
}
