/** The way into this room: evaluators that are kept, one for each folder, search path and arguments that make a difference. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { NixContext } from '../commandLine';
import { usesFlakes } from '../entryFiles';
import type { EvaluatedFile, EvaluationFailure, EvaluationOptions, EvaluationSource } from '../nix';
import type { Result } from '../../result';
import { removeAbandonedFolders } from '../ownFolder';
import { Keeper, type KeeperParts } from './keeper';
import { nixPathEntries } from '../searchPath';
import { isRelative } from './searchPathEntries';
import { SourceSizes } from './sourceSizes';
import type { ValueAnswer, ValueQuestion } from '../valueQuestion';
import { ValueEvaluators } from './valueEvaluators';
import type { TypedSource } from './warmText';

/** Evaluators kept at a time. */
const mostKept = 2;

export class WarmEvaluators {
  /** The most recently asked last. */
  private readonly keepers = new Map<string, Keeper>();
  private readonly values = new ValueEvaluators();
  private readonly sizes = new SourceSizes();
  private closed = false;
  private tidied: Promise<void> | null = null;

  constructor(
    private readonly context: NixContext,
    private readonly report: (text: string) => void,
  ) {}

  /** Null when a cold evaluation is to answer. */
  async evaluate(
    source: EvaluationSource,
    options: EvaluationOptions,
    signal: AbortSignal,
  ): Promise<Result<EvaluatedFile, EvaluationFailure> | null> {
    const asked = this.keeperOf(source, options);
    return asked === null ? null : asked.keeper.evaluate(asked.typed, options, signal);
  }

  /** Starts the evaluator of this file when there is none, and lets it evaluate this text while nobody waits. */
  prepare(source: EvaluationSource, options: EvaluationOptions): void {
    const asked = this.keeperOf(source, options);
    asked?.keeper.prepare(asked.typed, options);
  }

  /** What a value is; null where there is no evaluator to ask. */
  value(question: ValueQuestion, options: EvaluationOptions): Promise<ValueAnswer | null> {
    const { typing } = options;
    if (this.closed || typing?.keepWarm !== true) return Promise.resolve(null);
    const cwd = this.folderOf(question.file, options);
    const key = JSON.stringify([cwd, options.args, typing]);
    const { context, sizes } = this;
    return this.values.ask(question, key, { context, options, typing, cwd, sizes });
  }

  /** A file was evaluated as it is on the disk. */
  saved(): void {
    this.values.doubt();
    this.sizes.saved();
  }

  /** Whether evaluators would answer for what is on the disk now. */
  async areFresh(): Promise<boolean> {
    for (const keeper of this.keepers.values()) if (!(await keeper.isFresh())) return false;
    return true;
  }

  /** Ends them; the next question starts new ones. */
  async rest(): Promise<void> {
    await Promise.all([...this.keepers.values(), this.values].map((one) => one.drop()));
  }

  /** Ends them for good. */
  async close(): Promise<void> {
    this.closed = true;
    const kept = [...this.keepers.values(), this.values];
    await Promise.all([this.tidied, ...kept.map((one) => one.close())]);
    this.keepers.clear();
  }

  private keeperOf(
    source: EvaluationSource,
    options: EvaluationOptions,
  ): { readonly keeper: Keeper; readonly typed: TypedSource } | null {
    const { typed, kind } = source;
    const { typing } = options;
    if (this.closed || typed === undefined || kind !== 'file' || typing?.keepWarm !== true) return null;
    const cwd = this.folderOf(source.file, options);
    const typedSource: TypedSource = { ...source, typed };
    const key = JSON.stringify([cwd, options.args, typing, usesFlakes(source)]);
    const keeper = this.keepers.get(key) ?? this.keeper({ options, typing, cwd, source: typedSource });
    this.keepers.delete(key);
    this.keepers.set(key, keeper);
    this.makeRoom();
    return { keeper, typed: typedSource };
  }

  /** Where it runs: the file's folder where that makes a difference, so that files of several folders share an evaluator. */
  private folderOf(file: string, options: EvaluationOptions): string {
    const { settings, environment } = this.context;
    const entries = [...settings.searchPath, ...nixPathEntries(environment['NIX_PATH'] ?? '')];
    if (options.args.length === 0 && !entries.some(isRelative)) return '/';
    const folder = dirname(file);
    return existsSync(folder) ? folder : '/';
  }

  private keeper(parts: Omit<KeeperParts, 'context' | 'report' | 'sizes'>): Keeper {
    this.tidied ??= removeAbandonedFolders();
    return new Keeper({ context: this.context, report: this.report, sizes: this.sizes, ...parts });
  }

  private makeRoom(): void {
    for (const [key, keeper] of this.keepers) {
      if (this.keepers.size <= mostKept) return;
      if (keeper.isAsked) continue;
      this.keepers.delete(key);
      void keeper.close();
    }
  }
}
