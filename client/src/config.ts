/** Typed access to the settings; those of the server go to it as a whole. */
import { workspace, type Uri } from 'vscode';
import { defaultSettings, type Settings } from '../../server/src/protocol/settings';

/** What the server reads, as it is set now for a file or folder; for null in the workspace. */
export function serverSettings(scope: Uri | null): Settings {
  const config = workspace.getConfiguration('phasewise', scope);
  const read = <Section extends keyof Settings>(section: Section): Settings[Section] => ({
    ...defaultSettings[section],
    ...config.get<Partial<Settings[Section]>>(section),
  });
  const { isolation, strace } = defaultSettings.phases;
  return {
    nix: read('nix'),
    evaluation: read('evaluation'),
    checks: read('checks'),
    builds: read('builds'),
    formatting: read('formatting'),
    shellcheck: read('shellcheck'),
    codeLens: read('codeLens'),
    inlayHints: read('inlayHints'),
    build: read('build'),
    sessions: read('sessions'),
    phases: {
      isolation: config.get('phases.isolation', isolation) === 'off' ? 'off' : 'auto',
      strace: config.get('phases.strace', strace),
    },
  };
}

/** Those of the workspace, and below `folders` those of each of its folders by its URI, as the server takes them. */
export function allServerSettings(): Settings & { readonly folders: Readonly<Record<string, Settings>> } {
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }): [string, Settings] => [
    uri.toString(),
    serverSettings(uri),
  ]);
  return { ...serverSettings(null), folders: Object.fromEntries(folders) };
}

export function clickAction(): 'reveal' | 'run' {
  return workspace.getConfiguration('phasewise').get('phases.clickAction') === 'run' ? 'run' : 'reveal';
}

export function followsCursor(): boolean {
  return workspace.getConfiguration('phasewise').get('phases.followCursor', true);
}

export function inlineResultsEnabled(): boolean {
  return workspace.getConfiguration('phasewise').get('inlineResults.enable', true);
}

/** Whether the terminals of a file's tasks show output alone, with nothing drawn anew. */
export function plainTerminals(file: Uri): boolean {
  return workspace.getConfiguration('phasewise', file).get('tasks.terminal') === 'plain';
}

/** Whether what failed is also shown below its line. */
export function inlineCommentsEnabled(): boolean {
  return workspace.getConfiguration('phasewise').get('inlineResults.comments', true);
}

/** Whether the failing line of a file's build may be looked for at all. */
export function replaysEnabled(file: Uri): boolean {
  return workspace.getConfiguration('phasewise', file).get('builds.replay') !== 'off';
}
