/** Finds what a command is about: the row it was called on, the selected row, or what the user picks. */
import { window } from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { Derivation } from '../../../server/src/protocol/model';
import type { ServerState } from '../serverState';
import type { ActiveFile } from './activeFile';
import type { Cursor } from './cursor';
import { readPhaseArgument } from './phaseArgument';
import { derivationName, type PhaseItem } from './phaseItem';
import type { PhaseTree } from './phaseTree';

const messageMs = 4000;

interface Named {
  readonly key: DerivationKey;
  readonly phase: string | null;
}

export class PhaseChooser {
  constructor(
    private readonly state: ServerState,
    private readonly active: ActiveFile,
    private readonly tree: PhaseTree,
    private readonly cursor: Cursor,
  ) {}

  /** The row that a command was called on, as it is now; undefined when it was called on none. */
  row(argument: unknown): PhaseItem | undefined {
    const read = readPhaseArgument(argument);
    if (read.kind === 'selected') return this.tree.selected;
    return read.kind === 'row' ? this.tree.row(read.id) : undefined;
  }

  /** The derivation that a command is about; undefined when the user chose none or there is none. */
  async derivation(argument: unknown): Promise<DerivationKey | undefined> {
    const named = this.named(argument);
    if (named != null) return named.key;
    const { uri } = this.active;
    const derivations = uri === null ? [] : (this.state.drawing(uri)?.derivations ?? []);
    const [first] = derivations;
    if (uri === null || first === undefined) {
      void window.showInformationMessage('Open a Nix file that makes a derivation first.');
      return undefined;
    }
    if (derivations.length === 1) return { uri, attr: first.attr };
    const atCursor = this.cursor.derivation?.attr;
    const near = derivations.filter(({ attr }) => attr === atCursor);
    const others = derivations.filter(({ attr }) => attr !== atCursor);
    const picks = [
      ...near.map((derivation) => derivationPick(derivation, true)),
      ...others.map((derivation) => derivationPick(derivation, false)),
    ];
    const picked = await window.showQuickPick(picks, {
      title: 'Phasewise',
      placeHolder: 'Which derivation?',
    });
    return picked && { uri, attr: picked.attr };
  }

  /** The phase that a command is about; undefined when the user chose none or there is none. */
  async phase(
    argument: unknown,
  ): Promise<{ readonly key: DerivationKey; readonly phase: string } | undefined> {
    const named = this.named(argument);
    if (named === null) {
      window.setStatusBarMessage('$(info) This row was just drawn anew: press again.', messageMs);
      return undefined;
    }
    if (named !== undefined && named.phase !== null) return { key: named.key, phase: named.phase };
    const key = named?.key ?? (await this.derivation(undefined));
    if (key === undefined) return undefined;
    const derivation = this.state.derivation(key);
    if (derivation === undefined) return undefined;
    const picks = derivation.phases.map((phase) => ({
      label: phase.name,
      description: phase.runs ? '' : (phase.skipReason ?? 'does not run'),
    }));
    const title = `Phasewise: ${derivationName(derivation)}`;
    const picked = await window.showQuickPick(picks, { title, placeHolder: 'Which phase?' });
    return picked && { key, phase: picked.label };
  }

  /** What the argument names; undefined when nothing, null when a row that is no more. */
  private named(argument: unknown): Named | undefined | null {
    const read = readPhaseArgument(argument);
    if (read.kind === 'item') return read;
    if (read.kind === 'none') return undefined;
    const row = this.row(argument);
    if (row !== undefined) return { key: { uri: row.uri, attr: row.attr }, phase: row.phase };
    return read.kind === 'selected' ? undefined : null;
  }
}

function derivationPick(derivation: Derivation, isAtCursor: boolean) {
  const { attr } = derivation;
  const label = derivationName(derivation);
  const parts = [attr === label ? '' : attr, isAtCursor ? 'at the cursor' : ''];
  return { label, description: parts.filter((part) => part !== '').join(' · '), attr };
}
