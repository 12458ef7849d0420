/** What a tool says of a place in a file, and how tools are listened to. Pure. */

export interface Place {
  /** As printed. */
  readonly file: string;
  /** 0-based. */
  readonly line: number;
  /** 0-based; null when the tool names none. */
  readonly column: number | null;
}

export type Severity = 'error' | 'warning' | 'information';

export interface Said extends Place {
  readonly severity: Severity;
  readonly message: string;
  /** Import path of the package whose folder `file` is in; its beginning names the module. */
  readonly goPackage?: string;
  readonly tool: 'cc' | 'rustc' | 'go' | 'python' | 'make' | 'cmake' | 'meson';
}

/** Listens to one tool, line by line. */
export interface ToolWords {
  /** What the line, without colours, says; null when it is none of the tool's. */
  line(text: string): readonly Said[] | null;
  /** Whether whatever comes next belongs to what was begun, so that no line may be left out. */
  readonly waits?: boolean;
  /** The log ends here, or begins anew: what was kept back. */
  end?(): readonly Said[];
  /** Lines that are no tool's came between. */
  other?(): void;
}

export const nothing: readonly Said[] = [];

export function said(
  { file, line, column }: Place,
  severity: Severity,
  message: string,
  tool: Said['tool'],
): readonly Said[] {
  return [{ file, line, column, severity, message, tool }];
}

/** Of a match: file, line from 1, and column from 1 where there is one. */
export function placeIn([, file = '', line, column]: RegExpExecArray): Place {
  return {
    file,
    line: Number(line) - 1,
    column: column === undefined || !/^\d+$/.test(column) ? null : Math.max(0, Number(column) - 1),
  };
}

/** The same, where no column stands. */
export function lineIn(match: RegExpExecArray): Place {
  return { ...placeIn(match), column: null };
}

export function severityOf(word: string): Severity {
  return word === 'warning' ? 'warning' : word === 'note' ? 'information' : 'error';
}
