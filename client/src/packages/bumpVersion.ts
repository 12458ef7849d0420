/** *Bump Version…*: asks for the version and lets the server edit the text. */
import { commands, window } from 'vscode';
import type { PhaseChooser } from '../phases/phaseChooser';
import type { ServerState } from '../serverState';

export async function bumpVersion(
  { chooser, state }: { readonly chooser: PhaseChooser; readonly state: ServerState },
  argument: unknown,
): Promise<void> {
  const key = await chooser.derivation(argument);
  if (key === undefined) return;
  const name = state.derivation(key)?.name ?? '';
  const version = await window.showInputBox({
    title: `Bump ${name === '' ? 'Version' : name}`,
    prompt: 'The new version. What is fetched by it is fetched to learn its hashes.',
    value: /-(\d[^-]*)$/.exec(name)?.[1] ?? '',
    validateInput: (text) => (/^[^\s"\\$]+$/.test(text) ? null : 'A version has no blanks and no quotes.'),
  });
  if (version === undefined) return;
  await commands.executeCommand('phasewise.bumpVersion', { uri: key.uri, attr: key.attr, version });
}
