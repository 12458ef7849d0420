/**
 * What compilers and build tools say of files in a log: gcc and clang, rustc, go, python, make, cmake, meson. Pure; line by line. The
 * wordings are those of the tools' own output; paths stay as they are printed.
 */
import { withoutColours } from './phaseLog';

export interface LogProblem {
  /** As printed, below `directory` when it is relative. */
  readonly file: string;
  /** Where make said that it works; null when it said nothing. */
  readonly directory: string | null;
  /** 0-based. */
  readonly line: number;
  /** 0-based; null when the tool names none. */
  readonly column: number | null;
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  readonly tool: 'cc' | 'rustc' | 'go' | 'python' | 'make' | 'cmake' | 'meson';
}

const mostProblems = 200;
/** Longer lines are data, not messages. */
const longestLine = 2000;
/** A line without any of these is no tool's message; most lines of a log end here. */
const interesting =
  /error|warning|ERROR|\*\*\*|:\d+|File "|-->|ntering directory|eaving directory|Error|^[^\S\n]{2}/m;

const compiler = /^(\S[^:]*?):(\d+):(?:(\d+):)? (fatal error|error|warning|note): (.+)$/;
const go = /^(?:vet: )?(\S[^:]*\.go):(\d+):(?:(\d+):)? (.+)$/;
const makefile = /^(\S[^:]*):(\d+): \*\*\* (.+?)\.?(?: {2}Stop\.)?$/;
const makeDirectory = /^g?make(?:\[\d+\])?: (Entering|Leaving) directory ['`](.+)'$/;
const meson = /^(\S*meson(?:\.build|_options\.txt|\.options)):(\d+):(\d+): (ERROR|WARNING): (.+)$/;
const cmake = /^CMake (Error|Warning)(?: \(dev\))? at (.+?):(\d+) \(.*\):$/;
const rustHead = /^(error|warning)(?:\[\w+\])?: (.+)$/;
const rustPlace = /^\s*--> (.+?):(\d+):(\d+)$/;
const pythonFrame = /^\s+File "(.+?)", line (\d+)(?:, in .*)?$/;
const pythonError = /^(?:[\w.]+(?:Error|Exception|Warning|Interrupt|Exit)|SystemExit)(?:: .*)?$/;

type Place = Pick<LogProblem, 'file' | 'line' | 'column'>;
type Severity = LogProblem['severity'];

export class LogProblems {
  private readonly found = new Map<string, LogProblem>();
  private readonly directories: string[] = [];
  private rust: { readonly severity: Severity; readonly message: string } | null = null;
  private cmake: { readonly severity: Severity; readonly place: Place } | null = null;
  private frame: Place | null = null;
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
    if (!interesting.test(whole)) return this.other();
    const lines = whole.split('\n');
    lines.pop();
    for (const line of lines) this.line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  line(printed: string): void {
    if (printed.length > longestLine || !interesting.test(printed)) return this.other();
    const text = withoutColours(printed).trimEnd();
    if (this.directory(text) || this.continued(text)) return;
    this.simple(text);
  }

  /** Of another phase: what was begun is not continued. */
  phase(): void {
    if (this.unfinished !== '') this.text('\n');
    this.directories.length = 0;
    this.other();
  }

  private other(): void {
    this.rust = null;
    // CMake leaves an empty line before its words.
  }

  private directory(text: string): boolean {
    const [, which, folder = ''] = makeDirectory.exec(text) ?? [];
    if (which === 'Entering') this.directories.push(folder);
    else if (which === 'Leaving') this.directories.pop();
    return which !== undefined;
  }

  /** Messages of more than one line. */
  private continued(text: string): boolean {
    if (this.cmake !== null && text.startsWith('  ')) {
      this.add(this.cmake.place, this.cmake.severity, text.trim(), 'cmake');
      this.cmake = null;
      return true;
    }
    const place = rustPlace.exec(text);
    if (place !== null) {
      if (this.rust !== null) this.add(placeIn(place), this.rust.severity, this.rust.message, 'rustc');
      this.rust = null;
      return true;
    }
    const frame = pythonFrame.exec(text);
    if (frame !== null) {
      // Of a traceback the innermost frame that is no library's.
      const { file } = placeIn(frame);
      if (this.frame === null || !/^<|\/site-packages\/|\/lib\/python\d/.test(file))
        this.frame = placeIn(frame);
      return true;
    }
    if (this.frame !== null && pythonError.test(text)) {
      this.add(this.frame, 'error', text, 'python');
      this.frame = null;
      return true;
    }
    return false;
  }

  private simple(text: string): void {
    const ofMeson = meson.exec(text);
    if (ofMeson !== null)
      return this.add(
        placeIn(ofMeson),
        ofMeson[4] === 'ERROR' ? 'error' : 'warning',
        ofMeson[5] ?? '',
        'meson',
      );
    const ofCompiler = compiler.exec(text);
    if (ofCompiler !== null)
      return this.add(placeIn(ofCompiler), severityOf(ofCompiler[4] ?? ''), ofCompiler[5] ?? '', 'cc');
    const ofMake = makefile.exec(text);
    if (ofMake !== null)
      return this.add({ ...placeIn(ofMake), column: null }, 'error', ofMake[3] ?? '', 'make');
    const ofGo = go.exec(text);
    if (ofGo !== null) return this.add(placeIn(ofGo), 'error', ofGo[4] ?? '', 'go');
    const ofCmake = cmake.exec(text);
    if (ofCmake !== null) {
      const place = { file: ofCmake[2] ?? '', line: Number(ofCmake[3]) - 1, column: null };
      this.cmake = { severity: ofCmake[1] === 'Error' ? 'error' : 'warning', place };
      return;
    }
    const head = rustHead.exec(text);
    this.rust = head === null ? null : { severity: severityOf(head[1] ?? ''), message: head[2] ?? '' };
  }

  private add(place: Place, severity: Severity, message: string, tool: LogProblem['tool']): void {
    if (place.line < 0 || this.found.size >= mostProblems) return;
    const problem = { ...place, directory: this.directories.at(-1) ?? null, severity, message, tool };
    this.found.set(JSON.stringify(problem), problem);
  }
}

/** Of a match: file, line from 1, and column from 1 where there is one. */
function placeIn([, file = '', line, column]: RegExpExecArray): Place {
  return {
    file,
    line: Number(line) - 1,
    column: column === undefined || !/^\d+$/.test(column) ? null : Math.max(0, Number(column) - 1),
  };
}

function severityOf(word: string): Severity {
  return word === 'warning' ? 'warning' : word === 'note' ? 'information' : 'error';
}
