/**
 * Warnings of values that a kept evaluator remembers: it prints each once, as it evaluates the value, and a reader wants to know as
 * long as the value is used. What the file's own text says is evaluated with each version, and printed again.
 */
import type { EvaluatedFile, EvaluationFailure, EvaluationSource } from './nix';
import type { Result } from '../result';

type Answer = Result<EvaluatedFile, EvaluationFailure>;

/** Files of which warnings are remembered, and warnings of one file. */
const most = { files: 20, warnings: 50 } as const;

/** The words of a line that is a warning, as Nix (`warning:`, `evaluation warning:`) and nixpkgs' `lib.warn` (a trace of those) print it; null for another. */
export function warningWords(line: string): string | null {
  return /^(?:trace: )?(?:evaluation )?warning: ?(.*)$/s.exec(line)?.[1] ?? null;
}

export class RememberedWarnings {
  private readonly ofFiles = new Map<string, ReadonlySet<string>>();

  /** A whole evaluation prints everything: what it does not print holds no longer, unless an error ended it before. */
  byCold({ file, typed }: EvaluationSource, answer: Answer): void {
    const before = answer.ok ? [] : this.of(file);
    this.keep(file, [...before, ...printedElsewhere(answer, typed?.text ?? '')]);
  }

  /** The answer, with what was printed before of values that are remembered. */
  byKept({ file, typed }: EvaluationSource, answer: Answer): Answer {
    const before = this.of(file);
    const now = new Set(noticesOf(answer));
    const remembered = before.filter((line) => !now.has(line));
    this.keep(file, [...before, ...printedElsewhere(answer, typed?.text ?? '')]);
    if (remembered.length === 0) return answer;
    return answer.ok
      ? { ...answer, value: { ...answer.value, remembered } }
      : { ...answer, error: { ...answer.error, remembered } };
  }

  private of(file: string): readonly string[] {
    return [...(this.ofFiles.get(file) ?? [])];
  }

  private keep(file: string, warnings: readonly string[]): void {
    this.ofFiles.delete(file);
    if (warnings.length > 0) this.ofFiles.set(file, new Set(warnings.slice(-most.warnings)));
    const [oldest] = this.ofFiles.keys();
    if (this.ofFiles.size > most.files && oldest !== undefined) this.ofFiles.delete(oldest);
  }
}

function noticesOf(answer: Answer): readonly string[] {
  return (answer.ok ? answer.value.notices : answer.error.notices) ?? [];
}

function printedElsewhere(answer: Answer, text: string): readonly string[] {
  return noticesOf(answer).filter((line) => {
    const words = warningWords(line)?.split('\n', 1)[0];
    return words !== undefined && words !== '' && !text.includes(words);
  });
}
