/** Tokens of the TextMate grammars, with VS Code's own engine for them. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, parseRawGrammar, Registry, type IGrammar } from 'vscode-textmate';

const root = resolve(__dirname, '../../..');
/** VS Code brings the grammar of bash; a stand-in with the same habits serves here, else the one of a VS Code that is named. */
const files: Readonly<Record<string, string>> = {
  'source.nix': 'syntaxes/nix.tmLanguage.json',
  'text.nix-log': 'syntaxes/nix-log.tmLanguage.json',
  'text.nix-derivation': 'syntaxes/nix-derivation.tmLanguage.json',
  'source.shell': process.env['PHASEWISE_SHELL_GRAMMAR'] ?? 'test/grammar/support/shell.tmLanguage.json',
};

export interface Token {
  readonly line: number;
  readonly start: number;
  readonly text: string;
  readonly scopes: readonly string[];
}

async function startEngine(): Promise<void> {
  const wasm = await readFile(createRequire(__filename).resolve('vscode-oniguruma/release/onig.wasm'));
  await loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
}

const engine = startEngine();
const registry = new Registry({
  onigLib: engine.then(() => ({
    createOnigScanner: (sources) => createOnigScanner(sources),
    createOnigString: (text) => createOnigString(text),
  })),
  loadGrammar: async (scope) => {
    const file = files[scope];
    if (file === undefined) return null;
    return parseRawGrammar(await readFile(resolve(root, file), 'utf8'), file);
  },
});

async function grammarOf(scope: string): Promise<IGrammar> {
  const grammar = await registry.loadGrammar(scope);
  if (grammar === null) throw new Error(`No grammar has the scope ${scope}.`);
  return grammar;
}

export async function tokensOf(scope: string, text: string): Promise<readonly Token[]> {
  const grammar = await grammarOf(scope);
  const tokens: Token[] = [];
  let state = INITIAL;
  for (const [line, content] of text.split('\n').entries()) {
    const result = grammar.tokenizeLine(content, state);
    state = result.ruleStack;
    for (const { startIndex, endIndex, scopes } of result.tokens) {
      tokens.push({ line, start: startIndex, text: content.slice(startIndex, endIndex), scopes });
    }
  }
  return tokens;
}

/** The scopes, outermost first, at the cursor mark `¦` of the text, which is taken out. */
export async function scopesAt(scope: string, marked: string): Promise<readonly string[]> {
  const before = marked.slice(0, marked.indexOf('¦'));
  if (before.length === marked.length) throw new Error('The text has no mark.');
  const line = before.split('\n').length - 1;
  const character = before.length - (before.lastIndexOf('\n') + 1);
  const tokens = await tokensOf(scope, marked.replace('¦', ''));
  const token = tokens.findLast(({ line: at, start }) => at === line && start <= character);
  if (token === undefined) throw new Error('There is no token at the mark.');
  return token.scopes;
}
