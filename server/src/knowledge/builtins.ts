/** Names that Nix itself defines, of all its versions from 2.8 on (`primops.cc`, and what `builtins.attrNames builtins` gives). */

/** Those that need no `builtins.`. */
export const globalNames: ReadonlySet<string> = new Set(
  `abort baseNameOf break builtins derivation derivationStrict dirOf false fetchGit fetchMercurial fetchTarball fetchTree fromTOML
  import isNull map null placeholder removeAttrs scopedImport throw toString true`.split(/\s+/),
);

/** The attributes of `builtins`. */
export const builtinNames: ReadonlySet<string> = new Set([
  ...globalNames,
  ...`add addDrvOutputDependencies addErrorContext all any appendContext attrNames attrValues bitAnd bitOr bitXor catAttrs ceil
  compareVersions concatLists concatMap concatStringsSep convertHash currentSystem currentTime deepSeq div elem elemAt fetchClosure
  fetchFinalTree fetchurl filter filterAttrs filterSource findFile flakeRefToString floor foldl' fromJSON functionArgs genList
  genericClosure getAttr getContext getEnv getFlake groupBy hasAttr hasContext hashFile hashString head intersectAttrs isAttrs isBool
  isFloat isFunction isInt isList isPath isString langVersion length lessThan listToAttrs mapAttrs match mul nixPath nixVersion
  outputOf parallel parseDrvName parseFlakeRef partition path pathExists readDir readFile readFileType replaceStrings seq sort split
  splitVersion storeDir storePath stringLength sub substring tail toFile toJSON toPath toXML trace traceVerbose tryEval typeOf
  unsafeDiscardOutputDependency unsafeDiscardStringContext unsafeGetAttrPos warn wasm zipAttrsWith`.split(
    /\s+/,
  ),
]);

/** The builtins that are no functions. */
export const constantNames: ReadonlySet<string> = new Set(
  'builtins currentSystem currentTime false langVersion nixPath nixVersion null storeDir true'.split(' '),
);

/** What Nix's own documentation calls deprecated (`primops.cc`). */
export const deprecatedBuiltins: ReadonlySet<string> = new Set(['isNull', 'toPath']);

/** Whether a name means something where no text defines it: a global, or a builtin by its name with two underscores. */
export function isGlobalName(name: string): boolean {
  // Nix gives each builtin that is no global this name as well; of what a newer Nix has we do not know.
  return globalNames.has(name) || name.startsWith('__');
}
