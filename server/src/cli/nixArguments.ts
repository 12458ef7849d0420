/** The options that commands share: what they mean to Nix, and how they are written. */
import { Option, type Command } from 'commander';
import type { EvaluationOptions } from '../nix/nix';
import { defaultSettings, type Settings } from '../protocol/settings';

export interface NixArguments {
  readonly attr: string;
  readonly nix: Settings['nix'];
  readonly evaluation: EvaluationOptions;
}

/** Options as commander gives them. */
export interface RawNixOptions {
  readonly attr?: string;
  readonly arg?: readonly string[];
  readonly argstr?: readonly string[];
  readonly I?: readonly string[];
  readonly store?: string;
  readonly option?: readonly string[];
  readonly callPackage?: string;
  readonly timeout?: string;
  readonly nix?: string;
}

/** Joins an option's two values into one argument; no argument of a program can hold this character. */
const joint = '\u0000';
const pairOptions: ReadonlySet<string> = new Set(['--arg', '--argstr', '--option']);

/** `--arg NAME EXPR` as commander can read it; null when one of the two values is missing. */
export function joinPairs(argv: readonly string[]): readonly string[] | null {
  const joined: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (argument === '--') return [...joined, ...argv.slice(index)];
    joined.push(argument);
    if (!pairOptions.has(argument)) continue;
    const [name, value] = [argv[index + 1], argv[index + 2]];
    if (name === undefined || value === undefined) return null;
    joined.push(`${name}${joint}${value}`);
    index += 2;
  }
  return joined;
}

export function addNixOptions(command: Command): Command {
  const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
  return command
    .option('-A, --attr <path>', 'attribute path of the derivation, as in nix-build')
    .option('--arg <name expression>', 'argument for a file that is a function', collect)
    .option('--argstr <name string>', 'string argument for a file that is a function', collect)
    .option('-I <path>', 'add to the Nix search path', collect)
    .option('--store <store>', 'use another store')
    .option('--option <name value>', 'set an option of Nix', collect)
    .option('--nix <path>', 'folder with the Nix programs, when not on PATH')
    .addOption(
      new Option('--call-package <choice>', "fill a function's arguments from <nixpkgs>")
        .choices(['on', 'off'])
        .default('on'),
    )
    .option('--timeout <seconds>', 'end an evaluation that takes longer', '300');
}

export function nixArguments(raw: RawNixOptions): NixArguments {
  const seconds = Number(raw.timeout);
  return {
    attr: raw.attr ?? '',
    nix: {
      path: raw.nix ?? '',
      store: raw.store ?? '',
      options: Object.fromEntries((raw.option ?? []).map(pairOf)),
      searchPath: raw.I ?? [],
    },
    evaluation: {
      callPackage: raw.callPackage !== 'off',
      timeoutMs: (Number.isFinite(seconds) && seconds > 0 ? seconds : 300) * 1000,
      memoryLimitMb: defaultSettings.evaluation.memoryLimitMb,
      args: [...(raw.arg ?? []).map(argument('expression')), ...(raw.argstr ?? []).map(argument('string'))],
    },
  };
}

function argument(kind: 'expression' | 'string'): (joined: string) => EvaluationOptions['args'][number] {
  return (joined) => {
    const [name, value] = pairOf(joined);
    return { name, value, kind };
  };
}

function pairOf(joined: string): readonly [string, string] {
  const at = joined.indexOf(joint);
  return [joined.slice(0, at), joined.slice(at + 1)];
}
