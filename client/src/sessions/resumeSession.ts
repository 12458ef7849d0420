/** From a session back to its derivation: its file, its row in the tree, its next phase. */
import { Uri, window, type Disposable } from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import { flakeScheme } from '../../../server/src/protocol/pinMessages';
import type { PhaseTree } from '../phases/phaseTree';
import type { Pins } from '../phases/pins';
import type { Runs } from '../phases/runs';
import { keyName, type ServerState, type Subscription } from '../serverState';
import type { SessionItem } from './sessionItems';
import { sessionSubject, type SessionSubject } from './sessionSubject';

export class SessionResumption implements Disposable {
  private waiting: Subscription | null = null;

  constructor(
    private readonly state: ServerState,
    private readonly phases: PhaseTree,
    private readonly pins: Pins,
    private readonly runs: Runs,
  ) {}

  /** Opens the session's file and brings the row of its derivation up. */
  async open({ entry }: SessionItem): Promise<void> {
    const subject = sessionSubject(entry);
    if (subject === null) return;
    await window.showTextDocument(Uri.file(subject.shown));
    if (subject.kind === 'nix') this.bringUp(keyName(keyOf(subject)));
  }

  /** Runs the next phase of the session's derivation, with its row in view: below its file, or pinned where it has none of its own. */
  async runNext({ entry }: SessionItem): Promise<void> {
    const subject = sessionSubject(entry);
    if (subject === null) return;
    const key = keyOf(subject);
    if (subject.kind === 'nix') {
      await window.showTextDocument(Uri.file(subject.shown));
      this.bringUp(keyName(key));
    } else {
      await this.pins.pin(key);
      this.bringUp(`pinned:${keyName(key)}`);
    }
    await this.runs.run({ ...key, phase: null, selection: 'next', fresh: false });
  }

  dispose(): void {
    this.waiting?.dispose();
  }

  /** Once it is drawn; of several asked for the last. */
  private bringUp(id: string): void {
    this.waiting?.dispose();
    const show = (): void => {
      if (this.phases.row(id) === undefined) return;
      this.waiting?.dispose();
      this.waiting = null;
      void this.phases.bringUp(id);
    };
    this.waiting = this.state.onDidChange(show);
    show();
  }
}

function keyOf({ kind, path, attr }: SessionSubject): DerivationKey {
  const file = Uri.file(path);
  return { uri: (kind === 'flake' ? file.with({ scheme: flakeScheme }) : file).toString(), attr };
}
