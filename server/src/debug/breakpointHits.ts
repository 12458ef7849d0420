/** Which breakpoints hold a shell that stopped at their lines: conditions, counts and log messages. */
import type { Breakpoint, Breakpoints } from './breakpoints';
import { isHit } from './breakpoints';
import { conditionScript, wordScript } from './expressions';
import type { StoppedShell } from './stoppedShell';

type Output = (category: 'console' | 'stderr', text: string) => void;

/** Those at which to stop; log messages are written to `output`. */
export async function hitBreakpoints(
  shell: StoppedShell,
  breakpoints: Breakpoints,
  output: Output,
): Promise<readonly Breakpoint[]> {
  const hit: Breakpoint[] = [];
  for (const one of await breakpoints.at(shell.stop, shell.phase.textsFolder)) {
    if (one.condition !== null && !(await holds(shell, one.condition, output))) continue;
    one.hits++;
    if (one.hitCondition !== null && isHit(one.hitCondition, one.hits) === false) continue;
    if (one.logMessage === null) hit.push(one);
    else output('console', `${await filledIn(one.logMessage, shell)}\n`);
  }
  return hit;
}

async function holds(shell: StoppedShell, condition: string, output: Output): Promise<boolean> {
  const { exitCode } = await shell.ask(conditionScript(condition));
  if (exitCode !== 2 && exitCode !== 127) return exitCode === 0;
  output('stderr', `The condition of a breakpoint cannot be evaluated, so it stops: ${condition}\n`);
  return true;
}

/** A log message with what its braces name. */
async function filledIn(message: string, shell: StoppedShell): Promise<string> {
  let filled = '';
  let at = 0;
  for (const match of message.matchAll(/\{([^{}]*)\}/g)) {
    const script = wordScript(match[1] ?? '');
    const value = script.ok
      ? (await shell.ask(script.value)).output.toString('utf8').replace(/\n$/, '')
      : match[0];
    filled += message.slice(at, match.index) + value;
    at = match.index + match[0].length;
  }
  return filled + message.slice(at);
}
