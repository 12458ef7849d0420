/**
 * Sets that are attributes themselves, and what they are made of. Source: the Nixpkgs manual, "passthru" ("Passthru-attributes") and "Rust"
 * (`cargoLock`); of `env` the wrappers of compilers (`pkgs/build-support/cc-wrapper`, `bintools-wrapper`) and the tools' own manuals.
 */
import { alike, type KnownAttribute } from './attribute';
import { text } from './kinds';

const passthru: readonly KnownAttribute[] = [
  {
    name: 'tests',
    type: 'set of derivations',
    says: 'Derivations that test the package; they are built apart from it.',
    snippet: '{\n  $0\n}',
  },
  {
    name: 'updateScript',
    type: 'path, list or set',
    says: 'What brings the package to a newer version, as `nix-update-script { }` or `gitUpdater { }`.',
    snippet: 'nix-update-script { }',
  },
  {
    name: 'providedSessions',
    type: 'list of strings',
    says: 'Names of the desktop sessions that it has, for display managers.',
    snippet: '[ "$0" ]',
  },
  {
    name: 'shellPath',
    ...text,
    says: 'Where the shell is below the output, as `/bin/bash`, of a package that is one.',
  },
  {
    name: 'optional-dependencies',
    type: 'set of lists of packages',
    says: 'Packages for each of its extras.',
    snippet: '{\n  $0\n}',
  },
];

const env: readonly KnownAttribute[] = [
  ...alike(text, {
    NIX_CFLAGS_COMPILE: 'What the wrapper of the compiler adds when it compiles, as `-Wno-error`.',
    NIX_CFLAGS_LINK: 'What the wrapper of the compiler adds when it links.',
    NIX_CXXSTDLIB_COMPILE: 'Where the wrapper of the compiler finds the standard library of C++.',
    NIX_LDFLAGS: 'What the wrapper of the linker adds, as `-lm`.',
    RUSTFLAGS: 'What cargo gives to `rustc`.',
    LIBCLANG_PATH: 'The folder of `libclang`, for `bindgen`.',
    GOFLAGS: 'What is given to every call of go.',
    PYTHONPATH: 'Where Python looks for modules besides.',
    LC_ALL: 'The locale, as `C.UTF-8`.',
    SETUPTOOLS_SCM_PRETEND_VERSION: 'The version, for setuptools-scm, which finds no git in a build.',
  }),
  {
    name: 'CGO_ENABLED',
    type: 'number',
    says: 'Whether go links with C: `0` for a program without it.',
    snippet: '${1:0}',
  },
];

const cargoLock: readonly KnownAttribute[] = [
  { name: 'lockFile', type: 'path', says: 'The lock file, as `./Cargo.lock`.', snippet: './${1:Cargo.lock}' },
  { name: 'lockFileContents', ...text, says: 'The text of the lock file, in place of `lockFile`.' },
  {
    name: 'outputHashes',
    type: 'set of hashes',
    says: 'The hash of each crate that comes from git, by `name-version`.',
    snippet: '{\n  "$1" = "$2";\n}',
  },
  {
    name: 'allowBuiltinFetchGit',
    type: 'boolean',
    says: 'Whether crates from git may be fetched while evaluating, without `outputHashes`. nixpkgs does not allow it.',
    default: 'false',
    snippet: 'true',
  },
];

export const memberTables: Readonly<Record<string, readonly KnownAttribute[]>> = { passthru, env, cargoLock };
