/** What is debugged, as it was evaluated: once at launch, again where its files were edited since. */
import { readFile } from 'node:fs/promises';
import type { BashParser } from '../bash/bashParser';
import type { Engine } from '../engine/engine';
import type { ScriptPlaces } from '../engine/scriptPlaces';
import type { DebuggerHandlers, EvaluationDebugger } from '../nix/evaluationDebugger';
import type { Derivation } from '../protocol/model';
import { failure, success, type Problem, type Result } from '../result';
import type { Launch } from './launchArguments';
import { ScriptFiles } from './scriptFiles';

export interface Opened {
  readonly engine: Engine;
  readonly derivation: Derivation;
}

export interface DebugTarget extends Opened {
  readonly places: ScriptPlaces;
  readonly files: ScriptFiles;
  /** Texts of the `.nix` files that its attributes stand in, as they were evaluated. */
  readonly evaluated: ReadonlyMap<string, string>;
}

export interface TargetParts {
  /** Evaluates what is launched. */
  open(launch: Launch): Promise<Result<Opened>>;
  bash(): Promise<BashParser>;
  /** Starts the evaluation of what is launched under Nix's debugger. */
  debugEvaluation(launch: Launch, handlers: DebuggerHandlers): Promise<Result<EvaluationDebugger>>;
  /** Whether a text is one Nix expression. */
  isExpression(text: string): boolean;
}

/** Refuses a builder that is no bash, and phases that there are not. */
export async function openTarget(parts: TargetParts, launch: Launch): Promise<Result<DebugTarget>> {
  const opened = await parts.open(launch);
  if (!opened.ok) return opened;
  const { engine, derivation } = opened.value;
  if (derivation.structure === 'builder') return failure(notBash(derivation));
  const places = await engine.scriptPlaces(derivation, new AbortController().signal);
  if (!places.ok) return places;
  const unknown = [launch.from, launch.until].find(
    (name) => name !== null && !derivation.phases.some((phase) => phase.name === name),
  );
  if (unknown !== undefined && unknown !== null) return failure(unknownPhase(unknown, derivation));
  const files = new ScriptFiles(places.value, await parts.bash());
  const evaluated = new Map<string, string>();
  for (const file of new Set(Object.values(derivation.attributes).map((place) => place.file))) {
    const text = await textOf(file);
    if (text !== null) evaluated.set(file, text);
  }
  return success({ engine, derivation, places: places.value, files, evaluated });
}

/** Whether a file says something else now than when it was evaluated. */
export async function hasChanged({ evaluated }: DebugTarget, file: string): Promise<boolean> {
  const before = evaluated.get(file);
  return before !== undefined && ((await textOf(file)) ?? before) !== before;
}

/** The same of any of its files. */
export async function isEdited(target: DebugTarget): Promise<boolean> {
  const changes = await Promise.all([...target.evaluated.keys()].map((file) => hasChanged(target, file)));
  return changes.includes(true);
}

function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

function notBash({ name }: Derivation): Problem {
  return {
    code: 'not-bash',
    message: `The builder of ${name ?? 'this derivation'} is no stdenv's bash script: it has no phases that could be stopped.`,
    advice: 'Run or build it, and look at its log.',
  };
}

function unknownPhase(name: string, { phases }: Derivation): Problem {
  const known = phases.map((phase) => phase.name).join(', ');
  return { code: 'unknown-phase', message: `There is no phase ${name}.`, advice: `There are: ${known}.` };
}
