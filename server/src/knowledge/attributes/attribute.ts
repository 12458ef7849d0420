/** What is known of an attribute that a derivation function takes. */
export interface KnownAttribute {
  readonly name: string;
  /** In the words of Nix's manuals: `string`, `boolean`, `list of packages`. */
  readonly type: string;
  /** Markdown, whole sentences. */
  readonly says: string;
  /** The phase that reads it; absent for what is read before the first phase, or by Nix itself. */
  readonly phase?: string;
  /** What holds without it, as Nix text or words. */
  readonly default?: string;
  /** A value as it is typically written: what completion fills in, in the form of an LSP snippet. */
  readonly snippet?: string;
  /** Strings that it usually is, or its elements are, each with its meaning. */
  readonly choices?: Readonly<Record<string, string>>;
  /** The package whose setup hook reads it; without that among the inputs nothing does. */
  readonly needs?: string;
}

/** Several attributes of one kind, of which all but the name and the words are the same. */
export function alike(
  same: Omit<KnownAttribute, 'name' | 'says'>,
  each: Readonly<Record<string, string>>,
): readonly KnownAttribute[] {
  return Object.entries(each).map(([name, says]) => ({ name, says, ...same }));
}
