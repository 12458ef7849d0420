/** Which phases a derivation's own checks are. Pure. */
import type { Derivation } from '../protocol/model';
import type { Result } from '../result';
import { failure, success } from '../result';

const checks = ['checkPhase', 'installCheckPhase'];

/** A run until the last check that runs; a Problem `no-checks` when none does. */
export function lastCheck({
  name,
  phases,
}: Derivation): Result<{ readonly selection: 'until'; readonly phase: string }> {
  const running = phases.filter((phase) => phase.runs && checks.includes(phase.name)).at(-1);
  if (running !== undefined) return success({ selection: 'until', phase: running.name });
  const reason = phases.find((phase) => phase.name === 'checkPhase')?.skipReason;
  return failure({
    code: 'no-checks',
    message: `${name ?? 'This derivation'} runs no checks${reason == null ? '' : `: ${reason}`}.`,
    advice:
      'Set `doCheck = true;` for its checkPhase, or `doInstallCheck = true;` for its installCheckPhase.',
  });
}
