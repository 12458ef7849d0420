/** What Nix's own parser says of texts and files. */
import { bareFailure, toFailure, withoutPrefix } from './evaluationFailure';
import type { NixContext } from './commandLine';
import { internalJsonArguments, runWithLog, settingArguments } from './commandLine';
import type { NixMessage } from './internalJson';
import type { EvaluationFailure } from './nix';
import type { ProcessResult } from './process';
import { realPath } from './realPath';

const timeoutMs = 20_000;

/** See `Nix.parse`. The text is standard input: it needs no file, and places have no file. */
export async function parse(
  context: NixContext,
  text: string,
  signal: AbortSignal,
): Promise<EvaluationFailure | null> {
  const words: string[] = [];
  const { result, error } = await askParser(context, ['-'], signal, { stdin: text, words });
  if (result.exitCode === 0) return null;
  if (error !== null) {
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

/**
 * See `Nix.parsing`. Nix reads one after the other and ends at the first that it refuses, whose name is in its message; where it
 * does not name one, halves are asked.
 */
export async function parsingFiles(
  context: NixContext,
  files: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const parsing = new Set<string>();
  const waiting = [files];
  for (let batch = waiting.pop(); batch !== undefined; batch = waiting.pop()) {
    if (batch.length === 0) continue;
    const { result, error } = await askParser(context, batch, signal, {});
    if (result.ended === 'cancelled' || result.ended === 'notStarted') break;
    const isFine = result.exitCode === 0;
    const refused = isFine ? batch.length : indexOfFile(batch, error?.position?.file ?? null);
    for (const file of batch.slice(0, Math.max(refused, 0))) parsing.add(file);
    if (refused >= 0) waiting.push(batch.slice(refused + 1));
    else if (batch.length > 1) {
      const middle = Math.floor(batch.length / 2);
      waiting.push(batch.slice(middle), batch.slice(0, middle));
    }
  }
  return parsing;
}

/** Nix follows symbolic links before it names a file. */
function indexOfFile(files: readonly string[], named: string | null): number {
  if (named === null) return -1;
  const index = files.indexOf(named);
  return index >= 0 ? index : files.findIndex((file) => realPath(file) === named);
}

interface ParserInput {
  readonly stdin?: string;
  /** Gets the lines that are no messages. */
  readonly words?: string[];
}

async function askParser(
  context: NixContext,
  files: readonly string[],
  signal: AbortSignal,
  { stdin, words = [] }: ParserInput,
): Promise<{ readonly result: ProcessResult; readonly error: NixMessage | null }> {
  const errors: NixMessage[] = [];
  const result = await runWithLog(
    context.runner,
    context.installation.programs.nixInstantiate,
    // Parsing asks nothing of the store, but the program opens one.
    [
      '--parse',
      ...internalJsonArguments,
      ...settingArguments({ ...context.settings, store: 'dummy://' }),
      ...files,
    ],
    (record) => {
      if (record.type === 'message' && record.level === 0) errors.push(record);
      else if (record.type === 'plain') words.push(record.text);
    },
    {
      ...{ env: context.environment, cwd: '/', stdin, timeoutMs, graceMs: 200, signal },
      // The syntax tree printed back, which nobody wants.
      onStdout: () => undefined,
    },
  );
  return { result, error: errors[0] ?? null };
}
