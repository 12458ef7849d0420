/** Which variables a phase's texts read. Pure. */
import type { PhaseFlag } from '../protocol/model';

/** What the variables are that count, and the names that do not. */
export interface FlagFacts {
  /** The shell's variables. */
  readonly values: Readonly<Record<string, string>>;
  /** Names of those that the derivation or a setup hook sets. */
  readonly set: ReadonlySet<string>;
}

/**
 * What the derivation tells every builder: who it is, what stdenv is made of, where inputs and outputs are. Source: nixpkgs'
 * `pkgs/stdenv/generic/make-derivation.nix` and the Nix manual's attributes of `derivation`.
 */
const bookkeeping: ReadonlySet<string> = new Set(
  (
    'name pname system builder args stdenv shell SHELL initialPath out outputs outputDev outputBin outputLib outputInclude outputDevdoc ' +
    'outputDoc outputMan outputInfo outputDevman prefix PATH HOST_PATH XDG_DATA_DIRS phases buildCommand buildCommandPath passAsFile ' +
    'strictDeps userHook preHook setupHook propagatedUserEnvPkgs defaultBuildInputs defaultNativeBuildInputs buildInputs ' +
    'nativeBuildInputs propagatedBuildInputs propagatedNativeBuildInputs checkInputs nativeCheckInputs installCheckInputs ' +
    'nativeInstallCheckInputs preferLocalBuild allowSubstitutes outputHash outputHashAlgo outputHashMode requiredSystemFeatures env'
  ).split(' '),
);

function isBookkeeping(name: string): boolean {
  return (
    bookkeeping.has(name) ||
    /^(?:__|deps[A-Z]\w*(?:Build|Host|Target|Propagated)|pkgs[A-Z])|Phases?$/.test(name)
  );
}

/**
 * The set variables that the texts name, in the order in which they do: as `$name` and `${name…}`, and as a word of its own when it
 * has the shape of a variable's name only (`makeFlags` in `concatTo flagsArray makeFlags`; not `version` or `x`). Comments do not count.
 */
export function flagsRead(texts: readonly string[], { values, set }: FlagFacts): PhaseFlag[] {
  const names = new Set<string>();
  for (const text of texts) {
    const code = text.replace(/(^|\s)#.*$/gm, '$1');
    for (const [, lead, name = ''] of code.matchAll(/(\$\{?[#!]?)?\b([A-Za-z_]\w*)/g)) {
      if (lead !== undefined || isVariableShaped(name)) names.add(name);
    }
  }
  return [...names].flatMap((name) => {
    const value = set.has(name) && Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined || value === '' || isBookkeeping(name) ? [] : [{ name, value }];
  });
}

/** `makeFlags`, `NIX_CFLAGS`: nobody has such a word in a command for another reason. */
function isVariableShaped(name: string): boolean {
  return /[a-z][A-Z]|[A-Z]_[A-Z]/.test(name);
}
