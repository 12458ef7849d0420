/** For what a phase stops beside breakpoints: the filters that a client shows, which are chosen, and what an end of a shell was. Pure. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { ShellStop } from '../phases/phaseDebugger';

export type ExceptionKind = 'failure' | 'exit' | 'unset' | 'syntax' | 'output';

export const exceptionFilters: readonly DebugProtocol.ExceptionBreakpointsFilter[] = [
  {
    filter: 'failure',
    label: 'Failing Commands',
    description: 'Stops at a command that fails, before it ends the phase.',
    default: true,
  },
  {
    filter: 'unset',
    label: 'Unset Variables',
    description:
      'Stops where an expansion ends the phase: a variable that is not set (set -u), or ${name:?}.',
    default: true,
  },
  {
    filter: 'syntax',
    label: 'Syntax Errors',
    description: 'Stops where bash cannot read on.',
    default: true,
  },
  {
    filter: 'exit',
    label: 'exit',
    description: 'Stops where the phase would end itself.',
    default: false,
  },
  {
    filter: 'output',
    label: 'Output',
    description: 'Stops at the next command when a line of output matches.',
    default: false,
    supportsCondition: true,
    conditionDescription: 'Regular expression for a line of output, e.g. warning|error:',
  },
];

/** Those that a launch without stops at failures means. */
const failures = ['failure', 'unset', 'syntax'] as const;

export class ExceptionFilters {
  private readonly chosen = new Set<ExceptionKind>();
  private pattern: RegExp | null = null;
  private unfinished = '';

  constructor(stopOnFailure: boolean) {
    if (stopOnFailure) for (const kind of failures) this.chosen.add(kind);
  }

  /** Takes the client's choice in place of the one before; the answers are in its order. */
  choose(
    { filters, filterOptions = [] }: DebugProtocol.SetExceptionBreakpointsArguments,
    withoutFailures = false,
  ): DebugProtocol.Breakpoint[] {
    this.chosen.clear();
    this.pattern = null;
    const wishes = [...filters.map((filterId) => ({ filterId })), ...filterOptions];
    const answers = wishes.map((wish) => this.chooseOne(wish));
    if (withoutFailures) for (const kind of failures) this.chosen.delete(kind);
    return answers;
  }

  private chooseOne({
    filterId,
    condition = '',
  }: DebugProtocol.ExceptionFilterOptions): DebugProtocol.Breakpoint {
    const known = exceptionFilters.find(({ filter }) => filter === filterId);
    if (known === undefined) return { verified: false, message: `There is no filter ${filterId}.` };
    if (filterId === 'output') {
      if (condition.trim() === '') return { verified: false, message: patternMissing };
      const pattern = regularExpression(condition);
      if (pattern === null) return { verified: false, message: `${condition} is no regular expression.` };
      this.pattern = pattern;
    }
    this.chosen.add(known.filter as ExceptionKind);
    return { verified: true };
  }

  wants(kind: ExceptionKind): boolean {
    return this.chosen.has(kind);
  }

  /** Whether a shell that ends has to stop, because it may end for a reason that is wanted. */
  get wantsEnds(): boolean {
    return [...failures, 'exit' as const].some((kind) => this.wants(kind));
  }

  /** The first line, ended by now, that matches what is looked for; null when none does. */
  matching(text: string): string | null {
    if (this.pattern === null) return null;
    const lines = (this.unfinished + text).split('\n');
    this.unfinished = (lines.pop() ?? '').slice(-longestLine);
    return lines.map(plain).find((line) => this.pattern?.test(line) === true) ?? null;
  }
}

const longestLine = 100_000;
const patternMissing = 'Give a pattern: edit the condition of this filter.';

function regularExpression(text: string): RegExp | null {
  try {
    return new RegExp(text, 'u');
  } catch {
    return null;
  }
}

/** A line without colours. */
function plain(line: string): string {
  // eslint-disable-next-line no-control-regex -- escape sequences begin with a control character
  return line.replaceAll(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/\r$/, '');
}

export interface ShellEnd {
  readonly kind: Exclude<ExceptionKind, 'output'>;
  /** For who reads it. */
  readonly text: string;
  /** The line of the innermost frame's file, where bash told it. */
  readonly line: number | null;
}

/**
 * Why a shell ends that stopped on its way out: bash tells its trap neither reason nor line, but it prints them where it is
 * not `exit` that ends it (`FILE: line N: …`). `said` is what the phase printed last.
 */
export function endOf({ command, exitCode, shellFile, entered }: ShellStop, said: string): ShellEnd {
  const { message, line } = bashMessage(said, shellFile);
  const words = message ?? `exit code ${exitCode} from: ${command.split('\n')[0] ?? ''}`;
  if (message !== null && /syntax error|unexpected (?:EOF|end of file)/.test(message))
    return { kind: 'syntax', text: words, line };
  if (message?.endsWith(': unbound variable') === true || (message !== null && /\$\{[^}]*\?/.test(command)))
    return { kind: 'unset', text: words, line };
  if (message !== null || entered) return { kind: 'failure', text: words, line };
  return { kind: 'exit', text: `exit ${exitCode}`, line: null };
}

/** bash's own message among the last lines; after an error in a text it shows the line, too. */
function bashMessage(
  said: string,
  file: string,
): { readonly message: string | null; readonly line: number | null } {
  const lines = said.replace(/\n$/, '').split('\n').slice(-3).map(plain).reverse();
  for (const one of lines) {
    const match = one.startsWith(`${file}: `)
      ? /^(?:[\w ]+: )?line (\d+): (.*)$/.exec(one.slice(file.length + 2))
      : null;
    if (match !== null) return { message: match[2] ?? '', line: Number(match[1]) };
  }
  return { message: null, line: null };
}

/** Why a shell on its way out does not go on. */
export const isEnding = {
  code: 'ending',
  message: 'The phase is ending, and nothing can keep it here.',
  advice: 'Look around, then restart the phase, or stop.',
};

export function failureText({ command, exitCode }: ShellStop): string {
  return `exit code ${exitCode} from: ${command.split('\n')[0] ?? ''}`;
}
