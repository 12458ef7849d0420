/** The live shells of a session: begun anew, or brought back to a position from those that wait or from kept states. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import type { Result } from '../result';
import { success } from '../result';
import type { OpenedChain, SessionOptions } from './openChain';
import { openChain } from './openChain';
import type { SessionEdit } from './sessionEdits';
import type { SessionKeeper } from './sessionKeeper';
import type { RecordedView } from './sessionRecord';
import type { SessionView } from './sessionView';
import { restoringScript, sameState } from './shellState';
import { removeTree } from './snapshots/snapshots';

/** What of the view must be as it was for a state to fit. */
export function recordedView(view: SessionView): RecordedView {
  const { isolation, isolationNote, seesMachine, buildTop, redirect, outputFolder } = view;
  const mountPoints = [...view.mountPoints];
  return { isolation, isolationNote, seesMachine, buildTop, redirect, outputFolder, mountPoints };
}

function samePlace(view: RecordedView, before: RecordedView | null): boolean {
  const { isolation, seesMachine, buildTop, redirect, outputFolder } = view;
  return (
    isolation === before?.isolation &&
    seesMachine === before.seesMachine &&
    buildTop === before.buildTop &&
    redirect === before.redirect &&
    outputFolder === before.outputFolder
  );
}

/** Whether isolation was turned on or off since; without a note it was off because it was not asked for. */
function isOtherwiseIsolated(before: RecordedView | null, asked: boolean): boolean {
  if (before?.isolation === 'namespace') return !asked;
  return before?.isolation === 'none' && before.isolationNote === null && asked;
}

function inputsOf({ inputDerivations, inputSources }: StoreDerivation): string {
  return JSON.stringify([inputDerivations, inputSources]);
}

type OnText = (text: string) => void;

export class SessionShell {
  private opened: OpenedChain | null = null;
  /** The inputs that it was opened for: others cannot be seen in its namespace. */
  private inputs = '';
  /** How many of the edits each waiting shell holds, by position. */
  private readonly held = new Map<number, number>();

  constructor(
    private readonly options: SessionOptions,
    private readonly keeper: SessionKeeper,
  ) {}

  /** Null when there is none that lives. */
  get live(): OpenedChain | null {
    return this.opened?.chain.alive === true ? this.opened : null;
  }

  /** The live one, when what the derivation needs now can be seen in it. */
  private get usable(): OpenedChain | null {
    const fits =
      this.live?.view.isolation === 'none' || this.inputs === inputsOf(this.keeper.record.derivation);
    return fits ? this.live : null;
  }

  /** Whether no state can be brought back because phases would find themselves at other paths than before. */
  placeChanged = false;

  /** A new shell in an empty build directory. */
  async begin(onText: OnText, signal: AbortSignal): Promise<Result<OpenedChain>> {
    await this.close();
    const { folder, record } = this.keeper;
    for (const entry of await readdir(folder.work).catch(() => [])) {
      await removeTree(join(folder.work, entry), this.options.runner);
    }
    const options = { ...this.options, derivation: record.derivation };
    const opened = await openChain(options, folder, null, onText, signal);
    if (!opened.ok) return opened;
    this.keepOpened(opened.value);
    this.placeChanged = false;
    this.held.set(0, 0);
    return success(opened.value);
  }

  /** Whether the shell at this position can be had from those that wait, or a state of it was kept. */
  async canReach(position: number): Promise<boolean> {
    if (this.usable?.chain.waitsAt(position) === true) return true;
    return this.keeper.record.structure === 'builder' || (await this.keeper.state(position)) !== null;
  }

  /** The shell of this position with every edit in it; the directory must be as it was then. */
  async goTo(position: number, signal: AbortSignal): Promise<boolean> {
    const moved = this.usable !== null && (await this.usable.chain.rewind(position));
    if (!moved && !(await this.bringBack(position, signal))) return false;
    return this.applyEdits(position);
  }

  /** After a phase: its successor's shell holds what its own held. */
  advanced(position: number): number {
    const edits = this.held.get(position - 1) ?? this.keeper.record.edits.length;
    this.held.set(position, edits);
    return edits;
  }

  private async bringBack(position: number, signal: AbortSignal): Promise<boolean> {
    const { folder, record } = this.keeper;
    const state = await this.keeper.state(position);
    if (state === null && record.structure !== 'builder') return false;
    await this.close();
    const script = Buffer.from(state === null ? '' : restoringScript(state), 'latin1');
    const beginning = { position, script, phases: record.phases };
    const options = { ...this.options, derivation: record.derivation };
    const opened = await openChain(options, folder, beginning, () => undefined, signal);
    this.placeChanged = isOtherwiseIsolated(record.view, this.options.isolation !== undefined);
    if (!opened.ok) return false;
    this.keepOpened(opened.value);
    this.held.set(position, record.states[position] ?? 0);
    const view = recordedView(opened.value.view);
    await this.removeMountPoints(record.view?.mountPoints ?? [], view.mountPoints);
    if (!samePlace(view, record.view)) {
      await this.close();
      return false;
    }
    await this.keeper.update({ view });
    if (state === null) return true;
    const now = await this.keeper.latestState();
    if (now !== null && sameState(state, now)) return true;
    this.options.logger.warn(`The shell's state at ${position} of ${folder.id} could not be brought back.`);
    await this.close();
    return false;
  }

  private keepOpened(opened: OpenedChain): void {
    this.opened = opened;
    this.inputs = inputsOf(this.keeper.record.derivation);
  }

  /** Those of an earlier namespace, which is gone: to the builder they would be empty store paths. */
  private async removeMountPoints(before: readonly string[], now: readonly string[]): Promise<void> {
    const { work } = this.keeper.folder;
    for (const path of before.filter((one) => !now.includes(one) && /^store\/[^/]+$/.test(one))) {
      await removeTree(join(work, path), this.options.runner);
    }
  }

  private async applyEdits(position: number): Promise<boolean> {
    const { edits } = this.keeper.record;
    const missing = edits.slice(this.held.get(position) ?? 0);
    const script = missing.map((edit: SessionEdit) => edit.script).join('');
    if (script !== '') {
      if (this.live === null || !(await this.live.chain.edit(script))) return false;
      await this.keeper.update({ states: await this.keeper.keepState(position, edits.length) });
    }
    this.held.set(position, edits.length);
    return true;
  }

  async close(): Promise<void> {
    const opened = this.opened;
    this.opened = null;
    this.held.clear();
    await opened?.close();
  }
}
