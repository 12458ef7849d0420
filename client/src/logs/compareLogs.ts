/** Compares the logs of two builds or runs: whole, or, of long ones, phase by phase in what differs. */
import { commands, Uri, window } from 'vscode';
import { logUri, type LogAddress } from '../../../server/src/protocol/logUri';
import { askWithProgress } from '../askWithProgress';
import type { LanguageServer } from '../languageServer';
import { comparisonItems, partTitle, type ComparedPart } from './comparisonWords';
import type { HistoryItem } from './historyWords';

const title = 'Phasewise: Compare Logs';

interface Pair {
  readonly older: HistoryItem;
  readonly newer: HistoryItem;
  readonly normalised: boolean;
}

/** Asks which two of these, and shows them beside each other. */
export async function compareLogs(server: LanguageServer, items: readonly HistoryItem[]): Promise<void> {
  const pair = await chosenPair(items);
  if (pair === null) return;
  const [older, newer] = [pair.older, pair.newer].map(({ address }) => ({
    ...address,
    normalised: pair.normalised,
  }));
  if (older === undefined || newer === undefined) return;
  const times = `${clock(pair.older)} ↔ ${clock(pair.newer)}`;
  const answer = await askWithProgress(server, 'Comparing the logs', (requests, token) =>
    requests.compareLogs({ older, newer }, token),
  );
  if (answer === null) return;
  const { phases, message } = answer;
  if (message !== null) void window.showWarningMessage(message);
  else if (phases === null) await showDiff(older, newer, `Logs: ${times}`);
  else if (phases.every(({ state }) => state === 'same'))
    void window.showInformationMessage('The two logs are the same in every phase.');
  else {
    const placeHolder = 'These logs are too long to be compared at once. Which part?';
    const how = { title: `${title}: ${times}`, placeHolder, matchOnDescription: true };
    const picked = await window.showQuickPick(comparisonItems(phases), how);
    if (picked?.part != null) await showPart(older, newer, picked.part, times);
  }
}

async function showPart(
  older: LogAddress,
  newer: LogAddress,
  part: ComparedPart,
  times: string,
): Promise<void> {
  const nowhere = { first: 0, end: 0 };
  const of = (address: LogAddress, span: ComparedPart['older']) => ({
    ...address,
    ...{ phase: part.phase, span: span ?? nowhere },
  });
  await showDiff(of(older, part.older), of(newer, part.newer), `${partTitle(part)} (${times})`);
}

async function showDiff(older: LogAddress, newer: LogAddress, words: string): Promise<void> {
  await commands.executeCommand('vscode.diff', Uri.parse(logUri(older)), Uri.parse(logUri(newer)), words);
}

async function chosenPair(items: readonly HistoryItem[]): Promise<Pair | null> {
  const which = { title, placeHolder: 'Which log?', matchOnDetail: true };
  const right = await window.showQuickPick(items, which);
  if (right === undefined) return null;
  const others = items.filter((item) => item !== right);
  const left = await window.showQuickPick(others, {
    title,
    placeHolder: `Compare ${right.label} with which?`,
  });
  if (left === undefined) return null;
  const how = await window.showQuickPick(
    [
      { label: 'Without Hashes, Times and Process Ids', normalised: true },
      { label: 'As They Are', normalised: false },
    ],
    { title },
  );
  if (how === undefined) return null;
  const [older, newer] = left.begun < right.begun ? [left, right] : [right, left];
  return { older, newer, normalised: how.normalised };
}

function clock({ begun }: HistoryItem): string {
  return new Date(begun).toLocaleTimeString();
}
