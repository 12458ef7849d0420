/** Edits of a text that need what is fetched: a hash is what Nix says that it is. */
import { hashFormAt, type HashSite } from '../derivation/hashSites';
import { asSri, writeHash } from '../derivation/hashText';
import { stripAnsi } from '../nix/ansi';
import type { BuildEvent } from '../nix/buildEvents';
import type { EvaluationOptions, Nix } from '../nix/nix';
import { parseBuilderFailure } from '../builds/nixMessages';
import { replaced, type Replacement } from '../syntax/replacement';
import type { SyntaxTree } from '../syntax/syntaxTree';
import { failure, stopped, success, type Problem, type Result } from '../result';
import type { Evaluated, Target } from './engine';
import type { EngineParts } from './engineParts';
import type { NewPackage } from '../protocol/packageMessages';
import { newPackage, type GitParts, type PackageWish } from './newPackage';
import { bumpedText, type Bumped } from './versionBump';
import { fetchedWith, markedHash } from './markedHash';
import { SoughtPackages, type SoughtParts } from './soughtPackages';
import type { EngineWork } from './storeActions';

export type NixTarget = Extract<Target, { kind: 'nix' }>;

/** How a text is evaluated, and what is told meanwhile. */
export interface FetchWish {
  readonly options: EvaluationOptions;
  /** One line on what is done now. */
  readonly onProgress: (line: string) => void;
}

export class PackageEdits {
  /** Edits that add what a failed build misses, from a look through its whole package set. */
  readonly sought: Pick<SoughtPackages, 'find'>;

  constructor(
    private readonly engine: Pick<EngineWork, 'work' | 'nix' | 'nixOfPath'>,
    private readonly parts: Pick<EngineParts, 'parser'> & GitParts & SoughtParts,
    private readonly evaluate: (
      target: Target,
      options: EvaluationOptions,
      signal: AbortSignal,
    ) => Promise<Evaluated>,
  ) {
    this.sought = new SoughtPackages(engine, parts);
  }

  /**
   * The edit that writes the true hash at a place where the text says one, literally or by a stand-in; what it is of is fetched for that.
   * Problems: `no-hash`, `hash-unused`, `not-fetched` with Nix's words, those of Nix, `cancelled`.
   */
  fetchHash(
    target: NixTarget,
    offset: number,
    wish: FetchWish,
    signal: AbortSignal,
  ): Promise<Result<Replacement>> {
    const site = hashFormAt(target.tree, offset);
    if (site === null) return Promise.resolve(failure(noHash));
    return this.engine.work(signal, async (both) => {
      const nix = await this.engine.nix(target.file, both);
      return nix.ok ? this.fetch(nix.value, target, site, wish, both) : nix;
    });
  }

  /**
   * The text with another version of a derivation (`attr` null: the only one), and with the hashes that hang on it. Problems: those of
   * `bumpedText`, and of fetching.
   */
  bump(
    target: NixTarget,
    attr: string | null,
    version: string,
    wish: FetchWish,
    signal: AbortSignal,
  ): Promise<Result<Bumped>> {
    const parse = (text: string): SyntaxTree => this.parts.parser.parse(text);
    return bumpedText(target.tree, attr, version, parse, (tree, offset) =>
      this.fetchHash({ ...target, tree, unsaved: true }, offset, wish, signal),
    );
  }

  /** The text of a new package; see `newPackage` for the problems. */
  create(wish: PackageWish, signal: AbortSignal): Promise<Result<NewPackage>> {
    return this.engine.work(signal, (both) =>
      newPackage((to) => this.engine.nix(wish.folder, to), this.parts, wish, both),
    );
  }

  private async fetch(
    nix: Nix,
    target: NixTarget,
    site: HashSite,
    { options, onProgress }: FetchWish,
    signal: AbortSignal,
  ): Promise<Result<Replacement>> {
    const { span } = site.value;
    const mark = markedHash(site.attribute);
    onProgress('Evaluating');
    const marked = this.parts.parser.parse(
      replaced(target.tree.text, [{ ...span, newText: `"${mark.sri}"` }]),
    );
    const evaluated = await this.evaluated({ ...target, tree: marked, unsaved: true }, options, signal);
    if (signal.aborted) return failure(stopped);
    // What is fetched while evaluating is told by the evaluation.
    const downloaded = evaluated.diagnostics
      .map(({ message }) => /hash mismatch[^]*?\bgot:\s*(\S+)/.exec(message)?.[1])
      .find((one) => one !== undefined);
    if (downloaded !== undefined) return success(written(site, downloaded));
    const roots = evaluated.derivations.flatMap(({ drvPath }) => drvPath ?? []);
    const fetcher = await fetchedWith(nix, roots, mark, signal);
    if (fetcher === null) return failure(notUsed(evaluated));
    onProgress(`Fetching ${fetcher.name}`);
    const said: string[] = [];
    const listen = (event: BuildEvent): void => {
      if (event.type === 'lines' && event.drvPath === fetcher.path)
        said.push(...event.texts.slice(-saidLines));
      said.splice(0, said.length - saidLines);
    };
    const wanted = { rebuild: false, keepFailed: false };
    const outcome = await nix.build(fetcher.path, wanted, listen, signal);
    if (outcome.status === 'cancelled') return failure(stopped);
    const got = parseBuilderFailure(outcome.message ?? '')?.hashMismatch?.got;
    if (got !== undefined) return success(written(site, got));
    return failure(notFetched(fetcher.name, [outcome.message ?? '', ...said.map((line) => stripAnsi(line))]));
  }

  private async evaluated(
    target: NixTarget,
    options: EvaluationOptions,
    signal: AbortSignal,
  ): Promise<Evaluated> {
    try {
      return await this.evaluate(target, options, signal);
    } finally {
      target.tree.dispose();
    }
  }
}

/** In the form of the hash that stands there, where that form may stand there. */
function written({ value, form }: HashSite, got: string): Replacement {
  return { ...value.span, newText: `"${writeHash(asSri(got), form)}"` };
}

/** Of the fetcher's own output, in the message of what went wrong. */
const saidLines = 3;

const noHash: Problem = {
  code: 'no-hash',
  message: 'There is no hash here.',
  advice: 'Put the cursor on a hash, or on what stands in for one.',
};

function notUsed({ diagnostics, message }: Evaluated): Problem {
  const error = diagnostics.find(({ severity }) => severity === 'error')?.message ?? message;
  return {
    code: 'hash-unused',
    message:
      error === null
        ? 'No derivation of this file fetches anything with this hash.'
        : `The file does not evaluate: ${error}`,
    advice: 'See that the file evaluates and that what the hash is of is an input of a derivation of it.',
  };
}

function notFetched(name: string, said: readonly string[]): Problem {
  const words = said.filter((line) => line.trim() !== '').join('\n');
  return {
    code: 'not-fetched',
    message: `${name} could not be fetched: ${words === '' ? 'Nix does not say why.' : words}`,
    advice: 'Check the address and the network.',
  };
}
