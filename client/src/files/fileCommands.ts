/** Commands about the files of a session. */
import {
  commands,
  QuickPickItemKind,
  window,
  type Disposable,
  type LogOutputChannel,
  type Uri,
} from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { FileChange } from '../../../server/src/protocol/model';
import type { LanguageServer } from '../languageServer';
import { detached, registerCommand } from '../log';
import { commandArgument } from '../phases/phaseArgument';
import type { PhaseChooser } from '../phases/phaseChooser';
import { derivationName } from '../phases/phaseItem';
import type { Runs } from '../phases/runs';
import type { ServerState } from '../serverState';
import { changeIcon, changeWords, fileCount, sideQuery, type Side } from './changeWords';
import { saveEditsAsPatch } from './patchCommand';
import { snapshotUri } from './snapshotDocuments';
import { verify } from './verifyCommand';

export interface FileCommandParts {
  readonly server: LanguageServer;
  readonly log: LogOutputChannel;
  readonly state: ServerState;
  readonly chooser: PhaseChooser;
}

/** More than so many are chosen from: the editor that shows several reads all of them at once. */
const shownTogether = 60;

interface Changes {
  readonly key: DerivationKey;
  readonly phase: string;
  readonly title: string;
}

export function registerFileCommands(parts: FileCommandParts, runs: Runs): readonly Disposable[] {
  const { log } = parts;
  return [
    registerCommand(log, 'phasewise.showFilesChanged', (...args) =>
      showFilesChanged(parts, commandArgument(args)),
    ),
    registerCommand(log, 'phasewise.saveEditsAsPatch', (...args) =>
      saveEditsAsPatch(parts, commandArgument(args)),
    ),
    registerCommand(log, 'phasewise.verify', (...args) => verify(parts, runs, commandArgument(args))),
  ];
}

async function showFilesChanged(parts: FileCommandParts, argument: unknown): Promise<void> {
  const chosen = await parts.chooser.phase(argument);
  if (chosen === undefined) return;
  const answer = await parts.server.ask((requests) => requests.phaseFiles(chosen));
  if (answer.files === null) {
    if (answer.message !== null) void window.showInformationMessage(answer.message);
    return;
  }
  const changes = ownFirst(answer.files.changes);
  const derivation = parts.state.derivation(chosen.key);
  const of = derivation === undefined ? '' : ` of ${derivationName(derivation)}`;
  if (changes.length === 0) void window.showInformationMessage(`${chosen.phase}${of} changed no files.`);
  else {
    const shown = { ...chosen, title: `Files Changed by ${chosen.phase}${of}` };
    if (changes.length <= shownTogether) await showTogether(shown, changes);
    else choose(parts, shown, changes);
  }
}

/** What stdenv writes for a look at a kept build directory is no work of the phase: it comes last. */
function ownFirst(changes: readonly FileChange[]): readonly FileChange[] {
  const isDump = ({ path }: FileChange) => path === 'env-vars';
  return [...changes.filter((change) => !isDump(change)), ...changes.filter(isDump)];
}

async function showTogether(shown: Changes, changes: readonly FileChange[]): Promise<void> {
  const resources = changes.map((change) => {
    const [before, after] = [sideUri(shown, change, 'before'), sideUri(shown, change, 'after')];
    return [after ?? before, before, after];
  });
  await commands.executeCommand('vscode.changes', shown.title, resources);
}

/** A list to look at one file after another, narrowed by typing; Escape closes it. */
function choose(parts: FileCommandParts, shown: Changes, changes: readonly FileChange[]): void {
  const pick = window.createQuickPick<{ readonly label: string; readonly change?: FileChange }>();
  const old = changes.filter(({ change }) => change !== 'created');
  const together = old.length > 0 && old.length <= shownTogether && old.length < changes.length;
  const several = {
    label: `$(diff-multiple) Show the ${fileCount(old.length)} that were there before together`,
  };
  const separator = { label: '', kind: QuickPickItemKind.Separator };
  const files = changes.map((change) => ({
    label: `$(${changeIcon(change)}) ${change.path}`,
    description: changeWords(change),
    change,
  }));
  pick.items = [...(together ? [several, separator] : []), ...files];
  pick.title = `${shown.title} (${fileCount(changes.length)})`;
  pick.placeholder = 'Type a part of a name; each file opens beside this list';
  pick.ignoreFocusOut = true;
  pick.onDidAccept(() => {
    const [item] = pick.activeItems;
    if (item === several) pick.hide();
    const opened = item?.change === undefined ? showTogether(shown, old) : showOne(shown, item.change);
    detached(parts.log, 'changed files', opened);
  });
  pick.onDidHide(() => pick.dispose());
  pick.show();
}

async function showOne(shown: Changes, change: FileChange): Promise<void> {
  const none = (side: Side) =>
    snapshotUri(change.path, { ...shown.key, phase: shown.phase, side, file: null, words: '' });
  const before = sideUri(shown, change, 'before') ?? none('before');
  const after = sideUri(shown, change, 'after') ?? none('after');
  const title = `${change.path} (${shown.phase}: ${changeWords(change)})`;
  await commands.executeCommand('vscode.diff', before, after, title, { preserveFocus: true, preview: true });
}

function sideUri({ key, phase }: Changes, change: FileChange, side: Side): Uri | undefined {
  const query = sideQuery(key, phase, change, side);
  return query === null ? undefined : snapshotUri(change.path, query);
}
