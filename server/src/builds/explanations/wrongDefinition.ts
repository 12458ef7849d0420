/** What nixpkgs' module system (`lib/modules.nix`) says of a definition that it does not take. */

export interface WrongDefinition {
  /** The option's path as it is printed. */
  readonly option: string;
  readonly problem: 'unknown' | 'type' | 'conflict';
  /** The files that the definitions are in; those of sets that were written inline are `<unknown-file>`. */
  readonly files: readonly string[];
}

const wordings: readonly (readonly [WrongDefinition['problem'], RegExp])[] = [
  ['unknown', /^The option `(.+?)'(?: defined in `[^']*')? does not exist\b/m],
  ['type', /^A definition for option `(.+?)' is not of type\b/m],
  ['conflict', /^The option `(.+?)' (?:has conflicting definition|is defined multiple times|is read-only)/m],
];

/** Null when the message is about something else. */
export function wrongDefinition(message: string): WrongDefinition | null {
  for (const [problem, wording] of wordings) {
    const option = wording.exec(message)?.[1];
    if (option === undefined) continue;
    const files = [...message.matchAll(/^\s*- In `([^',]+)/gm)].map(([, file = '']) => file);
    return { option, problem, files };
  }
  return null;
}
