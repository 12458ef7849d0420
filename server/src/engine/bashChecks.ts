/** What shellcheck says of the bash in Nix texts. What was said of a text is remembered, so that an edit asks about what it changed only. */
import { withSeverities } from '../analysis/severities';
import type { Finding } from '../analysis/finding';
import { bashTextsOf } from '../derivation/shellcheck/bashTextsOf';
import { shellFindings, type TextMeaning } from '../derivation/shellcheck/shellFindings';
import { preludeOf, wordLists } from '../derivation/shellcheck/shellPrelude';
import { shellTextOf, type ShellText } from '../derivation/shellcheck/shellText';
import type { ProcessRunner } from '../nix/process';
import { shellcheck, type ShellComment } from '../nix/shellcheck';
import type { Settings } from '../protocol/settings';
import { failure, success, type Problem, type Result } from '../result';
import type { SyntaxTree } from '../syntax/syntaxTree';

/** Whose shellcheck, and where it runs. */
export interface BashCheckWish {
  /** As the setting says; not `off`. */
  readonly program: string;
  readonly folder: string;
  readonly severities: Settings['checks']['severity'];
}

interface Asked {
  readonly text: ShellText;
  readonly meaning: TextMeaning;
}

const mostAtOnce = 2;
const mostRemembered = 1000;
const longestScript = 200_000;

export class BashChecks {
  private readonly answers = new Map<string, readonly ShellComment[]>();
  private readonly texts = new WeakMap<SyntaxTree, readonly Asked[]>();

  constructor(
    private readonly runner: ProcessRunner,
    private readonly environment: Readonly<Record<string, string | undefined>>,
    /** Does work that ends with whoever owns it. */
    private readonly work: <T>(signal: AbortSignal, doIt: (both: AbortSignal) => Promise<T>) => Promise<T>,
  ) {}

  /** What was said before of texts that are still the same, in order of position. Starts nothing. */
  known(tree: SyntaxTree, wish: BashCheckWish): readonly Finding[] {
    const found = this.textsOf(tree).flatMap(({ text, meaning }) =>
      shellFindings(tree.text, text, this.answers.get(keyOf(wish, text)) ?? [], meaning),
    );
    return withSeverities(found, wish.severities);
  }

  /**
   * Asks about each text of the tree of which nothing was said yet, or with `anew` about all. Null when the signal was aborted. Problems:
   * `no-shellcheck`, `shellcheck-failed`; what was said until then is known.
   */
  check(
    tree: SyntaxTree,
    wish: BashCheckWish,
    anew: boolean,
    signal: AbortSignal,
  ): Promise<Result<readonly Finding[]> | null> {
    return this.work(signal, (both) => this.checkAll(tree, wish, anew, both));
  }

  private async checkAll(
    tree: SyntaxTree,
    wish: BashCheckWish,
    anew: boolean,
    signal: AbortSignal,
  ): Promise<Result<readonly Finding[]> | null> {
    const waiting = this.textsOf(tree).filter(({ text }) => anew || !this.answers.has(keyOf(wish, text)));
    const problems: Problem[] = [];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (problems.length > 0 || signal.aborted) return;
        const answer = await this.ask(next.text, wish, signal);
        if (!answer.ok) problems.push(answer.error);
      }
    };
    await Promise.all(Array.from({ length: mostAtOnce }, worker));
    if (signal.aborted) return null;
    const [problem] = problems;
    return problem === undefined ? success(this.known(tree, wish)) : failure(problem);
  }

  private async ask(text: ShellText, wish: BashCheckWish, signal: AbortSignal): Promise<Result<null>> {
    const { program, folder } = wish;
    const request = { script: text.script, program, folder, environment: this.environment };
    const answer = await shellcheck(this.runner, request, signal);
    if (!answer.ok) return answer;
    const key = keyOf(wish, text);
    this.answers.delete(key);
    this.answers.set(key, answer.value);
    const oldest = this.answers.keys().next();
    if (this.answers.size > mostRemembered && oldest.done !== true) this.answers.delete(oldest.value);
    return success(null);
  }

  private textsOf(tree: SyntaxTree): readonly Asked[] {
    const known = this.texts.get(tree);
    if (known !== undefined) return known;
    // Half a Nix text tells nothing of where its strings end.
    const found = tree.faults.length > 0 ? [] : bashTextsOf(tree);
    const asked = found.flatMap((bash) => {
      const text = shellTextOf(tree.text, bash.literal, preludeOf(bash, tree.text));
      return text.script.length > longestScript
        ? []
        : [{ text, meaning: { isWordList: wordLists(bash), isWhole: bash.isWhole } }];
    });
    this.texts.set(tree, asked);
    return asked;
  }
}

function keyOf({ program, folder }: BashCheckWish, { script }: ShellText): string {
  return `${program}\0${folder}\0${script}`;
}
