import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hasOwnStore, onDisk } from '../support/nixEnvironment';
import {
  closeClean,
  inBothModes,
  instantiate,
  never,
  open,
  realBuild,
  realBuildDirectory,
  removeScratch,
  repository,
  scratchFolder,
  unwrap,
} from './phasesSupport';

const stdenv = `(import ${join(repository, 'examples/pkgs')} { }).stdenv`;

/** Writes all that a builder can see into `$out`, a variable a record. */
const dump = `
  target=\${dumped:-$out}
  mkdir -p $target
  for name in $(compgen -v); do
    case $name in
      __phasewise*|BASH_*|BASHPID|PPID|EPOCH*|RANDOM|SRANDOM|SECONDS|LINENO|FUNCNAME|_|SHELLOPTS|startTime|endTime|name|target) ;;
      *) declare -p "$name" 2>/dev/null >> $target/variables && printf '\\0' >> $target/variables ;;
    esac
  done
  declare -p BASH_VERSION BASHOPTS >> $target/variables
  declare -F | grep -v __phasewise > $target/functions
  set -o | grep -v errtrace > $target/options
  printf '%s\\0' "$0" "$@" "$PWD" "$(umask)" "$(ulimit -a)" > $target/place
  stat -c %a . >> $target/place
  [[ -t 0 ]] || echo no terminal on 0 >> $target/place
  [[ -t 1 && -t 2 ]] && echo a terminal on 1 and 2 >> $target/place
  ls -l /proc/self/fd | sed 's/.* \\([0-9]\\) ->.*/\\1/' | grep '^[0-9]$' > $target/descriptors
  for file in .attr-* .attrs.*; do
    if [[ -e $NIX_BUILD_TOP/$file ]]; then cp "$NIX_BUILD_TOP/$file" "$target/file$file"; fi
  done
  shopt -s nullglob
  for file in "$NIX_BUILD_TOP"/.attr-*; do cp "$file" "$target/$(basename "$file" | tr . _)"; done
`.replaceAll('${', "''${");

const oddities = `
  plain = "a 'quoted' \\"word\\" $dollar \\\\ back\\ttab";
  lines = "one\\ntwo\\n";
  list = [ "a" "b c" ];
  number = 42; yes = true; no = false; nothing = null; unicode = "äöü → 漢字";
  withPlaceholder = "prefix=\${placeholder "out"}";`;

const cases: Readonly<Record<string, string>> = {
  'a plain derivation': `${stdenv}.mkDerivation { name = "plain-env"; ${oddities} dontUnpack = true; buildPhase = ''${dump}''; installPhase = ":"; }`,
  'several outputs': `${stdenv}.mkDerivation { name = "multi-env"; outputs = [ "out" "dev" "dumped" ]; dontUnpack = true;
    buildPhase = ''${dump}''; installPhase = "mkdir $out $dev"; }`,
  'attributes passed as files': `${stdenv}.mkDerivation { name = "files-env"; big = "text of \${placeholder "out"}\\n"; other = "x"; passAsFile = [ "big" "other" ];
    dontUnpack = true; buildPhase = ''${dump}''; installPhase = ":"; }`,
  'structured attributes': `${stdenv}.mkDerivation { name = "structured-env"; __structuredAttrs = true; outputs = [ "out" "dev" "dumped" ]; ${oddities}
    assoc = { x = "y"; "a key" = 1; z = true; }; nested = { deep = [ { a = 1; } ]; }; float = 1.5; whole = 2.0; small = 0.00001; huge = 123456789012.5; bigInteger = 5000000000; notQuite = 16777217.5; exponent = 1.0e30; tiny = 1.0e-7; wholeList = [ 1.0 3000000000 ];
    "odd-name" = 1; mixed = [ 1 "two" null true ]; empty = [ ]; emptySet = { }; negative = -3; control = "\\r\\u0001";
    dontUnpack = true; buildPhase = ''${dump}''; installPhase = "mkdir $out $dev"; }`,
  'a build command': `${stdenv}.mkDerivation { name = "command-env"; buildCommand = ''${dump}''; }`,
  'a raw builder': `derivation { name = "raw-env"; system = builtins.currentSystem; builder = "/bin/bash"; inherit (builtins) storeDir;
    args = [ "-c" ''PATH=/usr/bin:/bin; ${dump}'' "zero" "one \${placeholder "out"}" ]; ${oddities.replace('list = [ "a" "b c" ];', '')} }`,
};

/** Outside a sandbox, in one, and of newer Nix. */
const realBuildTop =
  /\/tmp\/nix-build-[^/'" ]*\.drv-\d+|(?<=["'\0])\/build(?=[/"'\0])|\/nix\/var\/nix\/builds\/[^/'" ]+/g;

/** A daemon builds as another user, with an environment of its own. */
const isClient = process.env['NIX_REMOTE'] === 'daemon';

/** Who and where one is for another user, and in a sandbox, which has its own users, name of the machine, and next to nothing in /etc. */
const ofUser = /^declare \S+ (?:BASH|SHELL|HOSTNAME|GROUPS|E?UID|CC|CXX)=/;
const isAnother = isClient || hasOwnStore;

/** Same names for what legitimately differs: the build directory. */
function normalise(text: string, buildTop: RegExp, name: string): string {
  return text.replaceAll(buildTop, name);
}

async function readDump(
  folder: string,
  buildTop: RegExp,
  standIn: string,
): Promise<Record<string, string[]>> {
  const files: Record<string, string[]> = {};
  for (const name of (await readdir(folder)).sort()) {
    const text = normalise(await readFile(join(folder, name), 'utf8'), buildTop, standIn);
    files[name] =
      name === 'variables'
        ? text
            .split('\0')
            .map((one) => one.trim())
            .filter((one) => !isAnother || !ofUser.test(one))
            .sort()
        : text.split('\n');
  }
  return files;
}

inBothModes("a session's builder environment", (isolation) => {
  let scratch = '';
  before(async () => (scratch = await scratchFolder()));
  after(() => removeScratch(scratch));

  for (const [title, expression] of Object.entries(cases)) {
    for (const restored of [false, true]) {
      it(`is variable for variable that of a real build: ${title}${restored ? ', from its folder' : ''}`, async () => {
        const derivation = await instantiate(['-E', expression]);
        const real = await realBuild(derivation.path);
        assert.equal(real.exitCode, 0, real.log);
        let opened = await open(derivation, scratch, isolation, title);
        if (restored) {
          if (opened.session.phases.some(({ name }) => name === 'configurePhase'))
            await opened.run({ selection: 'until', phase: 'configurePhase' });
          await opened.session.release();
          opened = await open(derivation, scratch, isolation, title);
        }
        try {
          const result = await opened.run({ selection: 'all', phase: null });
          assert.equal(result.status, 'ok', opened.output());
          assert.equal(result.phases[0]?.reused, restored && result.phases.length > 1);
          const outputs = unwrap(await opened.session.outputs(null, never));
          // Isolated, it is the real one; but its number may have been taken by another build, and newer Nix has no fixed name.
          const top = isolation === undefined ? '@top@' : await realBuildDirectory(derivation);
          const expected = await readDump(
            onDisk((derivation.outputs['dumped'] ?? derivation.outputs['out'])?.path ?? ''),
            realBuildTop,
            top,
          );
          const { workFolder } = opened.session;
          const actual = await readDump(
            outputs['dumped'] ?? outputs['out'] ?? '',
            new RegExp(`${workFolder}/build`, 'g'),
            top,
          );
          assert.ok((expected['variables']?.length ?? 0) > 15);
          assert.deepEqual(actual, expected);
        } finally {
          await closeClean(opened);
        }
      });
    }
  }

  it('is that of a real build for a fixed-output derivation, with what it asks for of the caller', async () => {
    // What it makes would be known, were it not for the name; and its own output says nothing about its variables.
    const derivation = await instantiate([
      '-E',
      `${stdenv}.mkDerivation { name = "fixed-${process.pid}-${isolation === undefined ? 'open' : 'closed'}";
        outputHashMode = "flat"; outputHashAlgo = "sha256"; outputHash = builtins.hashString "sha256" "x";
        impureEnvVars = [ "PHASEWISE_TEST_IMPURE" "PHASEWISE_TEST_UNSET" ]; ${oddities}
        buildCommand = ''
          for one in $(compgen -e); do
            case $one in _|SHLVL) ;; *) echo "saw $(declare -p $one)" | tr '\\n' ' '; echo ;; esac
          done
          printf x > $out''; }`,
    ]);
    const real = await realBuild(derivation.path);
    const opened = await open(derivation, scratch, isolation);
    try {
      await opened.run({ selection: 'all', phase: null });
      const saw = (log: string, buildTop: RegExp) =>
        normalise(log, buildTop, '@top@')
          .split('\n')
          .filter((line) => line.startsWith('saw ') && !(isAnother && ofUser.test(line.slice(4))))
          .map((line) => line.replaceAll(opened.session.workFolder, '/nix/store').trimEnd())
          .sort();
      const ours = saw(
        opened.output(),
        new RegExp(`${opened.session.workFolder}/build|${realBuildTop.source}`, 'g'),
      );
      assert.ok(
        ours.some((line) => line.includes('PHASEWISE_TEST_IMPURE="from the caller"')),
        opened.output(),
      );
      assert.ok(ours.length > 20, opened.output());
      const known = (lines: readonly string[]) =>
        lines.filter((line) => !isClient || !line.includes('PHASEWISE_TEST_IMPURE='));
      assert.deepEqual(known(ours), known(saw(real.log, realBuildTop)));
    } finally {
      await closeClean(opened);
    }
  });
});
