/** What the rules say would mend a failure, and where they put the blame, on texts that real tools printed. */
import { deepEqual, equal, match } from 'node:assert/strict';
import { explainFailure } from '../../../server/src/builds/explanations/explainFailure';
import type { Remedy } from '../../../server/src/builds/explanations/rule';
import { explain } from '../../support/keptTexts';

/** What is mended by the text alone, or by a package of a known name. */
const remedies: Readonly<Record<string, Remedy>> = {
  'missing-configure/bash': hookOf('autoreconfHook'),
  'autotools/missing': hookOf('autoreconfHook'),
  'not-executable/configure': { kind: 'executable', path: './configure' },
  'no-home/mkdir': hookOf('writableTmpDirAsHomeHook'),
  'warnings-as-errors/gcc': { kind: 'compilerFlag', flag: '-Wno-error=unused-variable' },
  'offered-option/cmake': { kind: 'flag', attribute: 'cmakeFlags', flag: '-DWITH_JACK=OFF' },
  'missing-submodule/empty': { kind: 'fetcher', argument: 'fetchSubmodules', value: 'true' },
  'patch/reversed': { kind: 'listed', attribute: 'patches', name: 'old.patch' },
  'nix-2.8/missing-second-output': { kind: 'listed', attribute: 'outputs', name: 'dev' },
  'go-module/own-vendor': { kind: 'attribute', attribute: 'vendorHash', value: 'null' },
  'go-module/vendor': { kind: 'staleHash', attributes: ['vendorHash', 'vendorSha256'] },
  'node-module/script': { kind: 'attribute', attribute: 'dontNpmBuild', value: 'true' },
  'node-module/hash': { kind: 'staleHash', attributes: ['npmDepsHash', 'npmDeps'] },
  'node-module/gyp': hookOf('python3'),
  'cargo-lock/hash': { kind: 'staleHash', attributes: ['cargoHash', 'cargoSha256', 'cargoDeps'] },
  'libclang/bindgen': hookOf('rustPlatform', 'bindgenHook'),
  'windows-lines/kernel': { kind: 'windowsLines', path: './configure' },
  'unpack/unknown': hookOf('unzip'),
  'unpack/several': { kind: 'attribute', attribute: 'sourceRoot', value: '"."' },
};

function hookOf(...path: readonly string[]): Remedy {
  return { kind: 'package', path, attribute: 'nativeBuildInputs' };
}

describe('what explanations lead to', () => {
  for (const [name, expected] of Object.entries(remedies)) {
    it(`${name} is mended: ${expected.kind}`, () => deepEqual(explain(name)?.remedy, expected));
  }

  it('know a sandbox path that only a real build may write to', () => {
    const lines = ['ccache: error: Failed to create /var/cache/ccache/tmp: Read-only file system'];
    const evidence = { message: '', hashMismatch: null, phase: 'buildPhase', lines, fetches: false };
    const told = (readOnlyHere: readonly string[]) =>
      explainFailure({ ...evidence, readOnlyHere })?.cause ?? '';
    match(
      told(['/var/cache/ccache']),
      /^\/var\/cache\/ccache is one of Nix's sandbox-paths, .* a real build may\.$/,
    );
    match(told(['/var/cache/c', '/cache']), /writes to \/var\/cache\/ccache\/tmp, outside of its outputs/);
  });

  it('name the file that a part of a patch did not fit, and where it was to go', () => {
    deepEqual(explain('patch/several')?.remedy, {
      kind: 'rejects',
      rejects: [{ file: 'src/main.c', reject: 'src/main.c.rej', line: 47 }],
    });
  });

  it('blame the patches and the outputs rather than a phase', () => {
    equal(explain('patch/hunk')?.attribute, 'patches');
    equal(explain('nix-2.8/missing-second-output')?.attribute, 'outputs');
  });
});
