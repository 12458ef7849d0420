/** What a command is about: its FILE argument read, evaluated, and brought down to one derivation. */
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Engine, Evaluated, Target } from '../engine/engine';
import type { Derivation, Diagnostic } from '../protocol/model';
import { failure, success, type Problem, type Result } from '../result';
import type { CommandLine } from './commandLine';
import { nixArguments, type NixArguments, type RawNixOptions } from './nixArguments';
import { diagnosticText } from './output/diagnosticText';

/** What a command can be asked about. */
export const fileWords = 'a .nix file, a .drv file, or DIR#ATTR of a flake';
const nameOne = `Name ${fileWords}.`;

/** A store path of a derivation, in whatever store. */
const storeDerivation = /\/[0-9a-z]{32}-[^/]+\.drv$/;

/** FILE is a `.nix` file, a folder with `default.nix`, a `.drv`, or `DIR#ATTR` for a flake. */
export function readTarget(cli: CommandLine, file: string, attr: string): Result<Target> {
  const path = resolve(cli.cwd, file);
  const kind = kindOf(path);
  if (kind === 'missing' && file.includes('#')) return flakeTarget(cli, file);
  // In a store of the user's own, the disk has no file of this name; whether the store has is seen when it is read.
  if (kind === 'missing' && storeDerivation.test(path)) return success({ kind: 'derivation', drvPath: path });
  if (kind === 'missing') return failure(noSuchFile(file));
  if (kind === 'folder') {
    const standard = join(path, 'default.nix');
    return kindOf(standard) === 'file'
      ? nixTarget(cli, standard, attr)
      : failure(folderWithoutFile(file, path));
  }
  if (kind === 'other') return failure(notRegular(path));
  if (path.endsWith('.drv')) return success({ kind: 'derivation', drvPath: path });
  return nixTarget(cli, path, attr);
}

/** The file's text as Nix reads it, a byte order mark with it; a Problem when it cannot be read or is no text. */
export function readText(path: string): Result<string> {
  try {
    // Reading a pipe would wait for somebody who writes, for ever.
    if (!statSync(path).isFile()) return failure(notRegular(path));
    const bytes = readFileSync(path);
    if (!isBinary(bytes)) return success(bytes.toString('utf8'));
    const message = `${path} is not a text file.`;
    return failure({ code: 'not-text', message, advice: 'Name a .nix file, a .drv file, or DIR#ATTR.' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failure({ code: 'unreadable-file', message: `${path} cannot be read: ${reason}.`, advice: null });
  }
}

function notRegular(path: string): Problem {
  return {
    code: 'unreadable-file',
    message: `${path} is a pipe, socket or device, not a file.`,
    advice: nameOne,
  };
}

/** NUL bytes, or control characters in what is no UTF-8 either; a text in Latin-1 stays a text. */
function isBinary(bytes: Buffer): boolean {
  if (bytes.includes(0)) return true;
  return !isUtf8(bytes) && bytes.some((byte) => byte < 32 && !textControls.includes(byte));
}

/** Tab, line feed, form feed, carriage return, escape. */
const textControls: readonly number[] = [9, 10, 12, 13, 27];

export function kindOf(path: string): 'file' | 'folder' | 'other' | 'missing' {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'missing';
  if (stat.isDirectory()) return 'folder';
  return stat.isFile() ? 'file' : 'other';
}

function nixTarget(cli: CommandLine, file: string, attr: string): Result<Target> {
  const text = readText(file);
  if (!text.ok) return text;
  return success({ kind: 'nix', file, attr, tree: cli.parse(text.value), unsaved: false });
}

function flakeTarget(cli: CommandLine, file: string): Result<Target> {
  const at = file.indexOf('#');
  const folder = resolve(cli.cwd, file.slice(0, at));
  if (kindOf(folder) !== 'folder') return failure(noSuchFile(file.slice(0, at)));
  if (kindOf(join(folder, 'flake.nix')) === 'file') {
    return success({ kind: 'flake', folder, attr: file.slice(at + 1) });
  }
  const message = `${folder} holds no flake.nix.`;
  return failure({
    code: 'usage',
    message,
    advice: nameOne,
  });
}

function noSuchFile(file: string): Problem {
  return { code: 'no-such-file', message: `There is no file ${file}.`, advice: nameOne };
}

function folderWithoutFile(file: string, path: string): Problem {
  const isFlake = kindOf(join(path, 'flake.nix')) === 'file';
  const advice = isFlake ? `For its flake, write ${file}#ATTR.` : 'Name a .nix file in it.';
  return { code: 'no-such-file', message: `The folder ${file} holds no default.nix.`, advice };
}

/** Why there is no derivation. */
export interface SubjectProblem extends Problem {
  /** The first error of the evaluation, written already to standard error; null or absent when it was none. */
  readonly diagnostic?: Diagnostic | null;
}

/** The one derivation that a target makes. What Nix says besides goes to standard error. */
export async function oneDerivation(
  cli: CommandLine,
  engine: Engine,
  target: Target,
  options: NixArguments,
): Promise<Result<Derivation, SubjectProblem>> {
  const nix = await engine.nix(null, cli.signal);
  if (!nix.ok) return nix;
  const evaluated = await engine.evaluate(target, options.evaluation, cli.signal);
  const made = evaluated.derivations.filter(({ drvPath }) => drvPath !== null);
  const errors = evaluated.diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = made;
  if (made.length > 1) return failure(severalDerivations(made));
  if (first !== undefined && errors.length === 0) return success(first);
  for (const diagnostic of errors) cli.stderr.write(diagnosticText(diagnostic, cli.cwd, cli.stderr.colours));
  const { storeProblem } = nix.value.installation;
  const unwritten = errors.length === 0 && evaluated.derivations.length > 0;
  if (unwritten && storeProblem !== null) return failure(storeProblem);
  return failure(nothingEvaluated(evaluated, errors[0] ?? null));
}

/** The one derivation that a command's FILE makes, with the engine that its options ask for. */
export async function readDerivation(
  cli: CommandLine,
  file: string,
  options: RawNixOptions,
  settings?: Parameters<CommandLine['engine']>[1],
): Promise<Result<{ readonly engine: Engine; readonly derivation: Derivation }, SubjectProblem>> {
  const nixOptions = nixArguments(options);
  const target = readTarget(cli, file, nixOptions.attr);
  if (!target.ok) return target;
  const engine = cli.engine(nixOptions.nix, settings);
  const derivation = await oneDerivation(cli, engine, target.value, nixOptions);
  return derivation.ok ? success({ engine, derivation: derivation.value }) : derivation;
}

function severalDerivations(made: readonly Derivation[]): Problem {
  const names = made.slice(0, 20).map(({ attr }) => attr);
  const more = made.length > names.length ? `, and ${made.length - names.length} more` : '';
  return {
    code: 'several-derivations',
    message: `This makes ${made.length} derivations: ${names.join(', ')}${more}.`,
    advice: `Choose one, e.g. -A ${names[0] ?? ''}`,
  };
}

/** What to do where a file makes no derivation, and nothing better is known. */
export const chooseAnother = 'Name a file whose value is a derivation, or select one with -A.';

function nothingEvaluated(evaluated: Evaluated, diagnostic: Diagnostic | null): SubjectProblem {
  if (diagnostic !== null)
    return { code: 'evaluation-failed', message: 'Evaluation failed.', advice: null, diagnostic };
  const message = evaluated.message ?? 'This makes no derivation.';
  return {
    code: 'no-derivation',
    message,
    advice: evaluated.advice ?? chooseAnother,
  };
}
