/** What every command of the command line is given, and how its end becomes an exit code. */
import type { DebugWorld } from '../debug/main';
import type { Engine } from '../engine/engine';
import type { Settings } from '../protocol/settings';
import type { Problem } from '../result';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { Colours } from './output/colours';

/** Exit codes of the command line, as documented for programs that call it. */
export const exitCodes = { ok: 0, no: 1, usage: 2, nix: 3, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface Output {
  /** Bytes go out as they are. */
  write(text: string | Uint8Array): void;
  readonly colours: Colours;
}

export interface CommandLine {
  /** Absolute. */
  readonly cwd: string;
  /** What was asked for: nothing else is written here. */
  readonly stdout: Output;
  /** Progress, notices and errors. */
  readonly stderr: Output;
  /** Whether a person is at standard input. */
  readonly interactive: boolean;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  readonly parse: (text: string) => SyntaxTree;
  /** The engine over the user's Nix with these options; ended by the caller of the command. */
  engine(nix: Settings['nix'], phases?: Pick<Settings['phases'], 'isolation'>): Engine;
  /** Runs the language server on standard input and output until the client ends it. */
  serve(): Promise<void>;
  /** Runs the debug adapter on them until the client ends it; what the client launches is evaluated by these. */
  serveDebug(launched: Pick<DebugWorld, 'open' | 'debugEvaluation'>): Promise<void>;
  /** Set by a command when it ends. */
  exitCode: ExitCode;
}

/** Writes an expected failure for a person and gives its exit code. */
export function report(cli: CommandLine, problem: Problem): ExitCode {
  // The user who interrupts, or closes what reads us, knows why it ends.
  if (problem.code === 'cancelled' || cli.signal.aborted) return exitCodes.interrupted;
  const { colours } = cli.stderr;
  cli.stderr.write(`${colours.red('error:')} ${problem.message}\n`);
  if (problem.advice !== null) cli.stderr.write(`${problem.advice}\n`);
  return exitCodeOf(problem);
}

const usageCodes: ReadonlySet<string> = new Set([
  'usage',
  'no-such-file',
  'no-such-source',
  'wrong-url',
  'no-tag',
  'unreadable-file',
  'not-text',
  'no-derivation',
  'several-derivations',
  'unknown-phase',
  'no-session',
  'phase-not-run',
  'not-unpacked',
  'no-patch-phase',
  'derivation-unreadable',
]);

export function exitCodeOf(problem: Problem): ExitCode {
  if (problem.code === 'nix-missing' || problem.code === 'nix-unusable') return exitCodes.nix;
  if (problem.code === 'cancelled') return exitCodes.interrupted;
  return usageCodes.has(problem.code) ? exitCodes.usage : exitCodes.no;
}

/** One JSON document on standard output. */
export function writeJson(cli: CommandLine, value: unknown): void {
  cli.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
