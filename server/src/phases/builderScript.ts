/** How a derivation's builder is to be driven: stdenv's phases, its one script, or as an opaque program. */
import { basename } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import { stringAttribute } from './builderEnvironment';

export type DerivationStructure = 'phases' | 'buildCommand' | 'builder';

export interface BuilderScript {
  readonly structure: DerivationStructure;
  /** bash's own options before the script, e.g. `-e`. */
  readonly options: readonly string[];
  /** `$0` and `$1 …` as the builder's script sees them; empty for `builder`. */
  readonly script: string;
  readonly parameters: readonly string[];
  /** What the builder's scripts do before `genericBuild`; empty for `builder`. */
  readonly prelude: string;
  /** The scripts that the prelude is made of, in order, each with the number of its lines there. */
  readonly preludeFiles: readonly { readonly file: string; readonly lines: number }[];
}

const opaque: BuilderScript = {
  ...{ structure: 'builder', options: [], script: '', parameters: [] },
  ...{ prelude: '', preludeFiles: [] },
};

/** Reads a file's text; null when it cannot be read. */
export type ReadText = (path: string) => Promise<string | null>;

const sourcesFirstParameter = /^\s*(?:source|\.)\s+"?\$\{?1\}?"?\s*;?\s*$/;
const callsGenericBuild = /^\s*genericBuild\s*;?\s*(?:#.*)?$/;

/**
 * Looks at the builder's arguments and scripts. Only a script whose last command is `genericBuild` (stdenv's own
 * `source-stdenv.sh` with `default-builder.sh`, or a package's `builder.sh`) can be driven phase by phase.
 */
export async function readBuilderScript(
  derivation: StoreDerivation,
  args: readonly string[],
  readText: ReadText,
): Promise<BuilderScript> {
  const command = splitCommand(derivation.builder, args);
  if (command === null) return opaque;
  const first = await readText(command.script);
  if (first === null) return opaque;
  const texts = await preludeTexts(first, command.parameters, readText);
  if (texts === null) return opaque;
  const structure = hasBuildCommand(derivation) ? 'buildCommand' : 'phases';
  const files = [command.script, ...command.parameters];
  const preludeFiles = texts.map((text, index) => ({
    file: files[index] ?? '',
    lines: text.split('\n').length,
  }));
  return { structure, ...command, prelude: texts.join('\n'), preludeFiles };
}

/** The script and 1-based line that a 1-based line of the prelude is; null when there is no such line. */
export function preludePlace(
  { preludeFiles }: Pick<BuilderScript, 'preludeFiles'>,
  line: number,
): { readonly file: string; readonly line: number } | null {
  let before = 0;
  for (const { file, lines } of preludeFiles) {
    if (line <= before + lines) return { file, line: line - before };
    before += lines;
  }
  return null;
}

/** Options, script and parameters when the builder is a bash that runs a script file, else null. */
function splitCommand(
  builder: string,
  args: readonly string[],
): {
  readonly options: readonly string[];
  readonly script: string;
  readonly parameters: readonly string[];
} | null {
  if (!/^(?:ba)?sh/.test(basename(builder))) return null;
  let index = 0;
  while (/^[-+]/.test(args[index] ?? '')) {
    const option = args[index] ?? '';
    if (/^-[a-z]*[cs]/.test(option)) return null;
    index += /^[-+][a-z]*[oO]$/.test(option) ? 2 : 1;
    if (option === '--') break;
  }
  const script = args[index];
  if (script === undefined) return null;
  return {
    options: args.slice(0, index).filter((option) => option !== '--'),
    script,
    parameters: args.slice(index + 1),
  };
}

/** Of the script, and of its first parameter where it ends in sourcing that. */
async function preludeTexts(
  text: string,
  parameters: readonly string[],
  readText: ReadText,
): Promise<readonly string[] | null> {
  const own = withoutLast(text, callsGenericBuild);
  if (own !== null) return [own];
  const before = withoutLast(text, sourcesFirstParameter);
  const [next] = parameters;
  if (before === null || next === undefined) return null;
  const second = await readText(next);
  const after = second === null ? null : withoutLast(second, callsGenericBuild);
  return after === null ? null : [before, after];
}

/** The text without its last command when that is `command`, else null; comments and blank lines may follow it. */
function withoutLast(text: string, command: RegExp): string | null {
  const lines = text.split('\n');
  while (/^\s*(?:#.*)?$/.test(lines.at(-1) ?? '#') && lines.length > 0) lines.pop();
  const last = lines.pop();
  if (last === undefined) return null;
  if (command.test(last)) return lines.join('\n');
  const cut = last.lastIndexOf(';');
  return cut >= 0 && command.test(last.slice(cut + 1)) ? [...lines, last.slice(0, cut)].join('\n') : null;
}

function hasBuildCommand(derivation: StoreDerivation): boolean {
  return ['buildCommand', 'buildCommandPath'].some(
    (name) => (stringAttribute(derivation, name) ?? '') !== '',
  );
}
