/**
 * Finding the failing line of builds that failed, each until its derivation is built or run again or its phase's text edited:
 * unasked where that is quick and the settings allow it, else when asked. It gives way to whatever the user does next.
 */
import type { Documents } from '../documents';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { DerivationKey } from '../protocol/messages';
import type { Derivation, Failure, Replay } from '../protocol/model';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { Activities } from './activities';
import { keyName } from './activities';
import type { DerivationLookup } from './derivationLookup';
import type { Failures } from './failures';
import { keyedFile } from './keyedTarget';
import { untrusted, type WorkspaceState } from './workspaceState';

export interface ReplaysParts {
  readonly engine: Engine;
  readonly documents: Documents;
  readonly state: WorkspaceState;
  readonly activities: Activities;
  readonly failures: Failures;
  readonly lookup: DerivationLookup;
  readonly log: Logger;
}

interface Failed {
  readonly key: DerivationKey;
  readonly derivation: Derivation;
  readonly failed: Failure;
  /** How often a file of it was edited since, elsewhere than in the phase. */
  edits: number;
}

export class Replays {
  /** What failed last and was not looked for, by key. */
  private readonly failed = new Map<string, Failed>();

  constructor(private readonly parts: ReplaysParts) {
    const { documents } = parts;
    // After the failures have followed the edit, and dropped those whose text it touched.
    documents.changed.add(({ document, change }) => change !== null && this.edited(document.file));
    documents.closed.add(() => this.dropLost());
    documents.opened.add(() => this.dropLost());
  }

  /** Keeps the failure of a build, when its line can be looked for. */
  keep(key: DerivationKey, derivation: Derivation, failed: Failure): void {
    if (failed.replay?.state !== 'offered') return;
    this.failed.set(keyName(key), { key, derivation, failed, edits: 0 });
  }

  /** The derivation is run or built again. */
  forget(key: DerivationKey): void {
    this.failed.delete(keyName(key));
  }

  /** Looks for the line of what is kept when that is quick and the settings allow it; ends at once, whatever comes of it. */
  beginQuick(key: DerivationKey): void {
    const { state, log } = this.parts;
    const { replay, replayLimitSeconds } = state.settingsOf(keyedFile(key.uri)).builds;
    const seconds = this.failed.get(keyName(key))?.failed.replay?.seconds ?? Infinity;
    if (replay !== 'auto' || seconds > replayLimitSeconds) return;
    const mostSeconds = replayLimitSeconds;
    this.find({ uri: key.uri, attr: key.attr }, new AbortController().signal, mostSeconds).then(
      (found) => {
        if (!found.ok) log.info(`The failing line was not looked for: ${found.error.message}`);
      },
      (error: unknown) => log.error(`Looking for the failing line of ${key.uri} failed`, error),
    );
  }

  /**
   * Looks for the line, as an activity: in the directory that the build left where that can be, and where that told nothing by all
   * phases, when those take no longer than `mostSeconds`. Problems: `untrusted`, `nothing-failed`, `busy`, those of the engine's replay.
   */
  async find(key: DerivationKey, signal: AbortSignal, mostSeconds = Infinity): Promise<Result<Failure>> {
    const { activities, engine, failures, state } = this.parts;
    if (!state.trusted) return failure(untrusted);
    const name = keyName(key);
    const known = this.failed.get(name);
    if (known === undefined) return failure(nothingFailed);
    return activities.perform<Failure>(
      key,
      'replay',
      {
        perform: async (onEvent, both) => {
          const { edits } = known;
          const now = edits === 0 ? success(known) : await this.asNow(known, both);
          if (!now.ok) return now;
          const { derivation, failed } = now.value;
          const first = await engine.replay(derivation, failed, onEvent, both);
          const goesOn = first.ok && isOffered(first.value) && first.value.replay.seconds <= mostSeconds;
          const found = goesOn ? await engine.replay(derivation, first.value, onEvent, both) : first;
          if (!found.ok) return found;
          // What was edited meanwhile stands elsewhere than it was found.
          if (this.failed.get(name) !== known || known.edits !== edits) return failure(editedMeanwhile);
          this.failed.delete(name);
          this.keep(key, derivation, found.value);
          failures.record(key, derivation, found.value, 'build-failed');
          return success(found.value);
        },
        verdict: (found) => ({ status: 'ok', failure: found }),
      },
      signal,
    );
  }

  /** The derivation with the places of the text as it is now; its failure stands at the phase's attribute there. */
  private async asNow(
    { key, failed }: Failed,
    signal: AbortSignal,
  ): Promise<Result<Pick<Failed, 'derivation' | 'failed'>>> {
    const found = await this.parts.lookup.find(key, signal);
    if (!found.ok) return found;
    return success({ derivation: found.value, failed: { ...failed, file: null, range: null, edits: [] } });
  }

  private edited(file: string): void {
    for (const entry of this.failed.values())
      if (entry.derivation.file === file || entry.failed.file === file) entry.edits++;
    this.dropLost();
  }

  /** What is not shown any more, as an edit of the phase's own text has it, is not looked for. */
  private dropLost(): void {
    const { activities, failures } = this.parts;
    for (const [name, { key }] of this.failed) {
      if (failures.shows(key)) continue;
      this.failed.delete(name);
      if (activities.kindRunning(key) === 'replay') void activities.stop(key, 'replay');
    }
  }
}

function isOffered(failed: Failure): failed is Failure & { readonly replay: Replay } {
  return failed.replay?.state === 'offered';
}

const nothingFailed: Problem = {
  code: 'nothing-failed',
  message: 'There is no failed build of this derivation whose failing line could be looked for.',
  advice: 'Build it: when a command of a phase fails, its line can be looked for until the file is edited.',
};
const editedMeanwhile: Problem = {
  code: 'edited',
  message: 'The file was edited meanwhile.',
  advice: 'Build it again.',
};
