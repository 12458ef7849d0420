/** The rules on texts that real tools printed; test/fixtures/logs/README.md says how each was made. */
import { equal, match, ok } from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { explainFailure, explainMessage } from '../../../server/src/builds/explanations/explainFailure';
import type { Explanation } from '../../../server/src/builds/explanations/rule';
import { explain, keptTexts } from '../../support/keptTexts';
import { saidCauses, unexplained, wantedInputs } from './explainedTexts';

const nixVersions = ['2.8', '2.26', '2.34'];

/** `attribute: kind name` of the input that is wanted. */
function wanted(explanation: Explanation | null): string | null {
  const remedy = explanation?.remedy ?? null;
  if (remedy?.kind !== 'input') return remedy?.kind ?? null;
  return `${remedy.attribute}: ${remedy.wanted.kind} ${remedy.wanted.name}`;
}

/** What of an input is missing, in which list it belongs. */
const inputs: Readonly<Record<string, string>> = {
  ...wantedInputs,
  'command-not-found/bash': 'nativeBuildInputs: command pkg-config',
  'command-not-found/bash-script': 'nativeBuildInputs: command cmake',
  'command-not-found/dash': 'nativeBuildInputs: command ragel',
  'command-not-found/env': 'nativeBuildInputs: command asciidoctor',
  'command-not-found/make': 'nativeBuildInputs: command bison',
  'command-not-found/make-shell': 'nativeBuildInputs: command flex',
  'command-not-found/ninja': 'nativeBuildInputs: command glslc',
  'command-not-found/node': 'nativeBuildInputs: command esbuild',
  'command-not-found/python': 'nativeBuildInputs: command swig',
  'command-not-found/cmake-ninja': 'nativeBuildInputs: command ninja',
  'command-not-found/go-cgo': 'nativeBuildInputs: command clang',
  'command-not-found/meson': 'nativeBuildInputs: command gperf',
  'command-not-found/rust-linker': 'nativeBuildInputs: command cc',
  'command-not-found/xargs': 'nativeBuildInputs: command help2man',
  'command-not-found/busybox': 'nativeBuildInputs: command tsc',
  'command-not-found/busybox-script': 'nativeBuildInputs: command tsc',
  'command-not-found/busybox-exec': 'nativeBuildInputs: command cmake',
  'command-not-found/bash-exec': 'nativeBuildInputs: command cmake',
  'command-not-found/dash-exec': 'nativeBuildInputs: command cmake',
  'command-not-found/make-execvp': 'nativeBuildInputs: command bison',
  'command-not-found/setuptools': 'nativeBuildInputs: command swig',
  'command-not-found/rust-cmake': 'nativeBuildInputs: command cmake',
  'command-not-found/protoc': 'nativeBuildInputs: command protoc',
  'bad-interpreter/env-program': 'nativeBuildInputs: command lua',
  'missing-header/gcc': 'buildInputs: header zstd.h',
  'missing-header/clang': 'buildInputs: header openssl/ssl.h',
  'missing-header/gxx': 'buildInputs: header boost/version.hpp',
  'missing-header/make': 'buildInputs: header ncurses.h',
  'missing-header/gcc-own': 'buildInputs: header config.h',
  'missing-pc/pkg-config': 'buildInputs: pkgConfig libpng16x',
  'missing-pc/cmake': 'buildInputs: pkgConfig gtk4',
  'missing-pc/meson': 'buildInputs: pkgConfig libfoo',
  'missing-pc/configure': 'buildInputs: pkgConfig json-glib',
  'missing-library/gcc': 'buildInputs: library zstd',
  'missing-library/clang': 'buildInputs: library ssl',
  'missing-library/lld': 'buildInputs: library png',
  'missing-library/rust': 'buildInputs: library sqlite3',
  'missing-library/configure': 'buildInputs: library nothere',
  'missing-library/cmake': 'buildInputs: library nothere',
  'missing-library/find-package': 'buildInputs: cmakePackage OpenCL',
  'missing-library/find-config': 'buildInputs: cmakePackage fmt',
  'python-module/import': 'dependencies: pythonModule numpy',
  'python-module/submodule': 'dependencies: pythonModule yaml',
  'python-module/run-module': 'dependencies: pythonModule sphinx',
  'python-module/backend': 'build-system: pythonModule hatchling',
  'python-module/setup': 'build-system: pythonModule setuptools_rust',
};

/** What is said of the others. */
const causes: Readonly<Record<string, RegExp>> = {
  ...saidCauses,
  'bad-interpreter/env': /^\.\/configure cannot be started: the program that its first line/,
  'bad-interpreter/python': /^\.\/tools\/gen\.py cannot be started/,
  'bad-interpreter/make': /^\.\/gen cannot be started.*or it is not there itself/,
  'bad-interpreter/dash': /^\.\/gen cannot be started.*or it is not there itself/,
  'command-not-found/cmake-compiler': /^No compiler for C is there\..*stdenvNoCC/s,
  'autotools/no-compiler': /^No compiler for C is there\./,
  'autotools/pkg-macro': /^Autoconf does not know the macro AM_NOTHERE_CHECK/,
  'autotools/macro-in-configure': /^Autoconf does not know the macro PKG_NOTHERE_MODULES.*pkg-config/s,
  'warnings-as-errors/gcc': /warns of unused-variable\..*-Wno-error=unused-variable/s,
  'warnings-as-errors/clang': /warns of unused-variable\..*-Wno-error=unused-variable/s,
  'undefined-reference/gcc': /no definition of pow:.*"-lm"/s,
  'undefined-reference/gxx': /no definition of z::f\(int\):/,
  'undefined-reference/rust': /no definition of nothere_f:/,
  'too-old/autoconf': /want Autoconf with 99\.1, and the one among the inputs is older/,
  'too-old/cargo': /want Rust with 9\.99/,
  'too-old/cargo-edition': /want Rust with 2099/,
  'too-old/cmake': /want CMake with 99\.1, and the one among the inputs is 3\.\d+/,
  'too-old/go': /want Go with slices/,
  'too-old/meson': /want Meson with >= 99\.1, and the one among the inputs is 1\./,
  'too-old/python': /want Python with >=9\.9, and the one among the inputs is 3\./,
  'node-module/require': /does not find the package left-pad\./,
  'node-module/import': /does not find the package @scope\./,
  'node-module/cache': /wants https:\/\/registry\.example\.org\/left-pad,.*npmDepsHash/s,
  'node-module/script': /has no script build\..*dontNpmBuild/s,
  'go-module/missing': /do not account for the package github\.com\/pkg\/errors\..*go mod tidy/s,
  'go-module/sum': /do not account for the package github\.com\/pkg\/errors\./,
  'go-module/vendor': /vendored modules are not those.*vendorHash = null/s,
  'go-module/no-mod': /no go\.mod where.*modRoot/s,
  'cargo-lock/outdated': /Cargo\.lock does not fit Cargo\.toml/,
  'cargo-lock/vendor': /The crate serde is not among.*cargoHash/s,
  'pip-managed/pip': /^pip was asked to install into Python’s own folder/,
  'no-home/go': /wants a home directory.*HOME="\$TMPDIR"/s,
  'no-home/mkdir': /wants a home directory/,
  'no-home/node': /wants a home directory/,
  'no-home/python': /wants a home directory/,
  'makefile/separator': /cannot read Makefile:2: .*begin with a tab/,
  'bash-error/unbound': /The variable nothere_variable is not set/,
  'bash-error/syntax': /cannot read line 3 of the script: it ends before/,
  'missing-pc/pkg-config-version': /wants zlib >= 99/,
  'network/curl': /network for example\.org,.*fetchurl/s,
  'network/wget': /network for example\.org,.*fetchurl/s,
  'network/git': /network for example\.org,.*fetchgit/s,
  'network/npm': /network for registry\.example\.org,.*npmDepsHash/s,
  'network/cargo': /network for index\.crates\.io,.*cargoHash/s,
  'network/go': /network for proxy\.golang\.org,.*vendorHash/s,
  'network/cmake': /network for github\.com,.*FETCHCONTENT_SOURCE_DIR/s,
  'network/python': /asks the network, .*fetchurl/s,
  'patch/hunk': /^The patch fix\.patch does not fit a\.c: hunk 1 \(line 7 of a\.c\).*a\.c\.rej/s,
  'patch/several': /^The patch two\.patch.*hunk 2 \(line 47 of src\/main\.c\).*src\/main\.c\.rej/s,
  'patch/no-file': /^The patch moved\.patch is for x, and there is no such file/,
  'patch/reversed': /^What the patch old\.patch changes in x is in the source already/,
  'patch/malformed': /^The patch bad\.patch cannot be read: malformed patch at line 4\. /,
  'missing-library/loader': /does not find the library libf\.so/,
  'missing-configure/bash': /no \.\/configure.*autoreconfHook/s,
  'missing-configure/cmake': /no CMakeLists\.txt/,
  'missing-configure/makefile': /no Makefile/,
  'missing-configure/meson': /no meson\.build/,
  'configure-stopped/configure': /stopped: a working frobnicator is required\. /,
  'not-executable/configure': /^\.\/configure may not be run.*chmod \+x \.\/configure/s,
  'no-rule/make': /^make needs main\.c for main\.o/,
  'no-rule/target': /no target install.*installPhase/s,
  'disk-full/gcc': /^The disk is full/,
  'disk-full/cp': /^The disk is full/,
  'out-of-memory/python': /^The memory ran out/,
  'out-of-memory/gcc-killed': /^cc1 was killed/,
  'out-of-memory/make-killed': /was killed/,
  'out-of-memory/killed': /was killed/,
  'bad-interpreter/busybox': /^\.\/gen\.sh cannot be started.*or it is not there itself/,
  'windows-lines/env': /^A script has lines that end as on Windows.*sed -i/s,
  'windows-lines/kernel': /^\.\/configure has lines that end as on Windows/,
  'windows-lines/script': /^build\.sh has lines that end as on Windows/,
  'windows-lines/syntax': /^\.\/build\.sh has lines that end as on Windows/,
  'libclang/bindgen': /libclang \(bindgen\).*rustPlatform\.bindgenHook/s,
  'network/busybox': /network for example\.org,.*fetchurl/s,
  'network/java': /network for repo\.maven\.apache\.org,.*mvnHash/s,
  'network/maven': /asks the network for repo\.maven\.apache\.org,.*mvnHash/s,
  'disk-full/quota': /^The disk is full/,
  'out-of-memory/bad-alloc': /^The memory ran out/,
  'out-of-memory/gcc-old': /^cc1plus was killed/,
  'out-of-memory/clang-killed': /was killed/,
  'out-of-memory/ld-killed': /^ld was killed/,
  'out-of-memory/go-killed': /^compile was killed/,
  'patch/exists': /^The patch new\.patch makes the file x, which is in the source already/,
  'patch/read-only': /^The patch fix\.patch is to change x, which may not be written/,
  'patch/git-apply': /^A patch does not fit src\/x: /,
  'no-rule/ninja': /^ninja needs a\.c for a\.o/,
  'no-rule/ninja-target': /build\.ninja has no target install.*installPhase/s,
  'missing-configure/cargo': /no Cargo\.toml/,
  'too-old/cargo-2024': /want Rust with edition2024/,
  'go-module/proxy-off': /module github\.com\/pkg\/errors is not among those that were fetched/,
  'go-module/not-vendored': /module github\.com\/pkg\/errors is not among those that were fetched/,
  'go-module/updates': /^go\.mod does not fit.*go mod tidy/s,
  'go-module/own-vendor': /vendor folder of its own.*vendorHash = null/s,
  'go-module/empty-vendor': /wants no modules.*vendorHash = null/s,
  'cargo-lock/offline': /^The crate foo is not among.*outputHashes/s,
  'cargo-lock/searched': /^The crate serde-json is not among/,
  'cargo-lock/hash': /another Cargo\.lock than the source has.*cargoHash = ""/s,
  'cargo-lock/no-lock': /^The source has no Cargo\.lock/,
  'node-module/script-old': /has no script build\./,
  'node-module/no-lock': /^The source has no package-lock\.json/,
  'node-module/no-lock-in-source': /^The source has no package-lock\.json/,
  'node-module/out-of-step': /^package\.json and package-lock\.json do not fit/,
  'node-module/hash': /another package-lock\.json than the source has.*npmDepsHash = ""/s,
  'node-module/gyp': /compiled by node-gyp.*python3/s,
  'node-module/pnpm': /^pnpm wants https:\/\/registry\.npmjs\.org\/left-pad\/-\/left-pad-1\.3\.0\.tgz, which/,
  'node-module/pnpm-outdated': /^package\.json and pnpm-lock\.yaml do not fit/,
  'node-module/yarn': /^yarn wants left-pad, which is not among/,
  'node-module/yarn-request': /^yarn wants https:\/\/registry\.yarnpkg\.com\/left-pad/,
  'node-module/yarn-hash': /another yarn\.lock than the source has/,
  'substitute/unmatched':
    /is to replace \/usr\/bin\/env in configure, and that is not in it\..*--replace-warn/,
  'substitute/no-file': /is to change src\/config\.h, and there is no such file/,
  'unpack/unknown': /not know how to unpack p-1\.0\.zip\. Add unzip to nativeBuildInputs/,
  'unpack/no-archive': /not know how to unpack p\.py\..*dontUnpack = true/,
  'unpack/several': /several folders.*sourceRoot/s,
  'unpack/none': /without a folder around them.*sourceRoot = "\."/s,
  'store-permission/cp': /writes to zlib-1\.3, which is in the store already/,
  'store-permission/install': /writes to \/usr\/local\/bin, outside/,
};

/** Of a derivation that fetches. */
const fetching: Readonly<Record<string, RegExp>> = {
  'fetch-refused/curl':
    /^The server does not give http:\/\/127\.0\.0\.1:18465\/p-1\.0\.tar\.gz: it answers 404/,
  'fetch-refused/wget':
    /^The server does not give http:\/\/127\.0\.0\.1:18463\/p-1\.0\.tar\.gz: it answers 404/,
  'fetch-refused/certificate': /^The certificate of the server is not one/,
  'fetch-refused/certificate-git': /^The certificate of localhost is not one/,
};

/** In the words of 2.8, which newer ones share. */
const ofNixAlone: Readonly<Record<string, RegExp>> = {
  'nix-2.8/disk-full': /^The disk is full/,
  'nix-2.8/fetch-offline': /needs https:\/\/example\.org\/a\.tar\.gz, which cannot be reached from here/,
  'nix-2.8/fetch-refused': /needs http:\/\/127\.0\.0\.1:18466\/a\.tar\.gz, which the server does not give/,
  'nix-2.8/fetch-git': /^git, by which Nix fetches a repository/,
  'nix-2.8/output-cycle': /^The outputs dev and out refer to each other/,
  'nix-2.8/timed-out': /took longer than 1 seconds\..*--timeout/s,
  'nix-2.8/silent': /printed nothing for 1 seconds\..*--max-silent-time/s,
  'nix-2.8/restricted-path': /told of \(restrict-eval\), and \/etc\/hostname is not.*-I/s,
  'nix-2.8/restricted-address': /and https:\/\/example\.org\/a\.tar\.gz is not.*allowed-uris/s,
  'nix-2.8/dirty-tree': /has no rev while.*self\.dirtyRev/s,
  'nix-2.8/unlocked-fetch': /may not fetch what fetchTarball names.*sha256/s,
  'nix-2.26/unlocked-fetch': /may not fetch https:\/\/example\.org\/a\.tar\.gz.*sha256/s,
  'nix-2.8/unlocked-input': /input .*\/build\/input.* has no fixed state.*commit/s,
  'nix-2.26/unlocked-input': /input .*\/build\/input.* has no fixed state.*commit/s,
};

/** In the words of each Nix; `nothing`: a failure that the words do not explain. */
const ofNix: Readonly<Record<string, RegExp | 'nothing'>> = {
  'hash-mismatch': /another hash.*write sha256-c8s4WKaHqElMozIwUwFigvPa051Cz2LKTnndoqrH2aw=/s,
  'evaluated-hash':
    /file:\/\/\/build\/source\.tar\.gz gives has another hash.*write sha256:1hlgpdw306ciza22x347amj9dfpyh2rrspfrjzi3171jcb4p3cv3/s,
  'evaluated-tree':
    /source\.tar\.gz gives has another hash.*write sha256-Y7NxyWIynDDil9ldnbOA\/rqWZFWHjC6E\+pEZMHi7j8I=, or.*flake update/s,
  'missing-output': /not made its output out.*installPhase/s,
  'missing-second-output': /not made its output dev.*outputs/s,
  'forbidden-reference': /forbidden-reference refers to compiler, which/,
  'forbidden-requisite': /forbidden-requisite refers to compiler, which/,
  'only-allowed': /only-allowed refers to compiler, which/,
  'wrong-system': /for aarch64-darwin, and this machine is x86_64-linux/,
  'wrong-feature': /offers nothere/,
  killed: /was killed/,
  exit: 'nothing',
  'untracked-file': /does not see package\.nix.*git.* add -N package\.nix/s,
  'impure-path': /may not read \/etc/,
  'impure-search-path': /may not read <nixpkgs>.*input of the flake/s,
};

describe('explanations', () => {
  for (const [name, expected] of Object.entries(inputs)) {
    it(`${name}: ${expected}`, () => equal(wanted(explain(name)), expected));
  }
  for (const [name, expected] of Object.entries(causes)) {
    it(name, () => {
      const explanation = explain(name);
      match(`${explanation?.cause ?? ''} ${explanation?.advice ?? ''}`, expected);
    });
  }
  for (const name of unexplained) {
    it(`${name}: nothing`, () => equal(explain(name), null));
  }
  for (const [name, expected] of Object.entries(fetching)) {
    it(`${name}, where something is fetched`, () =>
      match(explain(name, { fetches: true })?.cause ?? '', expected));
  }
  for (const [name, expected] of Object.entries(ofNixAlone)) {
    it(name, () => {
      const explanation = explain(name);
      match(`${explanation?.cause ?? ''} ${explanation?.advice ?? ''}`, expected);
    });
  }
  for (const version of nixVersions) {
    for (const [name, expected] of Object.entries(ofNix)) {
      it(`${name}, in the words of Nix ${version}`, () => {
        const explanation = explain(`nix-${version}/${name}`);
        if (expected === 'nothing') return equal(explanation, null);
        match(`${explanation?.cause ?? ''} ${explanation?.advice ?? ''}`, expected);
      });
    }
  }

  it('are tested on every text that is kept', () => {
    const known = new Set([
      ...Object.keys({ ...inputs, ...causes, ...fetching, ...ofNixAlone }),
      ...unexplained,
      ...nixVersions.flatMap((version) => Object.keys(ofNix).map((name) => `nix-${version}/${name}`)),
      'store-permission/mkdir',
      'substitute/warning',
    ]);
    const kept = readdirSync(keptTexts, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.txt'))
      .map((file) => file.slice(0, -'.txt'.length));
    for (const file of kept) ok(known.has(file), `${file} is not tested`);
    equal(kept.length, known.size);
  });

  it('say nothing of what went well or of what they do not know', () => {
    const lines = [
      'checking for gcc... gcc',
      'checking for foo.h... no',
      'make: *** [Makefile:2: all] Error 1',
    ];
    equal(
      explainFailure({ message: '', hashMismatch: null, phase: 'buildPhase', lines, fetches: false }),
      null,
    );
    equal(explain('store-permission/mkdir'), null);
    equal(explain('substitute/warning'), null);
  });

  it('take no warning, note or name for what went wrong', () => {
    const harmless = [
      "substituteStream() in derivation a: WARNING: pattern x doesn't match anything in file 'y'",
      'm.c:1:22: warning: unused variable ‘x’ [-Wunused-variable]',
      'cc -Werror=format -Wno-error=unused -c m.c',
      'cc1: all warnings being treated as errors',
      'checking for a possibly undefined macro... none',
      'export HOME=/homeless-shelter',
      'HOME is /homeless-shelter',
      "Cannot find module './lib/own'",
      "Error: Cannot find module '/build/dist/index.js'",
      'npm error code ELIFECYCLE',
      'main.go:3:8: package foo is not in GOROOT (/go/src/foo)',
      'requires go >= 1.22',
      'CMake 3.5 or higher is recommended. You are running version 3.25',
      'Compiling cargo_lock v1.0.0',
      'warning: the lock file will be updated',
      'setup: line 12: cd: build: not a folder',
      'Running tests: 12 syntax errors found as expected',
      'Package python requires a different version of pip',
      'a.o: in function main: no undefined reference',
      'exec: "true" started',
    ];
    for (const line of harmless) {
      const evidence = {
        message: '',
        hashMismatch: null,
        phase: 'buildPhase',
        lines: [line],
        fetches: false,
      };
      equal(explainFailure(evidence), null, line);
    }
  });

  it('of an evaluation speak of what git does not know only where a flake is evaluated', () => {
    const message =
      "getting status of '/nix/store/c3l9h8if007pg7dr6sz4gd80qbkny7x5-source/package.nix': No such file or directory";
    match(explainMessage(message, true)?.advice ?? '', /git add -N package\.nix/);
    equal(explainMessage(message, false), null);
  });

  it('take the last thing that went wrong', () => {
    const lines = [
      'setup: line 3: git: command not found',
      'main.c:1:10: fatal error: zstd.h: No such file or directory',
    ];
    const evidence = { message: '', hashMismatch: null, phase: 'buildPhase', lines, fetches: false };
    equal(wanted(explainFailure(evidence)), 'buildInputs: header zstd.h');
  });

  it('blame the URL where it is a fetcher that has no network', () => {
    const explanation = explain('network/curl', { fetches: true });
    match(explanation?.cause ?? '', /^example\.org cannot be reached/);
    match(explanation?.advice ?? '', /URL/);
  });

  it('put what a check imports among the inputs of the check', () => {
    equal(
      wanted(explain('python-module/import', { phase: 'pytestCheckPhase' })),
      'nativeCheckInputs: pythonModule numpy',
    );
  });
});
