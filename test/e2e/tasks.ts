/** Tasks as the end-to-end tests run them. */
import assert from 'node:assert/strict';
import { tasks, type Task } from 'vscode';

/** Runs a task to its end and gives its exit code. */
export async function exitCode(task: Task): Promise<number | undefined> {
  const ended = endOf(task.name);
  await tasks.executeTask(task);
  return ended;
}

/** The exit code of the next task of this name that ends. */
export function endOf(name: string): Promise<number | undefined> {
  return new Promise<number | undefined>((resolve) => {
    const listening = tasks.onDidEndTaskProcess((event) => {
      if (event.execution.task.name !== name) return;
      listening.dispose();
      resolve(event.exitCode);
    });
  });
}

/** The task of Phasewise with this name. */
export async function task(name: string): Promise<Task> {
  const all = await tasks.fetchTasks({ type: 'phasewise' });
  const found = all.find((candidate) => candidate.name === name);
  assert.ok(found, `no task ${name} in ${all.map((candidate) => candidate.name).join()}`);
  return found;
}
