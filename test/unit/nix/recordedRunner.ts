/** What three versions of Nix really answered, and a runner that answers so again. `record.ts` writes the files. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ProcessResult, ProcessRunner } from '../../../server/src/nix/process';

export const recordedVersions = ['2.8.0', '2.26.3', '2.34.8'] as const;
/** Stands in recordings for the folders of the machine that recorded. */
export const project = '/project';
export const expressions = '/expressions';
const tagPattern = /phasewise-[0-9a-f-]{36} /g;
const recordedTag = 'phasewise-TAG ';

export interface RecordedRun {
  /** The program and whether it was given `--eval`, `--parse`, `--realise`, … */
  readonly command: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
}
/** Case to its runs, in order. */
export type Recording = Readonly<Record<string, readonly RecordedRun[]>>;

export function recordingFile(version: string): string {
  return join(__dirname, 'recorded', `${version}.json`);
}

export function readRecording(version: string): Recording {
  return JSON.parse(readFileSync(recordingFile(version), 'utf8')) as Recording;
}

function commandOf(program: string, args: readonly string[]): string {
  return `${basename(program)} ${args.find((arg) => arg.startsWith('--')) ?? ''}`;
}

/** Runs with `runner` and puts each run into `runs`, its folders replaced. */
export function recordingRunner(
  runner: ProcessRunner,
  runs: RecordedRun[],
  folders: readonly (readonly [string, string])[],
): ProcessRunner {
  const clean = (text: string) =>
    folders.reduce((all, [from, to]) => all.replaceAll(from, to), text).replaceAll(tagPattern, recordedTag);
  return {
    run: async (program, args, options = {}) => {
      const { onStderr, onStdout, ...rest } = options;
      const result = await runner.run(program, args, { ...rest, maxOutputBytes: undefined });
      onStderr?.(Buffer.from(result.stderr));
      onStdout?.(Buffer.from(result.stdout));
      runs.push({
        command: commandOf(program, args),
        stdout: clean(result.stdout),
        stderr: clean(result.stderr),
        exitCode: result.exitCode,
        signal: result.signal,
      });
      return result;
    },
  };
}

/** Answers with the runs in their order; a question that was not recorded fails the test. */
export function replayingRunner(runs: readonly RecordedRun[]): ProcessRunner {
  let next = 0;
  return {
    run: (program, args, options = {}): Promise<ProcessResult> => {
      const run = runs[next];
      next += 1;
      if (run?.command !== commandOf(program, args)) {
        throw new Error(
          `Run ${next} was ${run?.command ?? 'not recorded'}, asked is ${commandOf(program, args)}`,
        );
      }
      const tag = args.join('\n').match(tagPattern)?.[0] ?? recordedTag;
      const stderr = Buffer.from(run.stderr.replaceAll(recordedTag, tag));
      // In pieces, as a pipe gives them.
      for (let from = 0; from < stderr.length; from += 1000)
        options.onStderr?.(stderr.subarray(from, from + 1000));
      options.onStdout?.(Buffer.from(run.stdout));
      return Promise.resolve({
        exitCode: run.exitCode,
        signal: run.signal,
        stdout: run.stdout,
        stderr: '',
        truncated: false,
        ended: 'exit',
        startError: null,
      });
    },
  };
}

/** Name to the text that is evaluated (`evaluate`), parsed (`parse`) or built (`build`). */
export const recordedCases: Readonly<
  Record<string, { readonly ask: 'evaluate' | 'parse' | 'build'; readonly text: string }>
> = {
  set: {
    ask: 'evaluate',
    text: `let make = name: derivation { inherit name; system = "x"; builder = "/bin/sh"; };
in {
  good = make "good";
  bad = 1 + "x";
  gone = throw "it is gone: é";
  last = builtins.trace "seen" (make "last");
}
`,
  },
  recursion: { ask: 'evaluate', text: 'let\n  a = b;\n  b = a;\nin a\n' },
  syntax: { ask: 'evaluate', text: '{\n  x = ;\n}\n' },
  source: {
    ask: 'evaluate',
    text: 'derivation {\n  name = "a"; system = "x"; builder = "/bin/sh";\n  src = ./nosuch;\n}\n',
  },
  parse: { ask: 'parse', text: '{\n  "é" = ;\n}\n' },
  built: {
    ask: 'build',
    text: `derivation { name = "recorded"; system = builtins.currentSystem; builder = "/bin/sh"; time = toString builtins.currentTime;
  args = [ "-c" "echo one; echo '@nix { \\"action\\": \\"setPhase\\", \\"phase\\": \\"buildPhase\\" }'; echo two; echo x > $out" ]; }`,
  },
  failed: {
    ask: 'build',
    text: `derivation { name = "recorded-bad"; system = builtins.currentSystem; builder = "/bin/sh"; time = toString builtins.currentTime;
  input = derivation { name = "recorded-input"; system = builtins.currentSystem; builder = "/bin/sh"; time = toString builtins.currentTime; args = [ "-c" "echo help; exit 3" ]; }; }`,
  },
  mismatch: {
    ask: 'build',
    text: `derivation { name = "recorded-\${toString builtins.currentTime}"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo x > $out" ];
  outputHashMode = "flat"; outputHashAlgo = "sha256"; outputHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; }`,
  },
};
