/** What hovers and watches may ask: a bash word whose parameters are expanded, and nothing that does something. Pure. */
import { failure, success, type Result } from '../result';
import { quoteForShell } from '../phases/structuredAttrs';

const name = /^[A-Za-z_]\w*$/;

/**
 * Script that prints the value of a word: a variable's name, or text with `$name` and `${…}`. Refused: substitutions of commands,
 * processes and arithmetic, and expansions that assign. Runs in a subshell that cannot start programs or write files, for what a
 * variable holds may name another (`${!x}`, subscripts) and bash would expand that, too.
 */
export function wordScript(word: string): Result<string> {
  const text = /^"[^"]*"$/.test(word) ? word.slice(1, -1) : word;
  if (name.test(text)) return success(inRestrictedShell(variableText(text)));
  const reason = reasonAgainst(text);
  if (reason !== null) return failure({ code: 'not-evaluated', message: reason, advice: consoleAdvice });
  return success(inRestrictedShell(`builtin printf '%s\\n' "${text}"`));
}

const consoleAdvice = 'Commands can be run in the debug console.';

function variableText(variable: string): string {
  const missing = quoteForShell(`${variable} is not set`);
  return `[[ -n \${${variable}+1}\${${variable}[*]+1} ]] || { builtin printf '%s\\n' ${missing}; builtin exit 1; }
builtin printf '%s\\n' "\${${variable}[*]}"`;
}

function inRestrictedShell(script: string): string {
  return `(
builtin trap - ERR EXIT DEBUG
builtin unset -f command_not_found_handle
builtin enable -n eval source . exec kill cd pushd popd read mapfile readarray wait ulimit umask unset trap enable
PATH=; set -r
${script}
)
`;
}

function reasonAgainst(word: string): string | null {
  if (/[`]|\$\(|[<>]\(/.test(word)) return 'Commands are not run for a hover or a watch.';
  if (/["\n\0]/.test(word)) return 'Only a word can be evaluated here.';
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(word)) return 'Only a word can be evaluated here.';
  if (!isBalanced(word)) return 'An expansion is not closed.';
  for (const [, inside = ''] of word.matchAll(/\$\{([^}]*)/g)) {
    if (/^!?[A-Za-z_0-9@*#?$!-]+(?:\[[^\]]*\])?:?=/.test(inside))
      return 'An expansion that assigns is not evaluated here.';
    if (/@[A-Za-z]$/.test(inside) && !/@[QEULuAaKk]$/.test(inside))
      return 'That expansion runs what it finds.';
    const subscript = /\[([^\]]*)\]/.exec(inside)?.[1];
    if (subscript !== undefined && /=|\+\+|--/.test(subscript))
      return 'A subscript that assigns is not evaluated here.';
  }
  return null;
}

function isBalanced(word: string): boolean {
  let depth = 0;
  for (let at = 0; at < word.length; at++) {
    if (word[at] === '\\') at++;
    else if (word.startsWith('${', at)) depth++;
    else if (word[at] === '}' && depth > 0) depth--;
  }
  return depth === 0;
}

/**
 * Script that fails where an expansion in these commands would: in the phase's own shell that would end the phase (a subshell ends for
 * `${x:?}`, `$((1/0))` or a bad substitution, whatever its options say). Null when there is none.
 */
export function expansionsScript(commands: string): string | null {
  const found = [...expansionsIn(commands)];
  if (found.length === 0) return null;
  return inRestrictedShell(found.map((one) => `: "${one}"\n`).join(''));
}

/** The outermost `${…}` and `$((…))` that are not quoted. */
function* expansionsIn(text: string): Generator<string> {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\' && !quoted) at++;
    else if (text[at] === "'") quoted = !quoted;
    else if (!quoted && (text.startsWith('${', at) || text.startsWith('$((', at))) {
      const end = endOfExpansion(text, at + 1);
      yield text.slice(at, end);
      at = end - 1;
    }
  }
}

/** After the bracket that closes the one at `start`. */
function endOfExpansion(text: string, start: number): number {
  const [open, close] = text[start] === '{' ? ['{', '}'] : ['(', ')'];
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === open) depth++;
    else if (text[at] === close && --depth === 0) return at + 1;
  }
  return text.length;
}

/** Names that commands assign to. */
export function assignedNames(commands: string): ReadonlySet<string> {
  const found = commands.matchAll(/(?:^|[\s;&|({])([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=/g);
  return new Set([...found].map((match) => match[1] ?? ''));
}

/** A condition of a breakpoint: commands, or what stands inside of `[[ ]]`. */
export function conditionScript(condition: string): string {
  const isCommand = /^\s*(?:\[|\(|!|test\b|true\b|false\b)/.test(condition) || !comparison.test(condition);
  const command = isCommand ? condition : `[[ ${condition} ]]`;
  return `( builtin trap - ERR EXIT DEBUG\n${command}\n) > /dev/null 2>&1\n`;
}

const comparison = /(?:^|\s)(?:==?|!=|=~|<|>|-(?:eq|ne|lt|le|gt|ge))(?:\s|$)|^\s*-[a-zA-Z]\s/;
