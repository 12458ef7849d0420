/** Functions that make small derivations, and those that make packages. Source: the Nixpkgs manual, "Trivial build helpers" and "Special build helpers", and `pkgs/build-support/trivial-builders`. */
import type { KnownAttribute } from '../attributes/attribute';
import { bash, flag, packages, text, words } from '../attributes/kinds';
import type { KnownFunction } from './knownFunction';

function helper(name: string, says: string, attributes: readonly KnownAttribute[]): KnownFunction {
  return { name, says, isFetcher: false, attributes };
}

export const helpers: readonly KnownFunction[] = [
  helper(
    'writeShellApplication',
    'Makes a program of a bash script, with `PATH` set and shellcheck run on it.',
    [
      { name: 'name', ...text, says: 'The name of the program.' },
      { name: 'text', ...bash, says: 'The script, without its `#!` line.' },
      {
        name: 'runtimeInputs',
        type: 'list of packages',
        says: 'Packages whose programs the script calls.',
        snippet: '[ $0 ]',
      },
      {
        name: 'runtimeEnv',
        type: 'set of strings',
        says: 'Variables that the script exports.',
        snippet: '{ $0 }',
      },
      {
        name: 'excludeShellChecks',
        type: 'list of strings',
        says: 'Codes of shellcheck that are left out.',
        snippet: '[ "SC$0" ]',
      },
      {
        name: 'bashOptions',
        type: 'list of strings',
        says: 'Options of the shell.',
        default: '[ "errexit" "nounset" "pipefail" ]',
        snippet: '[ "$0" ]',
      },
      { name: 'checkPhase', ...bash, says: 'Commands that check the script, in place of shellcheck.' },
      {
        name: 'inheritPath',
        type: 'boolean',
        says: 'Whether programs of the caller’s `PATH` are found, too.',
        default: 'true',
        snippet: 'false',
      },
      { name: 'derivationArgs', type: 'set', says: 'More attributes of the derivation.', snippet: '{ $0 }' },
      { name: 'passthru', type: 'set', says: 'As of a package.', snippet: '{ $0 }' },
      { name: 'meta', type: 'set', says: 'As of a package.', snippet: '{ $0 }' },
    ],
  ),
  helper('writeTextFile', 'Writes a text to a file in the store.', [
    { name: 'name', ...text, says: 'The name of the store path.' },
    { name: 'text', ...text, says: 'The text.' },
    { name: 'executable', ...flag, says: 'Whether the file may be executed.' },
    {
      name: 'destination',
      ...text,
      says: 'Where it stands in the output, as `"/bin/name"`; the output itself without it.',
    },
    { name: 'checkPhase', ...bash, says: 'Commands that check the file.' },
  ]),
  helper('symlinkJoin', 'Makes one folder of links to the files of several packages.', [
    { name: 'name', ...text, says: 'The name of the store path.' },
    { name: 'paths', type: 'list of packages', says: 'What is joined.', snippet: '[ $0 ]' },
    { name: 'postBuild', ...bash, says: 'Commands that run when all is linked, as `wrapProgram`.' },
    {
      name: 'nativeBuildInputs',
      type: 'list of packages',
      says: 'Programs that `postBuild` calls.',
      snippet: '[ $0 ]',
    },
  ]),
  helper('makeDesktopItem', 'Makes a desktop entry.', [
    { name: 'name', ...text, says: 'The name of its file.' },
    { name: 'desktopName', ...text, says: 'The name that is shown.' },
    { name: 'exec', ...text, says: 'The command to run.' },
    { name: 'icon', ...text, says: 'The name of its icon.' },
    { name: 'comment', ...text, says: 'What is shown when one points at it.' },
    { name: 'genericName', ...text, says: 'What kind of program it is.' },
    { name: 'categories', type: 'list of strings', says: 'Where it stands in menus.', snippet: '[ "$0" ]' },
    { name: 'mimeTypes', type: 'list of strings', says: 'What it opens.', snippet: '[ "$0" ]' },
    { name: 'terminal', ...flag, says: 'Whether it needs a terminal.' },
  ]),
  helper('buildEnv', 'Makes one folder of links to the files of several packages, as a profile is.', [
    { name: 'name', ...text, says: 'The name of the store path.' },
    { name: 'paths', ...packages, says: 'What is joined.' },
    { name: 'pathsToLink', ...words, says: 'The only folders to link.', default: '[ "/" ]' },
    { name: 'extraOutputsToInstall', ...words, says: 'Outputs to link besides the usual ones.' },
    { name: 'extraPrefix', ...text, says: 'A folder to put all links in.' },
    { name: 'ignoreCollisions', ...flag, says: 'Whether the first of several files of a name is taken.' },
    { name: 'postBuild', ...bash, says: 'Commands that run when all is linked.' },
    { name: 'nativeBuildInputs', ...packages, says: 'Programs that `postBuild` calls.' },
    { name: 'meta', type: 'set', says: 'As of a package.', snippet: '{ $0 }' },
    { name: 'passthru', type: 'set', says: 'As of a package.', snippet: '{ $0 }' },
  ]),
  helper('applyPatches', 'Makes a source with patches applied.', [
    { name: 'src', type: 'path or derivation', says: 'The source.' },
    { name: 'name', ...text, says: 'The name of the store path.' },
    { name: 'patches', type: 'list of paths', says: 'The patches, in this order.', snippet: '[ $0 ]' },
    { name: 'prePatch', ...bash, says: 'Commands that run before the patches are applied.' },
    { name: 'postPatch', ...bash, says: 'Commands that run after the patches were applied.' },
  ]),
  helper('makeSetupHook', 'Makes a package of a setup hook.', [
    { name: 'name', ...text, says: 'The name of the store path.' },
    { name: 'propagatedBuildInputs', ...packages, says: 'What whoever uses the hook gets, too.' },
    {
      name: 'substitutions',
      type: 'set',
      says: 'What `@name@` in the script is replaced by.',
      snippet: '{ $0 }',
    },
    { name: 'meta', type: 'set', says: 'As of a package.', snippet: '{ $0 }' },
    { name: 'passthru', type: 'set', says: 'As of a package.', snippet: '{ $0 }' },
  ]),
  helper(
    'substituteAll',
    'Makes a file with every `@name@` replaced by the attribute of that name. Newer nixpkgs: `replaceVars`.',
    [
      { name: 'src', type: 'path', says: 'The file.', snippet: './$0' },
      { name: 'name', ...text, says: 'The name of the store path.' },
      { name: 'dir', ...text, says: 'The folder of the output to put it in.' },
      { name: 'isExecutable', ...flag, says: 'Whether the file may be executed.' },
    ],
  ),
  called('writeText', 'writeText NAME TEXT', 'Writes a text to a file in the store.'),
  called('writeTextDir', 'writeTextDir PATH TEXT', 'Writes a text to a file in a folder of the store.'),
  called(
    'writeScript',
    'writeScript NAME TEXT',
    'Writes a script that may be executed; its `#!` line is the text’s own.',
  ),
  called('writeScriptBin', 'writeScriptBin NAME TEXT', 'As `writeScript`, to `bin/NAME` of a package.'),
  called('writeShellScript', 'writeShellScript NAME TEXT', 'Writes a script of bash, with a `#!` line.'),
  called(
    'writeShellScriptBin',
    'writeShellScriptBin NAME TEXT',
    'As `writeShellScript`, to `bin/NAME` of a package.',
  ),
  called('concatText', 'concatText NAME FILES', 'Writes the contents of several files to one.'),
  called('concatScript', 'concatScript NAME FILES', 'As `concatText`, to a file that may be executed.'),
  called('linkFarm', 'linkFarm NAME { LINK = PATH; … }', 'Makes a folder of links.'),
  called(
    'linkFarmFromDrvs',
    'linkFarmFromDrvs NAME DERIVATIONS',
    'Makes a folder of links to derivations, by their names.',
  ),
  called(
    'replaceVars',
    'replaceVars FILE { name = VALUE; … }',
    'Makes a file with every `@name@` replaced; each name has to occur, `null` leaves one as it is.',
  ),
  called('srcOnly', 'srcOnly PACKAGE', 'Makes the source of a package, unpacked and patched.'),
  called(
    'runCommand',
    'runCommand NAME { … } SCRIPT',
    'Runs bash commands that make `$out`, without a compiler. The set holds attributes of the derivation.',
  ),
  called(
    'runCommandLocal',
    'runCommandLocal NAME { … } SCRIPT',
    'As `runCommand`, always built on this machine: for what is done faster than it is fetched.',
  ),
  called('runCommandCC', 'runCommandCC NAME { … } SCRIPT', 'As `runCommand`, with a compiler.'),
  called(
    'mkDerivation',
    'stdenv.mkDerivation { … }',
    'Makes a package by the phases of stdenv: unpack, patch, configure, build, check, install, fix up. Each attribute is a variable of the builder; `finalAttrs: { … }` sees them as they are in the end.',
  ),
  called(
    'mkShell',
    'mkShell { … }',
    'Makes a shell for working on something, with `packages` and the inputs of `inputsFrom`.',
  ),
  called('mkShellNoCC', 'mkShellNoCC { … }', 'As `mkShell`, without a compiler.'),
  called(
    'buildGoModule',
    'buildGoModule { … }',
    'Makes a package of a Go module: fetches its modules (`vendorHash`), builds and tests `subPackages`.',
  ),
  called(
    'buildRustPackage',
    'rustPlatform.buildRustPackage { … }',
    'Makes a package of a crate: fetches its crates (`cargoHash`), builds and tests it with cargo.',
  ),
  called(
    'buildNpmPackage',
    'buildNpmPackage { … }',
    'Makes a package of an npm project: fetches its packages (`npmDepsHash`), runs its script `build`.',
  ),
  called(
    'buildPythonPackage',
    'buildPythonPackage { … }',
    'Makes a Python module: builds a wheel by `build-system`, installs it and gives `dependencies` to dependents.',
  ),
  called(
    'buildPythonApplication',
    'buildPythonApplication { … }',
    'As `buildPythonPackage`, for a program that nothing imports.',
  ),
];

/** What is not called with one set that is its own; attributes of derivations are told elsewhere. */
function called(name: string, usage: string, says: string): KnownFunction {
  return { name, usage, says, isFetcher: false, attributes: [] };
}
