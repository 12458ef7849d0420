/** Whether a log that goes on shows that something else went wrong than what a rule found. Pure. */
import { isConsequence, isException, isFailedTest, isStop } from '../errorLines';
import { regExpText } from '../../regExpText';
import type { Finding } from './rule';

const warning = /: warning: |^warning: /i;
/** By their own words no reason to stop: a probe, what `$(shell …)` of a Makefile said. */
const remarks = /^-- |^g?make(?:\[\d+\])?: (?!\*\*\*)|^\s*checking /i;
const importError = /^(?:ModuleNotFound|Import)Error: /;
/** Python's two ways of chaining: the second exception was meant to say what the first means. */
const meanwhile = /^During handling of the above exception, another exception occurred:$/;
const directCause = /^The above exception was the direct cause of the following exception:$/;
/** `pkg_check_modules(… REQUIRED)`: the module was named just before. */
const requiredModule = /^\s+(?:A required package was|The following required packages were) not found/;
const configured = /^-- (?:Configuring|Generating) done/;
/** How many lines may stand between what configure asked and what it says of that when it stops. */
const mostBetween = 4;

/**
 * What stands where a tool stopped counts in any case. What a build may do without does not, when a later error does not name it and
 * nothing says before that something stopped because of it.
 */
export function isOverruled(lines: readonly string[], finding: Finding): boolean {
  const { line } = finding;
  const own = lines[line];
  if (own === undefined || finding.decides === true || isCertain(lines, line)) return false;
  const inPassing = isInPassing(lines, line);
  const chains = isException(own) ? (importError.test(own) ? [directCause] : [directCause, meanwhile]) : [];
  for (let index = line + 1; index < lines.length; index++) {
    const text = lines[index] ?? '';
    if (chains.some((chain) => chain.test(text))) return false;
    if (isConsequence(text)) return inPassing && !/\b127$/.test(text);
    if (inPassing && configured.test(text)) return true;
    if (isStop(text) || isException(text) || (inPassing && isFailedTest(text))) {
      return !isAbout(finding, own, block(lines, index)) && !isJustAsked(text, index - line);
    }
  }
  return isWarning(lines, line);
}

function isCertain(lines: readonly string[], line: number): boolean {
  const text = lines[line] ?? '';
  return (isStop(text) && !isException(text)) || headOf(lines, line).startsWith('CMake Error');
}

function isInPassing(lines: readonly string[], line: number): boolean {
  const text = lines[line] ?? '';
  if (remarks.test(text) || isWarning(lines, line)) return true;
  return importError.test(text) && lines.slice(line + 1, line + 3).some((next) => meanwhile.test(next));
}

/** Nothing fails by a warning: it counts only when what fails names it. */
function isWarning(lines: readonly string[], line: number): boolean {
  return warning.test(lines[line] ?? '') || headOf(lines, line).startsWith('CMake Warning');
}

/** The line that what is indented stands below. */
function headOf(lines: readonly string[], line: number): string {
  let head = line;
  while (head > 0 && /^(?:\s|$)/.test(lines[head] ?? '')) head--;
  return lines[head] ?? '';
}

/** A line and what belongs to it: what is indented below; of CMake, which does not indent all, what comes before its next words. */
function block(lines: readonly string[], line: number): readonly string[] {
  const next = lines[line]?.startsWith('CMake Error') === true ? /^(?:-- |CMake |See also )/ : /^\S/;
  const length = lines.slice(line + 1).findIndex((text) => next.test(text));
  return lines.slice(line, length < 0 ? undefined : line + 1 + length);
}

function isAbout({ remedy, about }: Finding, own: string, said: readonly string[]): boolean {
  const name = about ?? (remedy?.kind === 'input' ? remedy.wanted.name : null);
  const exception = /^([\w.]+(?:Error|Exception)): /.exec(own)?.[1];
  return said.some(
    (text) =>
      (name !== null && names(text, name)) ||
      (exception !== undefined && text.includes(exception)) ||
      (/^--\s+(?:Package|No package|Requested)\b/.test(own) && requiredModule.test(text)),
  );
}

/** Also in other letters, without `lib` and without the version: configure says "OpenSSL" where it asked for `libssl-3`. */
function names(text: string, name: string): boolean {
  const stem = name
    .toLowerCase()
    .replace(/^lib/, '')
    .replace(/[-.\d+]+$/, '');
  const word =
    stem.length < 3 ? `${regExpText(name.toLowerCase())}(?![a-z\\d])` : `(?:lib)?${regExpText(stem)}`;
  return new RegExp(`(?<![a-z\\d])${word}`).test(text.toLowerCase());
}

/** configure asks one thing after the other: when it stops, it is about the last. */
function isJustAsked(text: string, distance: number): boolean {
  return text.startsWith('configure: error:') && distance <= mostBetween;
}
