/**
 * What compilers and build tools say of files in a log: gcc, clang and binutils, rustc, go, python, make, cmake, meson. Pure; line by
 * line. The wordings (`tools/`) are those of the tools' own output; paths stay as they are printed.
 */
import { withoutColours } from './phaseLog';
import { CmakeWords } from './tools/cmake';
import { compilerWords } from './tools/compilers';
import { GoWords } from './tools/go';
import { MakeWords } from './tools/make';
import { PythonWords } from './tools/python';
import { RustWords } from './tools/rust';
import type { Said, ToolWords } from './tools/said';

/** `file` is below `directory` when it is relative. */
export interface LogProblem extends Said {
  /** Where make said that it works; null when it said nothing. */
  readonly directory: string | null;
}

const mostProblems = 200;
/** Longer lines are data, not messages. */
const longestLine = 2000;
/** A line without any of these is no tool's message; most lines of a log end here, those with `-Werror` or a time in them, too. */
const interesting =
  // eslint-disable-next-line no-control-regex -- what begins a colour may end a word
  /\D:\d|(?:error|warning)(?:\[\w+\])?[:\u001b]|(?:Error|Exception|Warning|Interrupt|Exit)(?:[:\r\u001b]|$)|\*\*\*|File "|-->|ing directory|undefined reference|Assertion|^E {2}|--- |^=== |^FAIL|^CMake |: recipe for /m;

const makeDirectory = /^g?make(?:\[\d+\])?: (Entering|Leaving) directory ['`](.+)'$/;

export class LogProblems {
  private readonly found = new Map<string, LogProblem>();
  private directories: string[] = [];
  private tools: readonly ToolWords[] = this.listening();
  /** Errors that others than make told of. */
  private errors = 0;
  /** What came after the last newline. */
  private unfinished = '';

  /** In the order of the log, each once. */
  get all(): readonly LogProblem[] {
    return [...this.found.values()];
  }

  get count(): number {
    return this.found.size;
  }

  /** Text of the log as it comes, cut anywhere. */
  text(printed: string): void {
    const end = printed.lastIndexOf('\n') + 1;
    const whole = end === 0 ? '' : this.unfinished + printed.slice(0, end);
    this.unfinished = (end === 0 ? this.unfinished : '') + printed.slice(end);
    if (this.unfinished.length > 2 * longestLine) this.unfinished = this.unfinished.slice(0, longestLine + 1);
    if (whole === '') return;
    if (!this.waits && !interesting.test(whole)) return this.other();
    const lines = whole.split('\n');
    lines.pop();
    for (const line of lines) this.line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  line(printed: string): void {
    if (printed.length > longestLine || (!this.waits && !interesting.test(printed))) return this.other();
    const text = withoutColours(printed).trimEnd();
    if (this.directory(text)) return;
    const waiting = this.waits ? this.tools.filter(({ waits }) => waits === true) : [];
    for (const tool of [...waiting, ...this.tools]) {
      const told = tool.line(text);
      if (told === null) continue;
      told.forEach((one) => this.add(one));
      return;
    }
  }

  /** Of another phase, or at the end: what was begun is not continued. */
  phase(): void {
    if (this.unfinished !== '') this.text('\n');
    for (const tool of this.tools) tool.end?.().forEach((one) => this.add(one));
    this.directories = [];
    this.errors = 0;
    this.tools = this.listening();
  }

  /** The first that takes a line has it; the one with the most to say comes first. */
  private listening(): readonly ToolWords[] {
    return [
      compilerWords,
      new RustWords(),
      new CmakeWords(),
      new PythonWords(),
      new MakeWords(() => this.errors),
      new GoWords(),
    ];
  }

  private get waits(): boolean {
    return this.tools.some(({ waits }) => waits === true);
  }

  private other(): void {
    for (const tool of this.tools) tool.other?.();
  }

  private directory(text: string): boolean {
    const [, which, folder = ''] = makeDirectory.exec(text) ?? [];
    if (which === 'Entering') this.directories.push(folder);
    else if (which === 'Leaving') this.directories.pop();
    return which !== undefined;
  }

  private add(told: Said): void {
    if (told.line < 0 || this.found.size >= mostProblems) return;
    if (told.severity === 'error' && told.tool !== 'make') this.errors++;
    const problem = { ...told, directory: this.directories.at(-1) ?? null };
    this.found.set(JSON.stringify(problem), problem);
  }
}
