/** Attribute of the package set to the names that it provides, with blanks between them. */
export type ProviderTable = Readonly<Record<string, string>>;
