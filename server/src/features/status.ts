/** `phasewise/status`: the one place that says whether Nix can be used and, if not, what to do. */
import { basename } from 'node:path';
import type { Connection } from 'vscode-languageserver/node';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { NixProbe } from '../nix/nix';
import { statusNotification } from '../protocol/messages';
import type { StatusParams } from '../protocol/messages';
import type { Settings } from '../protocol/settings';
import { nixName } from '../settings';
import { Listeners } from './listeners';
import { notify } from './outgoing';
import type { WorkspaceState } from './workspaceState';
import { untrusted } from './workspaceState';

export class StatusReporter {
  /** What was told to the client last has changed. */
  readonly changed = new Listeners<null>();
  private last: StatusParams | null = null;
  /** By the settings of a Nix. */
  private statuses: ReadonlyMap<string, StatusParams> = new Map();
  private probing = new AbortController();

  constructor(
    private readonly connection: Connection,
    private readonly engine: Engine,
    private readonly state: WorkspaceState,
    private readonly log: Logger,
  ) {}

  /** Whether the last probe found that every Nix works. */
  get ready(): boolean {
    return this.last?.state === 'ready' && this.last.message === null;
  }

  /** The ways to call Nix that the last probe found to work. */
  get working(): readonly Settings['nix'][] {
    return this.state.allSettings
      .map(({ nix }) => nix)
      .filter((nix) => this.statuses.get(nixName(nix))?.state === 'ready');
  }

  /** Whether the last probe found none that works for a file; false until it ended. */
  isMissing(file: string): boolean {
    const state = this.statuses.get(nixName(this.state.settingsOf(file).nix))?.state;
    return state === 'nixMissing' || state === 'nixUnusable';
  }

  /** Asks which Nix there is, for each folder of the workspace, and tells the client when that is news. An earlier probe's answer is dropped. */
  async probe(): Promise<void> {
    this.probing.abort();
    const controller = new AbortController();
    this.probing = controller;
    const { folders } = this.state;
    const asked = this.state.trusted ? (folders.length === 0 ? [null] : folders) : [];
    const found = await Promise.all(asked.map((folder) => this.ask(folder, controller.signal)));
    if (controller.signal.aborted) return;
    this.statuses = new Map(found.map(({ nix, status }) => [nix, status]));
    const status = found.length === 0 ? untrustedStatus : combined(found);
    if (JSON.stringify(status) === JSON.stringify(this.last)) return;
    this.last = status;
    this.changed.fire(null);
    await notify(this.connection, statusNotification, status);
  }

  dispose(): void {
    this.probing.abort();
  }

  private async ask(folder: string | null, signal: AbortSignal): Promise<FolderStatus> {
    const nix = nixName(this.state.settingsOf(folder).nix);
    try {
      return { folder, nix, status: statusOf(await this.engine.nix(folder, signal)) };
    } catch (error) {
      if (!signal.aborted) this.log.error('Nix could not be probed', error);
      const advice = 'The log has the details.';
      const message = 'Nix could not be asked.';
      return { folder, nix, status: { state: 'nixUnusable', nixVersion: null, message, advice } };
    }
  }
}

interface FolderStatus {
  readonly folder: string | null;
  readonly nix: string;
  readonly status: StatusParams;
}

/** The versions of all that work, and the first thing that is wrong in a folder. */
function combined(all: readonly FolderStatus[]): StatusParams {
  const wrong = all.find(({ status }) => status.state !== 'ready');
  const versions = new Set(all.flatMap(({ status }) => status.nixVersion ?? []));
  const nixVersion = versions.size === 0 ? null : [...versions].join(', ');
  if (wrong === undefined) return { state: 'ready', nixVersion, message: null, advice: null };
  const isEverywhere = all.every(({ nix }) => nix === wrong.nix);
  if (isEverywhere || wrong.folder === null) return wrong.status;
  const { state, message, advice } = wrong.status;
  return {
    state: nixVersion === null ? state : 'ready',
    nixVersion,
    message: `In ${basename(wrong.folder)}: ${message ?? ''}`,
    advice,
  };
}

const untrustedStatus: StatusParams = {
  state: 'untrusted',
  nixVersion: null,
  message: untrusted.message,
  advice: untrusted.advice,
};

function statusOf(probe: NixProbe): StatusParams {
  if (probe.ok) {
    const { version, storeProblem } = probe.value.installation;
    if (storeProblem === null) {
      return { state: 'ready', nixVersion: version.text, message: null, advice: null };
    }
    const { message, advice } = storeProblem;
    return { state: 'nixUnusable', nixVersion: null, message, advice };
  }
  const { code, message, advice } = probe.error;
  return { state: code === 'nix-missing' ? 'nixMissing' : 'nixUnusable', nixVersion: null, message, advice };
}
