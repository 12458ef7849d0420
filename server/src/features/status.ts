/** `phasewise/status`: the one place that says whether Nix can be used and, if not, what to do. */
import type { Connection } from 'vscode-languageserver/node';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { NixProbe } from '../nix/nix';
import { statusNotification } from '../protocol/messages';
import type { StatusParams } from '../protocol/messages';
import { Listeners } from './listeners';
import { notify } from './outgoing';
import type { WorkspaceState } from './workspaceState';
import { untrusted } from './workspaceState';

export class StatusReporter {
  /** What was told to the client last has changed. */
  readonly changed = new Listeners<null>();
  private last: StatusParams | null = null;
  private probing = new AbortController();

  constructor(
    private readonly connection: Connection,
    private readonly engine: Engine,
    private readonly state: WorkspaceState,
    private readonly log: Logger,
  ) {}

  /** Whether the last probe found a Nix that works. */
  get ready(): boolean {
    return this.last?.state === 'ready';
  }

  /** Whether the last probe found none that works; false until it ended. */
  get missing(): boolean {
    return this.last?.state === 'nixMissing' || this.last?.state === 'nixUnusable';
  }

  /** Asks which Nix there is and tells the client when that is news. An earlier probe's answer is dropped. */
  async probe(): Promise<void> {
    this.probing.abort();
    const controller = new AbortController();
    this.probing = controller;
    const status = this.state.trusted ? await this.ask(controller.signal) : untrustedStatus;
    if (controller.signal.aborted || status === null) return;
    if (JSON.stringify(status) === JSON.stringify(this.last)) return;
    this.last = status;
    this.changed.fire(null);
    await notify(this.connection, statusNotification, status);
  }

  dispose(): void {
    this.probing.abort();
  }

  private async ask(signal: AbortSignal): Promise<StatusParams | null> {
    try {
      return statusOf(await this.engine.nix(signal));
    } catch (error) {
      if (signal.aborted) return null;
      this.log.error('Nix could not be probed', error);
      const advice = 'The log has the details.';
      return { state: 'nixUnusable', nixVersion: null, message: 'Nix could not be asked.', advice };
    }
  }
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
