/** What who debugs a phase is told by it, and can have it do. */

/** Where shells of a phase are to stop. */
export interface StopPoints {
  /** `FILE:LINE` as bash names them: absolute path, 1-based line. */
  readonly lines: ReadonlySet<string>;
  /** Functions, stopped in when they are entered. */
  readonly functions: readonly string[];
  /** Phases and hooks, stopped in at their first command. */
  readonly entries: readonly string[];
  /** Whether a command that fails stops before it ends the phase. */
  readonly stopOnFailure: boolean;
  /** Whether the phase's shell stops when it ends otherwise: `exit`, or an error of bash's. */
  readonly stopOnEnd: boolean;
  /** Given: stops at the next command, with this as the reason. */
  readonly stopSoon: 'entry' | 'step' | 'pause' | 'output' | null;
  /** Whether steps pass over what the store brings: stdenv and setup hooks. */
  readonly skipStore: boolean;
}

/**
 * `in`, `over`, `out`: to the next command there; `ignore`: past the failure; `skip`: past the command; `on`: as it went before
 * it stopped.
 */
export type ResumeMode = 'continue' | 'in' | 'over' | 'out' | 'ignore' | 'skip' | 'on';

export interface StoppedFrame {
  /** bash's name: a function, `source` or `main`. */
  readonly functionName: string;
  /** As bash names it; a phase's or hook's text is a file of the texts folder. */
  readonly file: string;
  /** 1-based, as bash counts. */
  readonly line: number;
}

export interface ShellStop {
  /** Process id as the shell itself knows it. */
  readonly pid: number;
  /** Whether it is the phase's own shell; else a subshell of it. */
  readonly isMain: boolean;
  readonly reason: 'point' | 'step' | 'error' | 'end' | 'entry' | 'pause' | 'output';
  /** `$?` before the command; of `error` the status of the command. */
  readonly exitCode: number;
  /** As bash prints it. */
  readonly command: string;
  /** Whether the innermost function was just entered, as far as the shell could see; of an `end`: whether the ERR trap is the phase's own. */
  readonly entered: boolean;
  /** Of a `point`: whether a step would have stopped there, too. */
  readonly alsoStep: boolean;
  readonly directory: string;
  /** `$-` */
  readonly options: string;
  /** Innermost first. */
  readonly frames: readonly StoppedFrame[];
  /** What the shell itself calls the innermost frame's file, as in its messages; empty without a frame. */
  readonly shellFile: string;
}

export interface ScriptAnswer {
  /** Null when the shell ended meanwhile. */
  readonly exitCode: number | null;
  /** Standard output and error. */
  readonly output: Buffer;
}

/** A phase that runs and may be stopped. */
export interface DebuggedPhase {
  readonly phase: string;
  /** Folder of the texts of phases and hooks: `NAME.sh`. */
  readonly textsFolder: string;
  /** Folder of the driver's own scripts: what stands in them is not theirs. */
  readonly driverFolder: string;
  /** Lets a stopped shell go on. */
  resume(pid: number, mode: ResumeMode, points: StopPoints): Promise<void>;
  /** Runs bash text in a stopped shell's frame, without errexit. */
  run(pid: number, script: string): Promise<ScriptAnswer>;
  /** Changes where to stop; a shell that runs sees it at its next command. */
  update(points: StopPoints): Promise<void>;
  /** Command lines of what runs below the phase's shell. */
  programs(): Promise<readonly string[]>;
}

export interface PhaseDebugger {
  /** Before a phase begins. */
  begin(phase: DebuggedPhase): Promise<StopPoints>;
  stopped(phase: DebuggedPhase, stop: ShellStop): void;
  /** After its end; what it was asked is answered. */
  ended(phase: DebuggedPhase): void;
}
