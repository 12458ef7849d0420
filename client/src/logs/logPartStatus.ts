/** Says of the log in front, when it is shown in part, how much of it an editor's own search sees. */
import { commands, StatusBarAlignment, window } from 'vscode';
import { countText } from '../../../server/src/protocol/sizes';
import type { Subscription } from '../serverState';
import type { LogDocuments } from './logDocuments';
import { findWords } from './logPart';

export function createLogPartStatus(documents: LogDocuments): Subscription {
  const item = window.createStatusBarItem('phasewise.logPart', StatusBarAlignment.Right, 100);
  item.name = 'Phasewise: Part of a Log';
  item.command = 'phasewise.searchWholeLog';
  const update = (): void => {
    const uri = window.activeTextEditor?.document.uri;
    const isPart = uri !== undefined && documents.isPart(uri);
    const shown = uri === undefined ? undefined : documents.of(uri);
    void commands.executeCommand('setContext', 'phasewise.logIsPart', isPart);
    if (!isPart || shown === undefined) return item.hide();
    item.text = `$(search) ${countText(shown.shown)} of ${countText(shown.total)} lines`;
    item.tooltip = `${findWords(shown)} Click to search the whole log; F8 and Shift+F8 go to errors in all of it.`;
    item.show();
  };
  const subscriptions = [item, documents.onDidProvide(update), window.onDidChangeActiveTextEditor(update)];
  return {
    dispose: () => {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
