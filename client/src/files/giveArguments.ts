/** Asks for the arguments that a file's function needs and nobody gives, and writes them to the settings, where they count from then on. */
import { window } from 'vscode';
import type { LanguageServer } from '../languageServer';
import type { ServerState } from '../serverState';
import { remember, rememberedOf } from './fileSettings';

type Arguments = Readonly<Record<string, string>>;

export async function giveArguments(server: LanguageServer, state: ServerState): Promise<void> {
  const uri = window.activeTextEditor?.document.uri;
  if (uri === undefined) return;
  const { missing = [] } = state.kind(uri.toString()) ?? {};
  const known = await server.ask((requests) => requests.entries(uri.toString()));
  if (known === null) return;
  if (missing.length === 0) {
    void window.showInformationMessage(
      'No argument of this file is missing. Those that were given are in phasewise.evaluation.arguments.',
    );
    return;
  }
  const given = await asked(missing);
  if (given === null) return;
  const before = rememberedOf('arguments', uri, known.name);
  await remember('arguments', uri, known.name, { ...before, ...given });
}

/** Null when the user gave up. */
async function asked(missing: readonly string[]): Promise<Arguments | null> {
  const given: Record<string, string> = {};
  for (const [index, name] of missing.entries()) {
    const text = await window.showInputBox({
      title: `Argument ${name}${missing.length === 1 ? '' : ` (${index + 1} of ${missing.length})`}`,
      prompt: 'A Nix expression. It is remembered in the settings of the file’s workspace folder.',
      placeHolder: '"text", true, ./path, (import ./other.nix { })',
      ignoreFocusOut: true,
      validateInput: (value) => (value.trim() === '' ? 'Write an expression, or press Escape.' : null),
    });
    if (text === undefined) return null;
    given[name] = text.trim();
  }
  return given;
}
