/** What the tests of the debugger share: a derivation in a workspace of its own, and a client that debugs it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { derivation, makeWorkspace } from '../cli/workspace';
import { processesWith } from '../support/commandLine';
import { DebugClient } from './client';

export interface Debugged {
  readonly client: DebugClient;
  readonly file: string;
  readonly folder: string;
  /** Of another program that works on the same sessions. */
  readonly env: Readonly<Record<string, string>>;
  /** 1-based line of the file that holds this text; of several the one of this number. */
  readonly line: (text: string, number?: number) => number;
  /** Where the shell stands, as the trimmed line of the `.nix` file. */
  readonly text: (threadId?: number) => Promise<string>;
}

/** The builder's bash, where it is to be another than the usual one (`npm run test:bash-versions`). */
const bash = process.env['PHASEWISE_TEST_BASH'];
const otherBash = bash === undefined ? '' : `  realBuilder = "${bash}";`;

/** Debugs a derivation with these attributes; afterwards nothing of it is left. */
export async function debugging(
  attributes: string,
  use: (debugged: Debugged) => Promise<void>,
  unique?: string,
): Promise<void> {
  const workspace = makeWorkspace();
  const file = workspace.write('package.nix', derivation(`${otherBash}${attributes}`, unique));
  const client = new DebugClient(workspace.env);
  const lines = readFileSync(file, 'utf8').split('\n');
  const line = (text: string, number = 1): number => {
    const found = lines.flatMap((one, index) => (one.includes(text) ? [index + 1] : []));
    assert.ok(found[number - 1], `no line with ${text}`);
    return found[number - 1]!;
  };
  const text = async (threadId = 1): Promise<string> => {
    const [frame] = await client.frames(threadId);
    assert.equal(frame?.source?.path, file, `it stands in ${JSON.stringify(frame)}`);
    return lines[frame.line - 1]?.trim() ?? '';
  };
  try {
    await use({ client, file, folder: workspace.folder, env: workspace.env, line, text });
  } catch (error) {
    // What the phases said tells most.
    throw new Error(
      `${error instanceof Error ? (error.stack ?? '') : String(error)}\n${client.output()}${client.stderr}`,
    );
  } finally {
    await client.close();
    assert.deepEqual(processesWith(join(workspace.env['XDG_STATE_HOME'] ?? '', 'phasewise')), []);
    workspace.dispose();
  }
}
