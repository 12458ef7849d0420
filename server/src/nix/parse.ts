/** What Nix's own parser says of a text. */
import { bareFailure, toFailure, withoutPrefix } from './evaluationFailure';
import type { NixContext } from './commandLine';
import { internalJsonArguments, runWithLog, settingArguments } from './commandLine';
import type { NixMessage } from './internalJson';
import type { EvaluationFailure } from './nix';

const timeoutMs = 20_000;

/** See `Nix.parse`. The text is standard input: it needs no file, and places have no file. */
export async function parse(
  context: NixContext,
  text: string,
  signal: AbortSignal,
): Promise<EvaluationFailure | null> {
  const errors: NixMessage[] = [];
  const words: string[] = [];
  const result = await runWithLog(
    context.runner,
    context.installation.programs.nixInstantiate,
    // Parsing asks nothing of the store, but the program opens one.
    [
      '--parse',
      ...internalJsonArguments,
      ...settingArguments({ ...context.settings, store: 'dummy://' }),
      '-',
    ],
    (record) => {
      if (record.type === 'message' && record.level === 0) errors.push(record);
      else if (record.type === 'plain') words.push(record.text);
    },
    {
      env: context.environment,
      cwd: '/',
      stdin: text,
      timeoutMs,
      graceMs: 200,
      signal,
      // The syntax tree printed back, which nobody wants.
      onStdout: () => undefined,
    },
  );
  if (result.exitCode === 0) return null;
  const error = errors[0];
  if (error !== undefined) {
    return toFailure(
      error,
      null,
      (position) => ({ ...position, file: null }),
      (message) => message,
    );
  }
  switch (result.ended) {
    case 'cancelled':
      return bareFailure('cancelled', 'Parsing was cancelled.', null);
    case 'timeout':
      return bareFailure('timeout', `Parsing took longer than ${timeoutMs / 1000} s.`, null);
    case 'notStarted':
      return bareFailure('unusable', `nix-instantiate could not be started (${result.startError}).`, null);
    case 'memory':
    case 'exit': {
      const message = withoutPrefix(words.slice(0, 20).join('\n'));
      const kind =
        message.includes('stack overflow') || result.signal === 'SIGSEGV' ? 'stackOverflow' : 'nix';
      return bareFailure(kind, message || 'nix-instantiate ended without a message.', null);
    }
  }
}
