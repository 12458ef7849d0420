/** Forms of the language that are longer than a word. */

export interface LanguageSnippet {
  readonly label: string;
  /** What is typed to find it. */
  readonly word: string;
  /** With places to fill in, as LSP's snippets have them. */
  readonly body: string;
}

/** Those that are expressions. */
export const expressionSnippets: readonly LanguageSnippet[] = [
  { label: 'let … in …', word: 'let', body: 'let\n  ${1:name} = ${2:value};\nin\n$0' },
  { label: 'if … then … else …', word: 'if', body: 'if ${1:condition} then\n  $2\nelse\n  $0' },
  { label: 'with …; …', word: 'with', body: 'with ${1:set}; $0' },
  { label: 'assert …; …', word: 'assert', body: 'assert ${1:condition}; $0' },
  { label: 'rec { … }', word: 'rec', body: 'rec {\n  $0\n}' },
  { label: "'' … ''", word: 'text', body: "''\n  $0\n''" },
];

/** Those that are bindings. */
export const bindingSnippets: readonly LanguageSnippet[] = [
  { label: 'inherit (…) …;', word: 'inherit', body: 'inherit (${1:set}) $0;' },
];
