/** Typed access to the settings; those of the server go to it as a whole. */
import { workspace } from 'vscode';
import { defaultSettings, type Settings } from '../../server/src/protocol/settings';

/** What the server reads, as it is set now. */
export function serverSettings(): Settings {
  const config = workspace.getConfiguration('phasewise');
  return {
    nix: { ...defaultSettings.nix, ...config.get<Partial<Settings['nix']>>('nix') },
    evaluation: {
      ...defaultSettings.evaluation,
      ...config.get<Partial<Settings['evaluation']>>('evaluation'),
    },
    checks: { ...defaultSettings.checks, ...config.get<Partial<Settings['checks']>>('checks') },
    builds: { ...defaultSettings.builds, ...config.get<Partial<Settings['builds']>>('builds') },
    formatting: {
      ...defaultSettings.formatting,
      ...config.get<Partial<Settings['formatting']>>('formatting'),
    },
    shellcheck: {
      ...defaultSettings.shellcheck,
      ...config.get<Partial<Settings['shellcheck']>>('shellcheck'),
    },
    codeLens: { ...defaultSettings.codeLens, ...config.get<Partial<Settings['codeLens']>>('codeLens') },
    inlayHints: {
      ...defaultSettings.inlayHints,
      ...config.get<Partial<Settings['inlayHints']>>('inlayHints'),
    },
    build: { ...defaultSettings.build, ...config.get<Partial<Settings['build']>>('build') },
    sessions: { ...defaultSettings.sessions, ...config.get<Partial<Settings['sessions']>>('sessions') },
    phases: {
      isolation: config.get('phases.isolation') === 'off' ? 'off' : 'auto',
      strace: config.get('phases.strace', ''),
    },
  };
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

/** Whether the terminals of tasks show output alone, with nothing drawn anew. */
export function plainTerminals(): boolean {
  return workspace.getConfiguration('phasewise').get('tasks.terminal') === 'plain';
}

/** Whether what failed is also shown below its line. */
export function inlineCommentsEnabled(): boolean {
  return workspace.getConfiguration('phasewise').get('inlineResults.comments', true);
}

/** Whether the failing line of a build may be looked for at all. */
export function replaysEnabled(): boolean {
  return workspace.getConfiguration('phasewise').get('builds.replay') !== 'off';
}
