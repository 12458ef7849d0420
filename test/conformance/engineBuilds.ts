/** Real builds through the whole engine, with all that it tells of them. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEngine } from '../../server/src/engine/createEngine';
import type { Engine, Target } from '../../server/src/engine/engine';
import type { WantedBuild } from '../../server/src/engine/buildAgain';
import { createGuardedRunner } from '../../server/src/nix/guardian';
import { createProcessRunner } from '../../server/src/nix/process';
import type { ActivityEvent } from '../../server/src/protocol/messages';
import type { BuildResult, Derivation } from '../../server/src/protocol/model';
import { assets } from '../server/testAssets';
import { nixEnvironment } from '../support/nixEnvironment';
import { nixParser } from '../support/syntax';
import { defaultOptions } from './nixTestbed';

export interface EngineBuilds {
  readonly engine: Engine;
  /** The only derivation of this text. */
  derivation(name: string, text: string): Promise<Derivation>;
  build(
    derivation: Derivation,
    options?: {
      readonly signal?: AbortSignal;
      readonly onEvent?: (event: ActivityEvent) => void;
    } & Partial<WantedBuild>,
  ): Promise<{ readonly result: BuildResult; readonly events: readonly ActivityEvent[] }>;
}

/** Keeps its logs and its files below the folder; Nix gets these variables besides the tests' own. */
export async function engineBuilds(
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<EngineBuilds> {
  const parser = await nixParser();
  const silent = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const engine = createEngine({
    parser,
    assets,
    logger: silent,
    runner: createGuardedRunner(createProcessRunner()),
    stateFolder: join(folder, 'state'),
    nixOptions: () => ({ path: '', store: '', options: {}, searchPath: [] }),
    environment: { ...nixEnvironment(), NIX_PATH: '', ...variables },
  });
  return {
    engine,
    derivation: async (name, text) => {
      const file = join(folder, name, 'default.nix');
      await mkdir(join(folder, name), { recursive: true });
      await writeFile(file, text);
      const target: Target = { kind: 'nix', file, attr: '', tree: parser.parse(text), unsaved: false };
      const { derivations, message } = await engine.evaluate(
        target,
        defaultOptions,
        new AbortController().signal,
      );
      return derivations[0] ?? assert.fail(message ?? 'no derivation');
    },
    build: async (derivation, { signal = new AbortController().signal, onEvent, ...options } = {}) => {
      const events: ActivityEvent[] = [];
      const listen = (event: ActivityEvent): void => {
        events.push(event);
        onEvent?.(event);
      };
      const wanted = { rebuild: false, keepFailed: false, ...options };
      const built = await engine.build(derivation, wanted, listen, signal);
      if (!built.ok) assert.fail(built.error.message);
      return { result: built.value, events };
    },
  };
}

/** What the events left going on: nothing, when each that began has ended. */
export function leftGoing(events: readonly ActivityEvent[]): readonly string[] {
  const going = new Map<string, boolean>([['the activity', false]]);
  for (const event of events) {
    if (event.type === 'started') going.set('the activity', true);
    else if (event.type === 'finished') going.set('the activity', false);
    else if (event.type === 'phaseStarted') going.set(event.phase, true);
    else if (event.type === 'phaseFinished') going.set(event.phase, false);
    else if (event.type === 'progress' && event.progress.kind === 'input')
      going.set(event.progress.input.path, event.progress.input.status === 'running');
    else if (event.type === 'progress' && event.progress.kind === 'waiting')
      going.set('waiting', event.progress.words !== null);
  }
  return [...going].filter(([, goes]) => goes).map(([what]) => what);
}
