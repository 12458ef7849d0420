/** What the store knows of paths: whether they are valid, since when, and their size. */
import type { NixContext } from './commandLine';
import { settingArguments } from './commandLine';
import { isAtLeast } from './nixVersion';

export interface PathInfo {
  /** Seconds since the epoch at which it was built or fetched; null where Nix does not tell. */
  readonly registered: number | null;
  /** Bytes of its contents as Nix counts them; null where Nix does not tell. */
  readonly bytes: number | null;
}

/** Paths on one command line. */
const batchSize = 500;

/** The valid ones of these paths. Null when the store cannot be asked. */
export async function pathInfos(
  context: NixContext,
  storePaths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PathInfo> | null> {
  const infos = new Map<string, PathInfo>();
  for (let from = 0; from < storePaths.length; from += batchSize) {
    const known = await askInfos(context, storePaths.slice(from, from + batchSize), signal);
    if (known === null) return null;
    for (const [path, info] of known) infos.set(path, info);
  }
  return infos;
}

async function askInfos(
  context: NixContext,
  storePaths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PathInfo> | null> {
  const { storeDir, programs, version } = context.installation;
  // Without a format, Nix says since 2.33 that it will refuse one day.
  const format = isAtLeast(version, 2, 33) ? ['--json-format', '1'] : [];
  const { exitCode, stdout } = await context.runner.run(
    programs.nix,
    [
      ...['path-info', '--json', ...format, '--extra-experimental-features', 'nix-command'],
      ...settingArguments(context.settings),
      // Of the store itself: what a substituter has is not valid here.
      ...['--option', 'substitute', 'false'],
      ...storePaths,
    ],
    { env: context.environment, cwd: '/', timeoutMs: 120_000, signal },
  );
  return exitCode === 0 ? parsePathInfo(stdout, storeDir) : null;
}

/**
 * Reads `nix path-info --json`: a list with `path` up to Nix 2.18, then a record by path, since 2.33 one whose names lack the
 * store's folder, below `info`. Pure. Null for any other text.
 */
export function parsePathInfo(text: string, storeDir: string): ReadonlyMap<string, PathInfo> | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const infos = new Map<string, PathInfo>();
  for (const [name, entry] of entriesOf(value) ?? []) {
    if (typeof entry !== 'object' || entry === null || ('valid' in entry && entry.valid === false)) continue;
    const { registrationTime, narSize } = entry as {
      readonly registrationTime?: unknown;
      readonly narSize?: unknown;
    };
    const path = name.startsWith('/') ? name : `${storeDir}/${name}`;
    infos.set(path, { registered: positive(registrationTime), bytes: positive(narSize) });
  }
  return entriesOf(value) === null ? null : infos;
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] | null {
  if (Array.isArray(value))
    return value.flatMap((entry: unknown) =>
      typeof entry === 'object' && entry !== null && 'path' in entry && typeof entry.path === 'string'
        ? [[entry.path, entry] as const]
        : [],
    );
  if (typeof value !== 'object' || value === null) return null;
  if ('info' in value && typeof value.info === 'object' && value.info !== null)
    return Object.entries(value.info);
  return Object.entries(value);
}

/** Nix writes 0 where it does not know. */
function positive(value: unknown): number | null {
  return typeof value === 'number' && value > 0 ? value : null;
}
