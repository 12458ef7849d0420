/** The logs of builds and of runs of phases, as the shells see them. */
import type {
  CompareLogsParams,
  ComparedPhase,
  FindInLogParams,
  LogDocument,
  LogEntry,
  LogLink,
  LogTextAnswer,
} from '../protocol/logMessages';
import type { LogAddress } from '../protocol/logUri';
import type { Derivation } from '../protocol/model';
import type { Result } from '../result';
import type { LogListener } from './logsUnderWay';

/** What a derivation's logs are found by. */
export type LoggedDerivation = Pick<Derivation, 'file' | 'attr' | 'drvPath'>;

export interface FoundHook {
  readonly kind: LogEntry['kind'];
  readonly address: LogAddress;
}

export interface LogShelf {
  /**
   * Streams the raw text of the log of the derivation's build: of one that goes on until it ends, in this process or in another of ours;
   * else the newest that is whole, ours, or what Nix or a substituter kept. Problems: `log-missing`, `cancelled`, those of Nix.
   */
  stream(
    derivation: LoggedDerivation,
    listener: LogListener,
    signal: AbortSignal,
  ): Promise<Result<{ readonly drvPath: string }>>;
  /** What is shown of a log. Problems: `log-missing`, `unknown-phase`, `log-unusable`, `cancelled`, those of Nix. */
  page(address: LogAddress, signal: AbortSignal): Promise<Result<LogDocument>>;
  /** The places that are shown in it and are there; `known` are derivations whose sessions may have the source. Problems: as for `page`. */
  links(
    address: LogAddress,
    known: readonly Derivation[],
    signal: AbortSignal,
  ): Promise<Result<readonly LogLink[]>>;
  /** Writes a whole log, readable, to a file. Problems: as for `page`. */
  save(address: LogAddress, file: string, signal: AbortSignal): Promise<Result<null>>;
  /** The line of a whole log, or phase, that is nearest; null when there is none. Problems: as for `page`. */
  findLine(search: FindInLogParams, signal: AbortSignal): Promise<Result<number | null>>;
  /** How two logs differ by phase; null when both are shown whole. Problems: as for `page`. */
  compare(params: CompareLogsParams, signal: AbortSignal): Promise<Result<readonly ComparedPhase[] | null>>;
  /** All the text of a log, unless it is too long to be copied. Problems: as for `page`. */
  text(address: LogAddress, signal: AbortSignal): Promise<Result<LogTextAnswer>>;
  /** Which log tells of the derivation, or of one of its phases; null when it was never evaluated. */
  find(derivation: LoggedDerivation, phase: string | null): Promise<LogAddress | null>;
  /** The newest log of a phase, at the first line that this hook printed; without a line when it tells of none. Null when no such log is kept. */
  findHook(derivation: LoggedDerivation, phase: string, hook: string): Promise<FoundHook | null>;
  /** Past builds and runs of the derivation, the newest first. */
  history(derivation: LoggedDerivation): Promise<readonly LogEntry[]>;
}
