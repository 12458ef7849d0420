/** What this Nix says of its own builtins: `nix __dump-language`, on older ones `nix __dump-builtins`. */
import type { NixContext } from './commandLine';

const timeoutMs = 20_000;

export interface BuiltinDocumentation {
  readonly name: string;
  /** Names of the arguments; empty for a constant. */
  readonly arguments: readonly string[];
  /** Markdown. */
  readonly text: string;
}

/** By name without `builtins.`; empty when this Nix does not tell. */
export async function readBuiltins(
  { runner, installation, environment }: NixContext,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, BuiltinDocumentation>> {
  for (const command of ['__dump-language', '__dump-builtins']) {
    const chunks: Uint8Array[] = [];
    // Nix knows these words only as its one argument.
    const result = await runner.run(installation.programs.nix, [command], {
      env: environment,
      cwd: '/',
      timeoutMs,
      signal,
      onStdout: (chunk) => chunks.push(chunk),
    });
    if (result.exitCode === 0) return parseBuiltins(Buffer.concat(chunks).toString('utf8'));
  }
  return new Map();
}

/** Both forms of the answer: `{ name: … }`, and `{ builtins: { name: … }, constants: { name: … } }`. */
export function parseBuiltins(json: string): ReadonlyMap<string, BuiltinDocumentation> {
  const found = new Map<string, BuiltinDocumentation>();
  const all = fieldsOf(parsed(json));
  const constants = fieldsOf(all['constants']);
  const functions = 'constants' in all ? fieldsOf(all['builtins']) : all;
  for (const [name, value] of [...Object.entries(functions), ...Object.entries(constants)]) {
    const { args, doc } = fieldsOf(value);
    const names = Array.isArray(args) ? args.filter((arg) => typeof arg === 'string') : [];
    found.set(name, { name, arguments: names, text: typeof doc === 'string' ? doc.trim() : '' });
  }
  return found;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // A Nix that answers otherwise has nothing to tell us.
    return null;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
