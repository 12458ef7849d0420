/** What one evaluation told so far, over all its tries. */
import { randomUUID } from 'node:crypto';
import { stripAnsi } from './ansi';
import { printAttrPath } from './attrPath';
import type { PlaceMap } from './evaluationFailure';
import { StoreCopies } from './storeCopies';
import type { StorePlace } from './storePlace';
import { bareFailure, toFailure, withoutPrefix } from './evaluationFailure';
import type { EvaluationRecord, Stop } from './evaluationRecords';
import { decodeRecord, toDerivation } from './evaluationRecords';
import type { WaitedWork } from './evaluationWork';
import type { PreparedSource } from './evaluationSource';
import type { NixLogRecord, NixMessage } from './internalJson';
import type {
  EvaluatedDerivation,
  EvaluatedFile,
  EvaluationFailure,
  EvaluationOptions,
  EvaluationSource,
} from './nix';
import type { Result } from '../result';
import { failure, success } from '../result';
import { derivationName } from '../protocol/storePath';
import { likeliest } from '../similarNames';

/** Depth of sets with `recurseForDerivations`, derivations reported, attributes looked at. */
export const limits = { maxDepth: 5, maxCount: 500, maxVisited: 20_000 } as const;
const maxNotices = 200;
const maxNoticeLength = 4000;
const maxLastWords = 20;
/** In the words of all versions. */
const importFromDerivation = /allow-import-from-derivation/;

function onlySaved(missing: readonly string[]): string {
  const what =
    missing.length === 0
      ? 'the arguments that it is called with are known only where it is called'
      : `whether who calls it gives ${quotedNames(missing)} is known only then`;
  return `Evaluated when the file is saved: ${what}.`;
}

function quotedNames(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}

export class EvaluationAnswer {
  /** Begins each of our records; no evaluated text can guess it. */
  readonly tag = `phasewise-${randomUUID()} `;
  private readonly derivations: EvaluatedDerivation[] = [];
  private readonly thrown: EvaluationFailure[] = [];
  private readonly printed: string[] = [];
  /** Of tries before this one, which print some of theirs again. */
  private printedBefore: ReadonlySet<string> = new Set();
  private leftOut = 0;
  private kind: EvaluatedFile['kind'] = 'other';
  private entryKnown = false;
  private entryAttr: readonly string[] | null = null;
  private stop: Stop | null = null;
  private attributesBegun = 0;
  private current: readonly string[] | null = null;
  private lastError: NixMessage | null = null;
  private lastWords: string[] = [];

  private readonly copies: StoreCopies;
  private readonly originalPlace: PlaceMap = (position) => {
    const place = this.prepared.mapPlace(position);
    return place === null ? null : this.copies.place(place);
  };

  constructor(
    private readonly source: EvaluationSource,
    private readonly options: EvaluationOptions,
    private readonly prepared: PreparedSource,
    private readonly store: StorePlace,
    private readonly work: Pick<WaitedWork, 'take'> | null = null,
  ) {
    this.copies = new StoreCopies(store.physicalStoreDir);
    if (source.kind === 'file') this.copies.learn(source.file, source.typed?.text);
  }

  beginTry(): void {
    this.printedBefore = new Set(this.printed);
    this.current = null;
    this.lastError = null;
    this.lastWords = [];
  }

  /** Attributes begun over all tries. */
  begun(): number {
    return this.attributesBegun;
  }

  /** The attribute being evaluated; null outside a walk over a set. */
  currentPath(): readonly string[] | null {
    return this.current;
  }

  wholeAttr(): string | null {
    return this.source.attr === '' ? null : this.source.attr;
  }

  file(failures: readonly EvaluationFailure[]): EvaluatedFile {
    return {
      kind: this.kind,
      derivations: this.derivations,
      failures: [...failures, ...this.thrown],
      notices: this.notices,
      ...(this.entryAttr === null ? {} : { entryAttr: this.entryAttr }),
    };
  }

  take(record: NixLogRecord): void {
    if (record.type === 'message') this.takeMessage(record);
    else if (record.type === 'plain') this.takePlain(record.text);
    else this.work?.take(record);
  }

  notice(text: string): void {
    if (this.printed.length >= maxNotices) {
      this.leftOut += 1;
      return;
    }
    const line = this.prepared.mapText(text).slice(0, maxNoticeLength);
    if (!this.printedBefore.has(line)) this.printed.push(line);
  }

  /** What was printed so far, bounded. */
  get notices(): readonly string[] {
    const { printed, leftOut } = this;
    return leftOut === 0 ? printed : [...printed, `${leftOut} more lines were printed and are left out.`];
  }

  memoryFailure(attr: string | null): EvaluationFailure {
    const message = `The evaluation needed more than ${this.options.memoryLimitMb} MB and was ended.`;
    return bareFailure('memory', message, attr);
  }

  /** From how the evaluator ended by itself and what it said before. */
  exitFailure(
    exit: { readonly exitCode: number | null; readonly signal: string | null },
    attr: string | null,
  ): EvaluationFailure {
    if (this.source.entry !== undefined && !this.entryKnown) {
      const message = this.lastError === null ? 'The set has no value.' : stripAnsi(this.lastError.text);
      return bareFailure('entry', withoutPrefix(message), attr);
    }
    if (this.lastError !== null) {
      const { mapPlace, mapText, usersFrames } = this.prepared;
      const { trace } = this.lastError;
      const told = { ...this.lastError, trace: usersFrames?.(trace) ?? trace };
      const found = this.inOriginals(toFailure(told, attr, mapPlace, mapText));
      if (found.kind === 'memory') return this.memoryFailure(attr);
      if (this.isCalledElsewhere(found)) return { ...found, kind: 'arguments', position: null, trace: [] };
      return this.needsBuild(found) ?? found;
    }
    const words = withoutPrefix(this.lastWords.join('\n'));
    // 2.8 has no structured form of this one; a crash of the evaluator is the same told worse.
    if (words.includes('stack overflow') || exit.signal === 'SIGSEGV') {
      const message = words === '' ? 'stack overflow (possible infinite recursion)' : words;
      return bareFailure('stackOverflow', message, attr);
    }
    const how = exit.signal === null ? `with exit code ${exit.exitCode}` : `by ${exit.signal}`;
    return bareFailure('nix', words === '' ? `nix-instantiate ended ${how} without a message.` : words, attr);
  }

  /** The places that it names in copies are those of what was copied. */
  private inOriginals(found: EvaluationFailure): EvaluationFailure {
    const { position, trace } = found;
    this.copies.learnAll(
      [position, ...trace.map((frame) => frame.position)].map((place) => place?.file ?? null),
    );
    const { place } = this.copies;
    return {
      ...found,
      position: position === null ? null : place(position),
      trace: trace.map((frame) => ({
        ...frame,
        position: frame.position === null ? null : place(frame.position),
      })),
    };
  }

  /** Only the set is known, and that does not have what the file takes: somebody else gives it. */
  private isCalledElsewhere({ message }: EvaluationFailure): boolean {
    return this.entryAttr?.length === 0 && /called without required argument/.test(message);
  }

  /** Import from derivation is off while the user types: that is no error of theirs. */
  private needsBuild(found: EvaluationFailure): EvaluationFailure | null {
    const { typing } = this.options;
    if (typing === undefined || typing.importFromDerivation || !importFromDerivation.test(found.message)) {
      return null;
    }
    const built = /'([^']*?\.drv)/.exec(found.message)?.[1];
    const what = built === undefined ? 'something' : derivationName(built);
    const message = `Evaluated when the file is saved: it needs ${what} to be built first (import from derivation).`;
    return bareFailure('whenSaved', message, found.attr);
  }

  /** The answer when there was no value to look at; null when there was. */
  stopped(): Result<EvaluatedFile, EvaluationFailure> | null {
    const { stop } = this;
    if (stop === null) return null;
    switch (stop.kind) {
      case 'function':
        return success({ kind: 'function', derivations: [], failures: [], notices: this.notices });
      case 'entry':
        return failure(bareFailure('entry', 'The set does not have this file.', this.wholeAttr()));
      case 'open':
        return failure(bareFailure('whenSaved', onlySaved(stop.missing), this.wholeAttr()));
      case 'arguments':
        return failure({
          ...bareFailure('arguments', this.argumentsMessage(stop), this.wholeAttr()),
          missing: stop.missing.map((name) => ({ name, near: likeliest(name, stop.candidates) })),
          certain: stop.certain,
        });
      case 'attribute': {
        const path = printAttrPath([...stop.path, stop.attribute]);
        const near = likeliest(stop.attribute, stop.candidates);
        const hint = near.length === 0 ? '' : `\nDid you mean ${near.join(', ')}?`;
        const message = `attribute '${stop.attribute}' in selection path '${path}' not found${hint}`;
        return failure(bareFailure('nix', message, this.wholeAttr()));
      }
    }
  }

  private argumentsMessage(stop: Extract<Stop, { kind: 'arguments' }>): string {
    const many = stop.missing.length > 1;
    const what = `This is a function that needs the argument${many ? 's' : ''} ${quotedNames(stop.missing)}.`;
    if (stop.certain) return `${what} The set that calls it does not give ${many ? 'them' : 'it'}.`;
    if (!this.options.callPackage) return what;
    return stop.nixpkgs
      ? `${what} <nixpkgs> has no such attribute${many ? 's' : ''}.`
      : `${what} There is no <nixpkgs> in the search path to fill ${many ? 'them' : 'it'} from.`;
  }

  private takeMessage(message: NixMessage): void {
    const text = stripAnsi(message.text);
    if (message.level === 0 && (message.error !== null || text.startsWith('error:'))) {
      this.lastError = message;
    } else if (text.startsWith(`trace: ${this.tag}`)) {
      const record = decodeRecord(message.text.slice(message.text.indexOf(this.tag) + this.tag.length));
      if (record !== null) this.takeRecord(record);
    } else if (message.level <= 1) {
      if (this.options.background === undefined) this.notice(text);
      else this.options.background.onLine(text);
    }
  }

  /** What a dying Nix says; a program run by the evaluation may say much more. */
  private takePlain(text: string): void {
    if (text.trim() === '' || text.startsWith('GC Warning')) return;
    this.lastWords.push(stripAnsi(text).slice(0, maxNoticeLength));
    if (this.lastWords.length > maxLastWords) this.lastWords.shift();
  }

  private takeRecord(record: EvaluationRecord): void {
    switch (record.type) {
      case 'source':
        this.prepared.copiedTo(record.folder);
        return;
      case 'value':
        this.kind = record.kind;
        return;
      case 'entryKnown':
        this.entryKnown = true;
        return;
      case 'entry':
        this.entryAttr = record.path;
        return;
      case 'begin':
        this.attributesBegun += 1;
        this.current = record.path;
        return;
      case 'failed': {
        const attr = printAttrPath(record.path);
        const message = `The attribute '${attr}' throws; evaluate it alone to see why.`;
        this.thrown.push(bareFailure('nix', message, attr));
        return;
      }
      case 'cut':
        this.notice(`Only the first ${limits.maxCount} derivations are shown.`);
        return;
      case 'derivation':
        this.derivations.push(toDerivation(record.json, this.store.storeDir, this.originalPlace));
        return;
      case 'stopped':
        this.stop = record.reason;
    }
  }
}
