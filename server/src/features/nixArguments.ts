/** The words that a task gives to Nix, sorted into those of the evaluation and those of the build. Pure. */
import type { BuildOptions, EvaluationOptions } from '../nix/nix';
import type { Result } from '../result';
import { failure, success } from '../result';

export interface GivenArguments {
  /** `--arg` and `--argstr`. */
  readonly evaluation: EvaluationOptions['args'];
  /** For the build: `--cores 2`, `--option NAME VALUE`, …. */
  readonly build: readonly string[];
  /** `--builders` and `--store`: where it is built. */
  readonly place: Pick<BuildOptions, 'builders' | 'store'>;
}

/** How many words follow each. */
const buildFlags: Readonly<Record<string, number>> = {
  '--cores': 1,
  '-j': 1,
  '--max-jobs': 1,
  '--timeout': 1,
  '--max-silent-time': 1,
  '--option': 2,
  '--fallback': 0,
  '--keep-going': 0,
  '-k': 0,
  '--keep-failed': 0,
  '-K': 0,
};

const places: Readonly<Record<string, 'builders' | 'store'>> = {
  '--builders': 'builders',
  '--store': 'store',
};

/** Reads them as Nix's commands do. A Problem `wrong-arguments` names the word that is none of those that make sense here. */
export function readNixArguments(words: readonly string[]): Result<GivenArguments> {
  const evaluation: EvaluationOptions['args'][number][] = [];
  const build: string[] = [];
  const place: { builders?: string; store?: string } = {};
  for (let at = 0; at < words.length;) {
    const word = words[at] ?? '';
    const isArgument = word === '--arg' || word === '--argstr';
    const named = Object.hasOwn(places, word) ? places[word] : undefined;
    const count = isArgument
      ? 2
      : named !== undefined
        ? 1
        : Object.hasOwn(buildFlags, word)
          ? buildFlags[word]
          : undefined;
    if (count === undefined) return refused(`\`${word}\` is nothing that a task can give to Nix.`);
    const values = words.slice(at + 1, at + 1 + count);
    const [name = '', value = ''] = values;
    if (values.length < count)
      return refused(`\`${word}\` wants ${count === 1 ? 'a value' : 'two values'} behind it.`);
    if (isArgument) evaluation.push({ name, value, kind: word === '--arg' ? 'expression' : 'string' });
    else if (named !== undefined) place[named] = name;
    else build.push(word, ...values);
    at += 1 + count;
  }
  return success({ evaluation, build, place });
}

function refused(message: string): Result<never> {
  return failure({
    code: 'wrong-arguments',
    message,
    advice: `It can give: --arg, --argstr, ${[...Object.keys(places), ...Object.keys(buildFlags)].join(', ')}. What holds for all of Phasewise stands in the settings.`,
  });
}
