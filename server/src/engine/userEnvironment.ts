/** The environment that the user has at a new terminal. */
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import type { ProcessRunner } from '../nix/process';
import { environmentOfUser } from '../phases/momentEnvironment';
import type { PhaseEnvironment } from '../protocol/environmentMessages';

/** How shells take a command as a login shell that a person uses; others are not asked. */
const askable = new Set(['bash', 'zsh', 'sh', 'dash', 'ksh', 'fish']);
const timeoutMs = 10_000;

/** Asks the user's login shell (SHELL) what it exports; what we were started with when it cannot be asked. */
export async function userEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<PhaseEnvironment> {
  return environmentOfUser(await exported(environment, runner, signal));
}

async function exported(
  environment: Readonly<Record<string, string | undefined>>,
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const own = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const shell = own['SHELL'] ?? '';
  if (!askable.has(basename(shell))) return own;
  // What its start files print comes before the mark.
  const mark = `phasewise-${randomBytes(9).toString('hex')}`;
  const command = `printf %s ${mark}; env -0`;
  const ran = await runner.run(shell, ['-l', '-i', '-c', command], { env: own, timeoutMs, signal });
  const at = ran.stdout.indexOf(mark);
  if (ran.exitCode !== 0 || at < 0) return own;
  const lines = ran.stdout.slice(at + mark.length).split('\0');
  const pairs = lines.filter((line) => line.includes('=')).map((line) => splitAt(line, line.indexOf('=')));
  return Object.fromEntries(pairs.filter(([name]) => name !== '_'));
}

function splitAt(line: string, at: number): readonly [string, string] {
  return [line.slice(0, at), line.slice(at + 1)];
}
