/** Evaluation in a stopped frame: words for hovers and watches, bash commands for the console. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { failure, success, type Result } from '../result';
import { assignedNames, expansionsScript, wordScript } from './expressions';
import type { StoppedShell } from './stoppedShell';
import { shownValue } from './variables';

type Answer = Result<DebugProtocol.EvaluateResponse['body']>;

export function evaluate(shell: StoppedShell, expression: string, context: string): Promise<Answer> {
  if (context === 'repl') return runCommands(shell, expression);
  return expandWord(shell, expression.trim(), context === 'clipboard');
}

async function expandWord(shell: StoppedShell, word: string, whole: boolean): Promise<Answer> {
  const name = /^\$?\{?([A-Za-z_]\w*)\}?$/.exec(word)?.[1];
  if (name !== undefined) {
    const found = await shell.variable(name);
    if (found === null) return refused(`${name} is not set.`);
    const value = whole ? ((await shell.wholeValue(name)) ?? found.value) : found.value;
    return success({ ...found, result: value });
  }
  const script = wordScript(word);
  if (!script.ok) return refused(`${script.error.message} ${script.error.advice ?? ''}`.trim());
  const { exitCode, output } = await shell.ask(script.value);
  const text = output.toString('utf8').replace(/\n$/, '');
  if (exitCode !== 0) return refused(plain(text) || `${word} cannot be evaluated.`);
  return success({ result: whole ? text : shownValue(text), variablesReference: 0 });
}

async function runCommands(shell: StoppedShell, commands: string): Promise<Answer> {
  const reason = await whyItWouldEnd(shell, commands);
  if (reason !== null) return refused(reason);
  const { exitCode, output } = await shell.run(`__phasewise_guard; ${commands}\n`);
  if (exitCode === null) return refused('The shell has ended.');
  const text = plain(output.toString('utf8').replace(/\n$/, ''));
  const status = exitCode === 0 ? '' : `${text === '' ? '' : '\n'}(exit code ${exitCode})`;
  return success({ result: `${text}${status}`, variablesReference: 0 });
}

/** What bash says of an error that would end the phase's shell; null when there is none. */
async function whyItWouldEnd(shell: StoppedShell, commands: string): Promise<string | null> {
  for (const name of assignedNames(commands)) {
    if (await shell.isReadonly(name)) return `${name} is readonly: assigning to it would end the phase.`;
  }
  const script = expansionsScript(commands);
  if (script === null) return null;
  const { exitCode, output } = await shell.ask(script);
  const said = plain(output.toString('utf8').trim()).split('\n').at(-1) ?? '';
  return exitCode === 0 ? null : `${said}: it would end the phase.`;
}

/** Bash names the file and line that our text is in, which nobody knows. */
function plain(text: string): string {
  return text.replaceAll(/^\S*\/debug\/\d+\/code\.\d+: (?:line \d+: )?/gm, 'bash: ');
}

function refused(message: string): Result<never> {
  return failure({ code: 'not-evaluated', message, advice: null });
}
