/** The bash of Nix strings as the user's shfmt has it; never another text than that in meaning. */
import { createBashParser, type BashParser } from '../bash/bashParser';
import { bashTextsOf } from '../derivation/shellcheck/bashTextsOf';
import { formattedContent } from '../derivation/shellcheck/formattedText';
import { shellTextOf, type ShellText } from '../derivation/shellcheck/shellText';
import { shfmt } from '../nix/shfmt';
import { failure, stopped, success, type Problem, type Result } from '../result';
import { replaced, type Replacement } from '../syntax/replacement';
import { walk } from '../syntax/walk';
import type { StringLiteral } from '../syntax/ast';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { EngineParts } from './engineParts';
import type { EngineWork } from './storeActions';

export interface FormattedBash {
  readonly text: string;
  /** How many texts were left as they are: they do not parse by themselves, or would not mean the same. */
  readonly left: number;
}

export class BashFormat {
  private bash: Promise<BashParser> | null = null;

  constructor(
    private readonly engine: Pick<EngineWork, 'work'>,
    private readonly parts: Pick<EngineParts, 'runner' | 'environment' | 'parser' | 'assets'>,
  ) {}

  /**
   * The text with its bash formatted; `offset`: that around it alone. Problems: `no-shfmt`, `no-bash`, `cancelled`; with an offset also
   * `shfmt-failed`, `not-formatted`.
   */
  format(
    tree: SyntaxTree,
    offset: number | null,
    program: string,
    signal: AbortSignal,
  ): Promise<Result<FormattedBash>> {
    return this.engine.work(signal, (both) => this.formatAll(tree, offset, program, both));
  }

  private async formatAll(
    tree: SyntaxTree,
    offset: number | null,
    program: string,
    signal: AbortSignal,
  ): Promise<Result<FormattedBash>> {
    const texts = bashTextsOf(tree).filter(
      ({ isWhole, literal: { span } }) =>
        isWhole && (offset === null || (span.start <= offset && offset <= span.end)),
    );
    // Of one within another's splice the inner is meant; two cannot be changed at once.
    const chosen =
      offset === null
        ? outermost(texts.map(({ literal }) => literal))
        : texts.slice(-1).map(({ literal }) => literal);
    if (chosen.length === 0 && offset !== null) return failure(noBash);
    const edits: Replacement[] = [];
    let left = 0;
    for (const literal of chosen) {
      const text = shellTextOf(tree.text, literal, '');
      const { runner, environment = process.env } = this.parts;
      const formatted = await shfmt(runner, { script: text.script, program, environment }, signal);
      if (signal.aborted) return failure(stopped);
      if (!formatted.ok && (formatted.error.code === 'no-shfmt' || offset !== null)) return formatted;
      const edit = formatted.ok ? await this.edit(tree, text, formatted.value) : null;
      if (edit === null) left++;
      else edits.push(edit);
    }
    if (offset !== null && left > 0) return failure(notFormatted);
    return success({ text: replaced(tree.text, edits), left });
  }

  /** Null where the result would not be the same commands in the same string. */
  private async edit(tree: SyntaxTree, text: ShellText, formatted: string): Promise<Replacement | null> {
    const edit = formattedContent(tree.text, text, formatted);
    if (edit === null) return null;
    this.bash ??= createBashParser(this.parts.assets);
    const bash = await this.bash;
    const commands = (script: string): string =>
      bash
        .statements(script)
        .map(({ squeezed }) => squeezed)
        .join('\n');
    if (commands(text.script) !== commands(formatted)) return null;
    return this.saysIn(replaced(tree.text, [edit]), text.literal) === formatted.replace(/\n+$/, '\n')
      ? edit
      : null;
  }

  /** The script that the string at this place holds in another text; null when there is none. */
  private saysIn(text: string, { span }: StringLiteral): string | null {
    const tree = this.parts.parser.parse(text);
    try {
      if (tree.faults.length > 0 || tree.root === null) return null;
      let script: string | null = null;
      walk(tree.root, (node) => {
        if (node.kind === 'string' && node.span.start === span.start)
          script = shellTextOf(text, node, '').script;
        return true;
      });
      return script;
    } finally {
      tree.dispose();
    }
  }
}

function outermost(literals: readonly StringLiteral[]): readonly StringLiteral[] {
  return literals.filter(
    ({ span }) => !literals.some((other) => other.span.start < span.start && span.end < other.span.end),
  );
}

const noBash: Problem = {
  code: 'no-bash',
  message: 'There is no whole text of bash here.',
  advice: 'Put the cursor into the string of a phase, a hook or a script.',
};

const notFormatted: Problem = {
  code: 'not-formatted',
  message:
    'This string is left as it is: formatted, it would not hold the same commands, or it is no string of whole lines.',
  advice: null,
};
