/** Inputs of open flakes that are not locked, of which no values are known; and `phasewise.lockFlake`, which has Nix lock them. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Connection } from 'vscode-languageserver/node';
import { finding, type Finding } from '../analysis/finding';
import { withSeverities } from '../analysis/severities';
import { lockedInputs, writtenInputs, type WrittenInput } from '../analysis/unlockedInputs';
import type { Documents, OpenDocument } from '../documents';
import type { Engine } from '../engine/engine';
import type { Problem, Result } from '../result';
import { failure } from '../result';
import { Listeners } from './listeners';
import { untrusted, type WorkspaceState } from './workspaceState';

export interface FlakeLocksParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly engine: Pick<Engine, 'values'>;
  readonly state: WorkspaceState;
  /** Lock files were written. */
  readonly locked: () => void;
}

export class FlakeLocks {
  /** Told of each flake whose inputs were locked. */
  readonly changed = new Listeners<string>();

  constructor(private readonly parts: FlakeLocksParts) {}

  /** In order of position. */
  of(document: OpenDocument): readonly Finding[] {
    const { file, tree } = document;
    if (tree.faults.length > 0) return [];
    const all = unlockedInputs(document).map(({ name, span }) =>
      finding('unlocked-input', 'information', span, wordsOf(name)),
    );
    return withSeverities(all, this.parts.state.settingsOf(file).checks.severity);
  }

  /** `[{uri}]`: locks the inputs of an open flake as it is saved, with progress. */
  async lock(argument: unknown, signal: AbortSignal): Promise<Result<null>> {
    const { connection, documents, engine, state } = this.parts;
    const uri = typeof argument === 'object' && argument !== null && 'uri' in argument ? argument.uri : null;
    const document = typeof uri === 'string' ? documents.get(uri) : null;
    if (!state.trusted) return failure(untrusted);
    if (document === null || !document.onDisk || basename(document.file) !== 'flake.nix')
      return failure(noFlake);
    const progress = await connection.window.createWorkDoneProgress();
    const cancelled = new AbortController();
    const watching = progress.token.onCancellationRequested(() => cancelled.abort());
    progress.begin('Locking the inputs of the flake', undefined, undefined, true);
    try {
      const both = AbortSignal.any([signal, cancelled.signal]);
      const locked = await engine.values.lock(document.file, (line) => progress.report(line), both);
      if (locked.ok) {
        this.parts.locked();
        this.changed.fire(document.uri);
      }
      return locked;
    } finally {
      watching.dispose();
      progress.done();
    }
  }
}

/** In order of position, of a text that may be broken; none where the document is no flake. */
export function unlockedInputs({ file, onDisk, tree }: OpenDocument): readonly WrittenInput[] {
  if (!onDisk || basename(file) !== 'flake.nix' || tree.root === null) return [];
  const lock = textOf(join(dirname(file), 'flake.lock'));
  const locked = lock === null ? new Set<string>() : lockedInputs(lock);
  return locked === null ? [] : writtenInputs(tree.root).filter(({ name }) => !locked.has(name));
}

/** That an input is not locked, and what to do. */
export function wordsOf(name: string): string {
  return `The input '${name}' is not in flake.lock, so nothing is known of what it has: no completion, no hovers, no evaluation.\n\`nix flake lock\` writes it (Lock This Flake’s Inputs).`;
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // There is none.
    return null;
  }
}

const noFlake: Problem = {
  code: 'wrong-arguments',
  message: 'The command takes one argument: {uri}, of an open flake.nix.',
  advice: 'Open the flake.nix whose inputs are to be locked.',
};
