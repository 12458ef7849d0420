/** The one status-bar item: which Nix is used, what runs now, what is missing; a click opens the menu. */
import {
  commands,
  MarkdownString,
  StatusBarAlignment,
  ThemeColor,
  window,
  type LogOutputChannel,
  type QuickPickItem,
} from 'vscode';
import type { LanguageServer } from './languageServer';
import { registerCommand } from './log';
import type { ServerState, Subscription } from './serverState';
import { statusText } from './statusText';

interface MenuItem extends QuickPickItem {
  readonly command: string;
  readonly arguments: readonly unknown[];
}

export function createStatusBar(
  server: LanguageServer,
  state: ServerState,
  log: LogOutputChannel,
): Subscription & { readonly text: string } {
  const item = window.createStatusBarItem('phasewise.status', StatusBarAlignment.Left, 10);
  item.name = 'Phasewise';
  item.command = 'phasewise.showMenu';
  const update = () => {
    const { text, tooltip, warning } = statusText(state.status, state.running(), server.running);
    item.text = text;
    item.tooltip = new MarkdownString(tooltip, true);
    item.backgroundColor = warning ? new ThemeColor('statusBarItem.warningBackground') : undefined;
  };
  const subscriptions = [
    item,
    state.onDidChange(update),
    server.onDidChange(update),
    registerCommand(log, 'phasewise.showMenu', () => showMenu(state)),
    registerCommand(log, 'phasewise.showExtensionLog', () => log.show()),
  ];
  update();
  item.show();
  return {
    get text() {
      return item.text;
    },
    dispose: () => {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

async function showMenu(state: ServerState): Promise<void> {
  const { message } = state.status;
  const picked = await window.showQuickPick(menuItems(state), {
    title: ['Phasewise', message].filter((part) => part !== null).join(': '),
    placeHolder: 'What to do?',
  });
  if (picked !== undefined) await commands.executeCommand(picked.command, ...picked.arguments);
}

function menuItems(state: ServerState): readonly MenuItem[] {
  const { advice } = state.status;
  const entry = (label: string, command: string, ...rest: readonly unknown[]) => ({
    label,
    command,
    arguments: rest,
  });
  return [
    ...(state.running().length > 0 ? [entry('$(debug-stop) Stop', 'phasewise.stop')] : []),
    ...(state.status.state === 'untrusted'
      ? [entry('$(workspace-trusted) Manage Workspace Trust', 'workbench.trust.manage')]
      : []),
    entry('$(list-tree) Show Phases', 'phasewise.phases.focus'),
    {
      ...entry('$(settings-gear) Say Where Nix Is', 'workbench.action.openSettings', 'phasewise.nix.path'),
      // The place for what to do: a placeholder would be cut.
      ...(advice === null ? {} : { detail: advice }),
    },
    entry('$(output) Show Extension Log', 'phasewise.showExtensionLog'),
    entry('$(debug-restart) Restart Language Server', 'phasewise.restartServer'),
    entry('$(settings) Settings', 'workbench.action.openSettings', '@ext:phasewise.phasewise'),
  ];
}
