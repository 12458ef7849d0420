/** Runs what has to run until something can be had of a phase. */
import type { Engine } from '../engine/engine';
import type { Derivation } from '../protocol/model';
import { failure, type Problem, type Result } from '../result';
import type { CommandLine } from './commandLine';
import { progress, writeFailure } from './output/progress';

interface PhasesLeft {
  readonly kind: 'phasesLeft';
  readonly phases: readonly string[];
}

/** Asks, runs the phases that are left, and asks again. Problems: those of asking and running, `phase-failed`. */
export async function reachPhase<T extends { readonly kind: string }>(
  cli: CommandLine,
  engine: Engine,
  derivation: Derivation,
  ask: (onNotice: (text: string) => void) => Promise<Result<T | PhasesLeft>>,
): Promise<Result<Exclude<T, PhasesLeft>>> {
  const told = progress(cli, { logs: true });
  const onNotice = (text: string): void => told({ type: 'notice', text });
  for (let ran = false; ; ran = true) {
    const answer = await ask(onNotice);
    if (!answer.ok) return answer;
    if (!isLeft(answer.value)) return { ok: true, value: answer.value as Exclude<T, PhasesLeft> };
    const last = answer.value.phases.at(-1) ?? '';
    if (ran) return failure(stillLeft(last));
    const selection = { selection: 'until', phase: last, fresh: false, verify: false, out: null } as const;
    const result = await engine.run(derivation, selection, told, cli.signal);
    if (!result.ok) return result;
    const failed = result.value.phases.find(({ status }) => status === 'failed');
    if (failed === undefined) continue;
    if (failed.failure !== null) writeFailure(cli, failed.failure, { logs: true });
    return failure(failedBefore(failed.name));
  }
}

function isLeft(value: { readonly kind: string }): value is PhasesLeft {
  return value.kind === 'phasesLeft';
}

function failedBefore(failed: string): Problem {
  return {
    code: 'phase-failed',
    message: `${failed} failed, so what comes after it is not reached.`,
    advice: `--phase ${failed} stands where it failed.`,
  };
}

function stillLeft(phase: string): Problem {
  return { code: 'phases-left', message: `${phase} did not run.`, advice: 'Run it, and see what it says.' };
}
