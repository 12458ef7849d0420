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
  /** How Nix is called for a file, by its absolute path; for null where none is named. Asked at each question. */
  readonly nixOptions: (file: string | null) => Settings['nix'];
  /** Whether new sessions of a file's derivations are isolated where that can be had; default: they are. */
  readonly isolates?: (file: string) => boolean;
  /** The strace that watches the use of their inputs, by name or path; default, and when empty: the one on PATH. */
  readonly strace?: (file: string) => string;
  /** What sessions may take on the disk together; default: that of the settings. */
  readonly sessionsBytes?: () => number;
  /** Severities that checks have in a file, by its absolute path; default: their own. */
  readonly severities?: (file: string) => Settings['checks']['severity'];
  /** Default: the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
