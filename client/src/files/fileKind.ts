/** The language status of a Nix file: what it is and how it is evaluated; and the commands that say how. */
import {
  languages,
  LanguageStatusSeverity,
  window,
  type Disposable,
  type LogOutputChannel,
  type QuickPickItem,
} from 'vscode';
import type { EntryChoices } from '../../../server/src/protocol/kindMessages';
import type { LanguageServer } from '../languageServer';
import { registerCommand } from '../log';
import type { ServerState, Subscription } from '../serverState';
import { remember, rememberedOf } from './fileSettings';
import { giveArguments } from './giveArguments';
import { lockInputs } from './lockInputs';
import { kindWords } from './kindWords';

interface Choice extends QuickPickItem {
  /** Value of the setting; null to leave it to Phasewise, undefined to write one. */
  readonly value: string | null | undefined;
}

export function registerFileKind(
  server: LanguageServer,
  state: ServerState,
  log: LogOutputChannel,
): readonly (Disposable | Subscription)[] {
  const item = languages.createLanguageStatusItem('phasewise.fileKind', { language: 'nix' });
  item.name = 'What the File Is';
  const update = () => {
    const uri = window.activeTextEditor?.document.uri.toString();
    const kind = uri === undefined ? undefined : state.kind(uri);
    const words = kind === undefined ? null : kindWords(kind);
    item.text = words?.text ?? 'Nix';
    item.detail = words?.detail ?? '';
    item.command =
      kind?.missing === undefined
        ? { command: 'phasewise.chooseEntry', title: 'Choose How It Is Evaluated' }
        : { command: 'phasewise.giveArguments', title: 'Give Them' };
    item.severity =
      words?.warning === true ? LanguageStatusSeverity.Warning : LanguageStatusSeverity.Information;
  };
  update();
  return [
    item,
    state.onDidChange(update),
    window.onDidChangeActiveTextEditor(update),
    registerCommand(log, 'phasewise.chooseEntry', () => chooseEntry(server)),
    registerCommand(log, 'phasewise.giveArguments', () => giveArguments(server, state)),
    registerCommand(log, 'phasewise.lockInputs', lockInputs),
  ];
}

async function chooseEntry(server: LanguageServer): Promise<void> {
  const uri = window.activeTextEditor?.document.uri;
  if (uri === undefined) return;
  const known = await server.ask((requests) => requests.entries(uri.toString()));
  if (known === null) return;
  if (known.comment !== null) {
    void window.showInformationMessage(
      `This file says itself how it is evaluated: # phasewise: entry ${known.comment}. Edit that comment.`,
    );
    return;
  }
  const now = rememberedOf('entries', uri, known.name);
  const picked = await window.showQuickPick(choicesOf(known, now), {
    title: 'Choose How This File Is Evaluated',
    placeHolder: known.name,
  });
  if (picked === undefined) return;
  const value = picked.value === undefined ? await written() : picked.value;
  if (value === undefined) return;
  await remember('entries', uri, known.name, value);
}

function choicesOf({ choices }: EntryChoices, now: string | undefined): readonly Choice[] {
  const all: readonly Choice[] = [
    { label: 'Automatically', description: 'Through the file that calls it', value: null },
    ...choices.map((value) => ({ label: value, value })),
    { label: 'As It Stands', description: 'Arguments from <nixpkgs>', value: 'none' },
    { label: 'Other…', description: 'FILE#ATTRIBUTE', value: undefined },
  ];
  return all.map((choice) =>
    choice.value === (now ?? null) ? { ...choice, label: `$(check) ${choice.label}` } : choice,
  );
}

async function written(): Promise<string | undefined> {
  const text = await window.showInputBox({
    title: 'Evaluate This File Through',
    prompt: 'FILE#ATTRIBUTE or FILE, relative to the workspace folder',
    placeHolder: 'default.nix#hello',
  });
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
