/** The commands of the view of sessions. */
import { window, type Disposable, type LogOutputChannel } from 'vscode';
import { revealFolder } from '../files/revealFolder';
import type { LanguageServer } from '../languageServer';
import { registerCommand } from '../log';
import type { SessionResumption } from './resumeSession';
import { dropQuestion, type SessionItem } from './sessionItems';
import type { SessionTree } from './sessionTree';

export interface SessionCommandParts {
  readonly log: LogOutputChannel;
  readonly server: LanguageServer;
  readonly tree: SessionTree;
  readonly resumption: SessionResumption;
}

export function registerSessionCommands(parts: SessionCommandParts): readonly Disposable[] {
  const { log, tree, resumption } = parts;
  const register = (name: string, run: (...args: readonly unknown[]) => unknown) =>
    registerCommand(log, `phasewise.${name}`, run);
  return [
    register('refreshSessions', () => tree.refresh()),
    register('dropSession', async (id, selected) => drop(parts, await chosen(tree, id, selected))),
    register('dropAllSessions', async () => {
      await tree.refresh();
      return drop(parts, tree.rows);
    }),
    register('openSessionFile', async (id) => {
      const [item] = await chosen(tree, id, null);
      if (item !== undefined) await resumption.open(item);
    }),
    register('runNextOfSession', async (id) => {
      const [item] = await chosen(tree, id, null);
      if (item !== undefined) await resumption.runNext(item);
    }),
    register('revealSessionFolder', async (id) => {
      const [item] = await chosen(tree, id, null);
      if (item !== undefined) await revealFolder(item.entry.folder);
    }),
  ];
}

/** The rows that a command was called on, the selected ones from a key, else what the user picks. */
async function chosen(tree: SessionTree, id: unknown, selected: unknown): Promise<readonly SessionItem[]> {
  if (Array.isArray(selected) && selected.length > 0)
    return tree.rows.filter((item) => selected.includes(item.id));
  if (typeof id === 'string') return tree.rows.filter((item) => item.id === id);
  if (typeof id === 'object' && id !== null && 'selected' in id) return tree.selected;
  await tree.refresh();
  const picks = tree.rows.map((item) => ({ label: item.label, description: item.description, item }));
  const picked = await window.showQuickPick(picks, { title: 'Phasewise', placeHolder: 'Which session?' });
  return picked === undefined ? [] : [picked.item];
}

async function drop({ server, tree }: SessionCommandParts, items: readonly SessionItem[]): Promise<void> {
  if (items.length === 0) return;
  const { message, detail } = dropQuestion(items.map(({ entry }) => entry));
  const answer = await window.showWarningMessage(message, { modal: true, detail }, 'Drop');
  if (answer !== 'Drop') return;
  const ids = items.map(({ id }) => id);
  const { kept } = await server.ask((requests) => requests.dropSessions(ids));
  await tree.refresh();
  const [first] = kept;
  if (first === undefined) return;
  const more = kept.length === 1 ? '' : ` ${kept.length - 1} more were kept, too.`;
  void window.showWarningMessage(`${first.message} ${first.advice ?? ''}${more}`.trim());
}
