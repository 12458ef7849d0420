/** Terminal control sequences, which Nix and builders put into text that is shown elsewhere. */

/**
 * ECMA-48: CSI sequences, OSC strings (ended by BEL or ST), and two-character escapes. Built from a string because a
 * literal with control characters is what the linter takes for a mistake.
 */
const sequence = new RegExp(
  ['\\[[0-?]*[ -/]*[@-~]', '\\][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)?', '[@-Z\\\\^_]', '[ -/]+[0-~]']
    .map((form) => `\\x1b${form}`)
    .join('|'),
  'g',
);

/** The text without control sequences. */
export function stripAnsi(text: string): string {
  return text.includes('\u001b') ? text.replace(sequence, '') : text;
}
