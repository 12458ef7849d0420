/** *Delete Outputs…*: store paths by package name, what keeps them, and their end. */
import { ProgressLocation, window } from 'vscode';
import type { DeletePathsAnswer, StoredPath } from '../../../server/src/protocol/storeMessages';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { LanguageServer } from '../languageServer';
import { deletionWords, rootItems, storedItems } from './storedItems';

const messageMs = 6000;
const title = 'Delete from the Store';

/** What was asked to be deleted, and what became of it; null when the user thought better of it. */
export async function deleteOutputs(
  server: LanguageServer,
  key: DerivationKey,
): Promise<DeletePathsAnswer | null> {
  const listed = window.withProgress(
    { location: ProgressLocation.Window, title: 'Finding what keeps them' },
    () => server.ask((requests) => requests.storedPaths({ uri: key.uri, attr: null })),
  );
  const { paths } = await listed;
  if (paths.length === 0) {
    window.setStatusBarMessage('$(info) None of its outputs is in the store.', messageMs);
    return null;
  }
  const picked = await window.showQuickPick(storedItems(paths, key.attr, new Date()), {
    title,
    placeHolder: 'Which store paths?',
    canPickMany: true,
    matchOnDetail: true,
  });
  if (picked === undefined || picked.length === 0) return null;
  const chosen = picked.map(({ stored }) => stored);
  const how = await howToDelete(chosen);
  if (how === null) return null;
  const wanted = { paths: chosen.map(({ path }) => path), ...how };
  const answer = await window.withProgress({ location: ProgressLocation.Window, title: 'Deleting' }, () =>
    server.ask((requests) => requests.deletePaths(wanted)),
  );
  const words = deletionWords(answer);
  window.setStatusBarMessage(`$(trash) ${words.done}`, messageMs);
  if (words.kept !== null) void window.showWarningMessage(words.kept);
  return answer;
}

interface Way {
  readonly links: readonly string[];
  readonly ignoreLiveness: boolean;
}

/** What is done about what keeps the paths; null when nothing is to be deleted. */
async function howToDelete(paths: readonly StoredPath[]): Promise<Way | null> {
  const roots = rootItems(paths);
  if (roots.length === 0) return { links: [], ignoreLiveness: false };
  const anyway = {
    label: '$(warning) Delete them although something uses them…',
    description: '--ignore-liveness',
    root: null,
  };
  const picked = await window.showQuickPick([...roots, anyway], {
    title: `${title}: what keeps them`,
    placeHolder: 'Which of these links may be removed first?',
    canPickMany: true,
  });
  if (picked === undefined) return null;
  const links = picked.flatMap(({ root }) => (root?.kind === 'link' ? [root.name] : []));
  const ignoreLiveness = picked.includes(anyway);
  if (
    ignoreLiveness &&
    !(await isSure(
      paths,
      roots.map(({ label }) => label),
    ))
  )
    return null;
  return { links, ignoreLiveness };
}

async function isSure(paths: readonly StoredPath[], roots: readonly string[]): Promise<boolean> {
  const names = paths.map((path) => path.package).join(', ');
  const answer = await window.showWarningMessage(
    `Delete ${names} although something uses them?`,
    {
      modal: true,
      detail: `What needs them breaks, without a word from Nix: these links then lead nowhere, and programs that run may fail.\n\n${roots.slice(0, 10).join('\n')}`,
    },
    'Delete Anyway',
  );
  return answer === 'Delete Anyway';
}
