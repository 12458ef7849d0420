/** Opens terminals in the state of a phase. */
import { ProgressLocation, window, type Terminal } from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { ShellAnswer } from '../../../server/src/protocol/shellMessages';
import type { LanguageServer } from '../languageServer';
import type { ServerState } from '../serverState';
import { derivationName } from './phaseItem';
import type { Runs } from './runs';
import { runFirstWords, shellTitle } from './momentWords';
import { showShell } from './shellTerminal';

const runFirst = 'Run Them First';

export class PhaseShells {
  /** `program` is our own command line, which runs the shell and cleans up after it. */
  constructor(
    private readonly program: string,
    private readonly server: LanguageServer,
    private readonly state: ServerState,
    private readonly runs: Runs,
  ) {}

  /** Opens a shell at this phase; phases that must run first are run when the user says so. */
  async open(key: DerivationKey, phase: string): Promise<Terminal | undefined> {
    const answer = await this.prepare(key, phase);
    if (answer.kind === 'ready') return this.show(key, answer);
    const chosen = await window.showInformationMessage(
      runFirstWords(phase, answer.phases, 'a shell can stand'),
      runFirst,
    );
    if (chosen !== runFirst) return undefined;
    const last = answer.phases.at(-1) ?? null;
    const ran = await this.runs.run({ ...key, phase: last, selection: 'until', fresh: false });
    if (ran === null || ran.phases.some(({ status }) => status === 'failed' || status === 'cancelled'))
      return undefined;
    const ready = await this.prepare(key, phase);
    return ready.kind === 'ready' ? this.show(key, ready) : undefined;
  }

  private prepare(key: DerivationKey, phase: string): PromiseLike<ShellAnswer> {
    const options = { location: ProgressLocation.Window, title: `Preparing a shell at ${phase}` };
    return window.withProgress(options, () =>
      this.server.ask((requests) => requests.shell({ ...key, phase, entry: false })),
    );
  }

  private show(key: DerivationKey, shell: Extract<ShellAnswer, { kind: 'ready' }>): Terminal {
    const derivation = this.state.derivation(key);
    return showShell({
      name: shellTitle(derivation === undefined ? '' : derivationName(derivation), shell),
      // The program that this extension runs in: Node itself, or what is made of it by this variable.
      command: [process.execPath, this.program, 'shell', '--prepared', shell.folder],
      env: { ELECTRON_RUN_AS_NODE: '1' },
    });
  }
}
