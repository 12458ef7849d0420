/** What the engine asks of the world. */
import type { Assets, Logger } from '../environment';
import type { ProcessRunner } from '../nix/process';
import type { Settings } from '../protocol/settings';
import type { NixParser } from '../syntax/parser';

export interface EngineParts {
  readonly parser: NixParser;
  readonly assets: Assets;
  readonly runner: ProcessRunner;
  readonly logger: Logger;
  /** Where sessions and logs are kept. */
  readonly stateFolder: string;
  /** Asked at each probe. */
  readonly nixOptions: () => Settings['nix'];
  /** Whether new sessions are isolated where that can be had; default: they are. */
  readonly isolates?: () => boolean;
  /** The strace that watches the use of inputs, by name or path; default, and when empty: the one on PATH. */
  readonly strace?: () => string;
  /** What sessions may take on the disk together; default: that of the settings. */
  readonly sessionsBytes?: () => number;
  /** Severities that checks have in a file, by its absolute path; default: their own. */
  readonly severities?: (file: string) => Settings['checks']['severity'];
  /** Default: the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
