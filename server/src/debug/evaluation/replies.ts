/** What Nix's debugger answered, for the user. Pure. */
import { errorIn } from '../../nix/debuggerAnswers';
import type { DebuggerReply } from '../../nix/evaluationDebugger';
import type { NixVersion } from '../../nix/installation';
import type { Problem } from '../../result';

/** Why there is no value. */
export function problemOf({ said, end }: DebuggerReply): Problem {
  const message = end === null ? (errorIn(said) ?? 'Nix gave no value.') : 'The evaluation has ended.';
  return { code: 'not-evaluated', message, advice: null };
}

/** The words of an end that is no end of an evaluation; null when it is one. */
export function crashText(end: NonNullable<DebuggerReply['end']>, { text }: NixVersion): string | null {
  const how =
    end.signal ?? (end.exitCode !== null && end.exitCode > 128 ? `exit code ${end.exitCode}` : null);
  if (how === null) return null;
  return `The debugger of Nix ${text} ended by itself (${how}). That is an error of this Nix: 2.26, for one, cannot stop inside a let in a function. Set phasewise.nix.path to another.`;
}

/** Lines that the debugger says of itself. */
export function isBanner(line: string): boolean {
  return /^(?:info: breakpoint reached|Nix [\d.]+\S* debugger|Type :\? for help\.|Starting REPL to allow you to inspect.*)?$/.test(
    line,
  );
}

/** Why it stopped, by what Nix said last. */
export function stopReason(said: string): 'breakpoint' | 'exception' | 'step' {
  const lines = said.split('\n');
  const at = lines.findLastIndex((line) => /^(?:info: breakpoint reached$|error:)/.test(line));
  if (at < 0) return 'step';
  return lines[at]?.startsWith('info:') === true ? 'breakpoint' : 'exception';
}

/** What a frame is called: Nix's words without what each of them has. */
export function frameName(message: string): string {
  const [first = ''] = message.split('\n');
  return first.replace(/^(?:…\s*)?while /, '').replace(/^error: /, '');
}
