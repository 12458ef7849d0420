/** From the name of a derivation (document and attribute) to the derivation itself, evaluated now. */
import type { Documents } from '../documents';
import type { Evaluated } from '../engine/engine';
import { normalAttrPath } from '../nix/attrPath';
import type { EvaluationOptions } from '../nix/nix';
import type { DerivationKey } from '../protocol/messages';
import type { Derivation } from '../protocol/model';
import type { Problem, Result } from '../result';
import { failure, success } from '../result';
import type { Evaluations } from './evaluations';
import { keyedTarget } from './keyedTarget';

/** `attr` null: the only derivation of the document. */
export interface WantedDerivation {
  readonly uri: string;
  readonly attr: string | null;
}

export const cancelledProblem: Problem = { code: 'cancelled', message: 'It was cancelled.', advice: null };

export class DerivationLookup {
  constructor(
    private readonly documents: Documents,
    private readonly evaluations: Evaluations,
  ) {}

  /**
   * Evaluates the document (the buffer's text, or the file when it is not open) and gives the derivation. A Problem
   * when there is no such file or derivation or when it does not evaluate, in Nix's own words. `args` are for this evaluation alone.
   */
  async find(
    wanted: WantedDerivation,
    signal: AbortSignal,
    args: EvaluationOptions['args'] = [],
  ): Promise<Result<Derivation>> {
    const target = keyedTarget(wanted.uri, wanted.attr ?? '');
    if (target !== null && args.length > 0) return failure(noFunction);
    if (target !== null) return this.chosen(await this.evaluations.evaluateTarget(target, signal), null);
    const found = await this.documents.openOrRead(wanted.uri);
    if (found === null) return failure(unreadable(wanted.uri));
    try {
      const { document } = found;
      if (!document.onDisk) return failure(notOnDisk);
      const evaluated =
        args.length === 0
          ? await this.evaluations.evaluate(document, signal)
          : await this.evaluations.evaluateWith(document, args, signal);
      const listed = this.chosen(evaluated, wanted.attr);
      if (listed.ok || listed.error.code !== 'no-derivation' || (wanted.attr ?? '') === '') return listed;
      // One that only its name leads to, as a test in `passthru.tests`.
      const selected = { ...(await this.evaluations.targetOf(document, signal)), attr: wanted.attr ?? '' };
      const named = this.chosen(await this.evaluations.evaluateTarget(selected, signal), wanted.attr);
      return named.ok ? named : listed;
    } finally {
      found.release();
    }
  }

  /** The derivations below an attribute of the document's value; empty when there is none of that name. */
  async below(uri: string, attr: string, signal: AbortSignal): Promise<readonly Derivation[]> {
    const found = await this.documents.openOrRead(uri);
    if (found === null) return [];
    try {
      if (!found.document.onDisk) return [];
      const selected = { ...(await this.evaluations.targetOf(found.document, signal)), attr };
      const evaluated = await this.evaluations.evaluateTarget(selected, signal);
      return (evaluated?.derivations ?? []).filter(({ drvPath }) => drvPath !== null);
    } finally {
      found.release();
    }
  }

  private chosen(evaluated: Evaluated | null, attr: string | null): Result<Derivation> {
    if (evaluated === null) return failure(cancelledProblem);
    const made = evaluated.derivations.filter(({ drvPath }) => drvPath !== null);
    const chosen = choose(made, attr);
    if (chosen !== null) return success(chosen);
    const error = evaluated.diagnostics.find(({ severity }) => severity === 'error');
    const reason = error?.message ?? evaluated.message;
    return failure(reason === null ? absent(made, attr) : doesNotEvaluate(reason));
  }
}

/** The derivation of this attribute, or the only one when none is named. */
export function choose(derivations: readonly Derivation[], attr: string | null): Derivation | null {
  if (attr !== null) {
    const wanted = normalAttrPath(attr);
    return derivations.find((derivation) => derivation.attr === wanted) ?? null;
  }
  return derivations.length === 1 ? (derivations[0] ?? null) : choose(derivations, '');
}

export function keyOf(uri: string, { attr }: Derivation): DerivationKey {
  return { uri, attr };
}

const noFunction: Problem = {
  code: 'wrong-arguments',
  message: 'A flake and a store derivation are no functions: they take no arguments.',
  advice: 'Leave out --arg and --argstr.',
};

const notOnDisk: Problem = {
  code: 'not-on-disk',
  message: 'This document is not a file on disk, so Nix cannot evaluate it.',
  advice: 'Save it to a file first.',
};

function unreadable(uri: string): Problem {
  return {
    code: 'unreadable',
    message: `There is no readable file at ${uri}.`,
    advice: 'Check that the file exists and may be read.',
  };
}

function doesNotEvaluate(reason: string): Problem {
  return { code: 'evaluation-failed', message: reason, advice: 'Mend what Nix reports, then try again.' };
}

function absent(made: readonly Derivation[], attr: string | null): Problem {
  const names = made.map((derivation) => `\`${derivation.attr}\``).join(', ');
  const isItself = made.every((derivation) => derivation.attr === '');
  if (made.length === 0) {
    return { code: 'no-derivation', message: 'This file makes no derivation.', advice: null };
  }
  if (attr === null) {
    return {
      code: 'several-derivations',
      message: 'This file makes several derivations.',
      advice: `Name one of them: ${names}.`,
    };
  }
  return {
    code: 'no-derivation',
    message: `This file makes no derivation \`${attr}\`.`,
    advice: isItself ? "The file's value is the derivation itself." : `It makes: ${names}.`,
  };
}
