/** A program of a built output as a task of its own, in a terminal of its own: what it reads and prints is a real terminal's. */
import {
  ProcessExecution,
  Task,
  TaskPanelKind,
  TaskRevealKind,
  TaskScope,
  tasks,
  type CancellationToken,
  type WorkspaceFolder,
} from 'vscode';
import type { BuildResult } from '../../../server/src/protocol/model';
import { chosenProgram, programsOf } from '../again/programs';
import type { LanguageServer } from '../languageServer';
import type { TerminalEnd } from './buildTerminal';

/** The program's name, null for the main one; and the words behind it. */
export interface WantedProgram {
  readonly name: string | null;
  readonly words: readonly string[];
}

/** Runs the program that a build made until it ends, or until the token says so. */
export async function runBuilt(
  server: LanguageServer,
  { drvPath }: BuildResult,
  wanted: WantedProgram,
  folder: WorkspaceFolder | undefined,
  token: CancellationToken,
): Promise<TerminalEnd> {
  const answer = await programsOf(server, drvPath);
  const { programs } = answer;
  const program =
    wanted.name === null
      ? await chosenProgram(answer)
      : (programs.find(({ name }) => name === wanted.name) ?? null);
  if (program === null) return { exitCode: 1, words: missing(wanted.name, programs) };
  const exitCode = await ended(taskOf(program, wanted.words, folder), token);
  const words = exitCode === null ? 'was ended' : `ended with exit code ${exitCode}`;
  return { exitCode: exitCode ?? 1, words: `${program.path} ran in a terminal of its own and ${words}.` };
}

function missing(name: string | null, programs: readonly { readonly name: string }[]): string {
  if (programs.length === 0) return 'Its outputs hold no program.';
  const names = programs.map((program) => program.name).join(', ');
  return name === null
    ? 'No program was chosen.'
    : `Its outputs hold no program ${name}. They hold: ${names}.`;
}

function taskOf(
  { name, path }: { readonly name: string; readonly path: string },
  words: readonly string[],
  folder: WorkspaceFolder | undefined,
): Task {
  const options = folder === undefined ? {} : { cwd: folder.uri.fsPath };
  const execution = new ProcessExecution(path, [...words], options);
  const task = new Task({ type: 'process' }, folder ?? TaskScope.Workspace, name, 'phasewise', execution, []);
  task.presentationOptions = {
    ...{ reveal: TaskRevealKind.Always, focus: false, panel: TaskPanelKind.Dedicated },
    ...{ clear: true, showReuseMessage: false },
  };
  return task;
}

/** Its exit code; null when it has none, as it was ended. */
async function ended(task: Task, token: CancellationToken): Promise<number | null> {
  const execution = await tasks.executeTask(task);
  const stopping = token.onCancellationRequested(() => execution.terminate());
  if (token.isCancellationRequested) execution.terminate();
  try {
    return await new Promise<number | null>((resolve) => {
      const told = [
        tasks.onDidEndTaskProcess((event) => {
          if (event.execution === execution) finish(event.exitCode ?? null);
        }),
        // It could not be started.
        tasks.onDidEndTask((event) => {
          if (event.execution === execution) finish(null);
        }),
      ];
      const finish = (exitCode: number | null): void => {
        for (const listener of told) listener.dispose();
        resolve(exitCode);
      };
    });
  } finally {
    stopping.dispose();
  }
}
