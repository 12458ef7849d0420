/** Commands of log documents: opening, search, whole file, copy, save, history and comparison. */
import { commands, languages, Uri, window, type LogOutputChannel } from 'vscode';
import { logAddress, logScheme, logUri } from '../../../server/src/protocol/logUri';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { LanguageServer } from '../languageServer';
import { registerCommand } from '../log';
import { readPhaseArgument } from '../phases/phaseArgument';
import type { PhaseChooser } from '../phases/phaseChooser';
import type { Subscription } from '../serverState';
import { compareLogs } from './compareLogs';
import { copyLog } from './copyLog';
import { historyItems, type HistoryItem } from './historyWords';
import { reveal, type LogDocuments } from './logDocuments';
import { createLogPartStatus } from './logPartStatus';
import { LogSearch } from './logSearch';

export interface LogCommandParts {
  readonly server: LanguageServer;
  readonly log: LogOutputChannel;
  readonly chooser: PhaseChooser;
  readonly documents: LogDocuments;
}

export function registerLogCommands(parts: LogCommandParts): readonly Subscription[] {
  const { log, documents, server } = parts;
  const register = (name: string, run: (argument: unknown, second: unknown) => unknown) =>
    registerCommand(log, `phasewise.${name}`, run);
  return [
    ...new LogSearch(server, documents).register(log),
    createLogPartStatus(documents),
    register('openLog', (argument) => openLog(parts, argument)),
    register('openLogPart', (argument, line) => showPart(documents, argument, line)),
    register('openWholeLog', (argument) => openWholeFile(documents, argument)),
    register('copyLog', async (argument) => {
      const uri = logOf(argument);
      if (uri !== null) await copyLog(server, documents, uri);
    }),
    register('saveLogAs', (argument) => saveAs(parts, argument)),
    register('showLogHistory', (argument) => showHistory(parts, argument)),
    register('compareLogs', async (argument) => {
      const items = await historyOf(parts, argument);
      if (items !== null) await compareLogs(server, items);
    }),
  ];
}

/** The log of a phase's row is the phase's, of a hook's row the lines that it printed there, that of a derivation's or of an input's row the whole. */
async function openLog(parts: LogCommandParts, argument: unknown): Promise<void> {
  const { chooser, documents, server } = parts;
  const row = chooser.row(argument);
  if (row?.kind === 'input') {
    if (row.drvPath !== null) await documents.open(logAddress(row.drvPath));
    return;
  }
  const read = readPhaseArgument(argument);
  const phase = row === undefined ? (read.kind === 'item' ? read.phase : null) : row.phase;
  const hook = row?.hook ?? null;
  const key = await chooser.derivation(argument);
  if (key === undefined) return;
  const { address, message } = await server.ask((requests) => requests.findLog({ key, phase, hook }));
  if (address !== null) await documents.open(address);
  if (message !== null) void window.showInformationMessage(message);
}

/** The file that the log is read from, raw; its size may be more than extensions get to see. */
async function openWholeFile(documents: LogDocuments, argument: unknown): Promise<void> {
  const uri = argument instanceof Uri ? argument : window.activeTextEditor?.document.uri;
  const file = uri === undefined ? null : (documents.of(uri)?.file ?? null);
  if (file === null) return;
  await commands.executeCommand('vscode.open', Uri.file(file), { preview: false });
  const opened = window.activeTextEditor?.document;
  if (opened?.uri.fsPath === file) await languages.setTextDocumentLanguage(opened, 'nix-log');
}

/** The log document that a command of its menu or of the editor is about. */
function logOf(argument: unknown): Uri | null {
  const uri = argument instanceof Uri ? argument : window.activeTextEditor?.document.uri;
  return uri?.scheme === logScheme ? uri : null;
}

/** A part of a log that is shown around a line. */
async function showPart(documents: LogDocuments, argument: unknown, line: unknown): Promise<void> {
  const editor = window.visibleTextEditors.find(
    ({ document }) => document.uri.toString() === logOf(argument)?.toString(),
  );
  if (editor === undefined || typeof line !== 'number') return;
  const at = await documents.show(editor.document, line);
  if (at !== null) reveal(editor, at);
}

async function saveAs({ server, documents }: LogCommandParts, argument: unknown): Promise<void> {
  const uri = logOf(argument);
  const address = uri === null ? null : documents.address(uri);
  if (address === null) return;
  const name = Uri.parse(logUri(address))
    .path.slice(1)
    .replace(/\.nix-log$/, '')
    .replaceAll('/', '-');
  const target = await window.showSaveDialog({
    defaultUri: Uri.file(`${name}.log`),
    filters: { Logs: ['log', 'txt'] },
    title: 'Save Log As',
  });
  if (target === undefined) return;
  const { message } = await server.ask((requests) => requests.saveLog({ address, file: target.fsPath }));
  if (message !== null) void window.showErrorMessage(message);
}

/** What a command of a log document or of the tree is about. */
async function historyOf(
  { chooser, server }: LogCommandParts,
  argument: unknown,
): Promise<readonly HistoryItem[] | null> {
  const key: DerivationKey | undefined = await chooser.derivation(argument);
  if (key === undefined) return null;
  const items = historyItems(await server.ask((requests) => requests.logHistory(key)), Date.now());
  if (items.length > 0) return items;
  void window.showInformationMessage('No log of a build or run of this derivation is kept.');
  return null;
}

async function showHistory(parts: LogCommandParts, argument: unknown): Promise<void> {
  const items = await historyOf(parts, argument);
  const options = { title: 'Phasewise: Log History', placeHolder: 'Which log?', matchOnDetail: true };
  const picked = items && (await window.showQuickPick(items, options));
  if (picked) await parts.documents.open(picked.address);
}
