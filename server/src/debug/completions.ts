/** What the debug console offers for the word at the cursor: variables after `$`, else functions and files. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { quoteForShell } from '../phases/structuredAttrs';
import type { StoppedShell } from './stoppedShell';

const mostShown = 200;

/** `column` is 1-based, as clients count. */
export async function completionsAt(
  shell: StoppedShell,
  text: string,
  column: number,
): Promise<readonly DebugProtocol.CompletionItem[]> {
  const before = text.slice(0, column - 1);
  const variable = /\$\{?(\w*)$/.exec(before)?.[1];
  if (variable !== undefined) {
    const names = (await shell.names()).filter((name) => name.startsWith(variable));
    return items(names, 'variable', variable, column);
  }
  const word = /[^\s;|&()<>'"]*$/.exec(before)?.[0] ?? '';
  const isCommand = /(?:^|[;|&(]|\b(?:do|then|else|if|while|until)\s)\s*$/.test(
    before.slice(0, before.length - word.length),
  );
  if (word === '') return [];
  const { functions, files } = await candidates(shell, word);
  const commands = isCommand ? functions.filter((name) => name.startsWith(word)) : [];
  return [...items(commands, 'function', word, column), ...items(files, 'file', word, column)];
}

async function candidates(
  shell: StoppedShell,
  word: string,
): Promise<{ readonly functions: readonly string[]; readonly files: readonly string[] }> {
  const script = `( builtin set +f; builtin shopt -s nullglob; builtin declare -F; builtin printf '\\0'; builtin printf '%s\\0' ${quoteForShell(word)}* )\n`;
  const [functions = '', ...files] = (await shell.ask(script)).output.toString('utf8').split('\0');
  return {
    functions: [...functions.matchAll(/^declare -\S+ (?!__phasewise)(.+)$/gm)].map(([, name = '']) => name),
    files: files.filter((file) => file !== ''),
  };
}

function items(
  labels: readonly string[],
  type: DebugProtocol.CompletionItemType,
  word: string,
  column: number,
): readonly DebugProtocol.CompletionItem[] {
  const start = column - 1 - word.length;
  return labels.slice(0, mostShown).map((label) => ({ label, type, start, length: word.length }));
}
