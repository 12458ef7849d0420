/** A real Nix that keeps evaluators, with the user's text as the engine gives it, and how often which evaluator was started. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { probeNix } from '../../server/src/nix/commandLineNix';
import type {
  EvaluatedFile,
  EvaluationFailure,
  EvaluationOptions,
  EvaluationSource,
  Nix,
  TypingOptions,
} from '../../server/src/nix/nix';
import { createProcessRunner, type ProcessRunner } from '../../server/src/nix/process';
import type { Result } from '../../server/src/result';
import { absolutePaths } from '../../server/src/syntax/pathLiterals';
import { sharingText } from '../../server/src/syntax/sharedExpressions';
import { nixEnvironment } from '../support/nixEnvironment';
import { parsed } from '../support/syntax';
import { defaultOptions, expressionsFolder, noSettings } from './nixTestbed';

export type Answer = Result<EvaluatedFile, EvaluationFailure>;

export const typing: TypingOptions = {
  keepWarm: true,
  warmMemoryMb: 2048,
  sourceLimitMb: 50,
  importFromDerivation: false,
};

export class WarmBed {
  /** Process ids of kept evaluators, in the order in which they were started. */
  readonly warm: number[] = [];
  /** How many cold evaluations there were. */
  cold = 0;
  /** What was reported as an error of ours, or else for the log. */
  readonly reports: string[] = [];
  private nixOfBed: Nix | null = null;

  private constructor(readonly folder: string) {}

  static async open(searchPath: readonly string[] = [], store = ''): Promise<WarmBed> {
    const bed = new WarmBed(await realpath(await mkdtemp(join(tmpdir(), 'phasewise-warm é '))));
    const settings = {
      ...noSettings,
      store,
      searchPath: searchPath.map((entry) => entry.replace('BED', bed.folder)),
    };
    const request = { path: '', settings, environment: nixEnvironment(), expressionsFolder };
    const probe = await probeNix(bed.runner(), request, new AbortController().signal, (text) => {
      bed.reports.push(text);
    });
    if (!probe.ok) assert.fail(`${probe.error.message} ${probe.error.advice}`);
    bed.nixOfBed = probe.value;
    return bed;
  }

  get nix(): Nix {
    assert.ok(this.nixOfBed);
    return this.nixOfBed;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async write(name: string, text: string): Promise<string> {
    const file = this.path(name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  }

  /** What the evaluation says of a text that was typed and not saved. */
  async typed(
    text: string,
    more: {
      readonly name?: string;
      readonly typing?: Partial<TypingOptions>;
      readonly signal?: AbortSignal;
    } & Partial<Omit<EvaluationOptions, 'typing'>> = {},
  ): Promise<Answer> {
    const {
      name = 'default.nix',
      typing: wishes = {},
      signal = new AbortController().signal,
      ...options
    } = more;
    const source = await this.source(name, text);
    const whole = { ...defaultOptions, ...options, typing: { ...typing, ...wishes } };
    return this.nix.evaluate(source, whole, signal);
  }

  /** What a cold evaluation says of the same text, not saved, or saved before. */
  async judged(
    text: string,
    name = 'default.nix',
    options: Partial<EvaluationOptions> = {},
  ): Promise<Answer> {
    return this.nix.evaluate(
      await this.source(name, text),
      { ...defaultOptions, ...options },
      new AbortController().signal,
    );
  }

  /** Fails unless the text is answered by the evaluator of this number (from 0 on), as a cold evaluation answers. */
  async agrees(text: string, evaluator: number | null, name = 'default.nix'): Promise<Answer> {
    const before = this.cold;
    const answer = await this.typed(text, { name });
    if (evaluator !== null) {
      assert.equal(this.cold, before, 'a kept evaluator answers');
      assert.equal(this.warm.length - 1, evaluator, 'the evaluator that is expected');
    }
    assert.deepEqual(withoutNotices(answer), withoutNotices(await this.judged(text, name)), text);
    assert.deepEqual(this.reports, []);
    return answer;
  }

  async close(): Promise<void> {
    await this.nix.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async source(name: string, text: string): Promise<EvaluationSource> {
    const file = this.path(name);
    const tree = await parsed(text);
    const place = { folder: dirname(file), fileName: basename(file) };
    return {
      file,
      kind: 'file',
      attr: '',
      buffer: absolutePaths(tree, place.folder, place.fileName),
      typed: {
        text,
        sharing: (nameOf, calledBare) => sharingText(tree, { ...place, nameOf, calledBare }),
      },
    };
  }

  private runner(): ProcessRunner {
    const runner = createProcessRunner();
    return {
      run: (program, args, options = {}) => {
        const warm = args.some((word) => word.endsWith('/warm.nix'));
        if (args.some((word) => word.endsWith('/derivations.nix'))) this.cold += 1;
        return runner.run(program, args, {
          ...options,
          onStarted: (pid) => {
            if (warm) this.warm.push(pid);
            options.onStarted?.(pid);
          },
        });
      },
    };
  }
}

/** The store path of the only derivation. */
export function drvPath(answer: Answer): string {
  if (!answer.ok) assert.fail(answer.error.message);
  const [only] = answer.value.derivations;
  assert.ok(only);
  return only.drvPath;
}

/** What the package set prints is printed once. */
function withoutNotices(answer: Answer): Answer {
  const none = { notices: [], remembered: [] };
  return answer.ok
    ? { ...answer, value: { ...answer.value, ...none } }
    : { ...answer, error: { ...answer.error, ...none } };
}
