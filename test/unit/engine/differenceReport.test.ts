import { deepEqual, equal, match } from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differenceReport } from '../../../server/src/engine/differenceReport';
import { createNix } from '../../../server/src/nix/commandLineNix';
import { createProcessRunner } from '../../../server/src/nix/process';

describe('report of a program that tells all that differs', () => {
  const signal = new AbortController().signal;
  const runner = createProcessRunner();
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'phasewise report $x '));
    for (const [name, text] of [
      ['a-tool', 'one\n'],
      ['b-tool', 'two\n'],
    ] as const) {
      mkdirSync(join(folder, 'store', name), { recursive: true });
      writeFileSync(join(folder, 'store', name, 'file'), text);
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const report = (first: string, again: string, path = `${folder}/bin:${process.env['PATH'] ?? ''}`) => {
    const storeDir = join(folder, 'store');
    const program = '/nowhere';
    const installation = {
      programs: { nix: program, nixBuild: program, nixInstantiate: program, nixStore: program },
      version: { major: 2, minor: 8, text: '2.8.0' },
      ...{ storeDir, physicalStoreDir: storeDir, system: 'x86_64-linux', storeProblem: null },
    };
    const settings = { store: '', options: {}, searchPath: [] };
    const nix = createNix(installation, runner, { expressionsFolder: '', settings, environment: {} });
    const parts = { runner, stateFolder: join(folder, 'state'), environment: { PATH: path } };
    return differenceReport(parts, nix, [join(storeDir, first), join(storeDir, again)], signal);
  };
  /** As diffoscope takes its arguments and tells the outcome by its exit code; what it compares with is diff. */
  const install = (last: string): void => {
    mkdirSync(join(folder, 'bin'));
    const program = join(folder, 'bin/diffoscope');
    writeFileSync(
      program,
      `#!/bin/sh\n[ "$1" = --text ] && [ $# = 4 ] || exit 2\ndiff -r "$3" "$4" > "$2"\n${last}\n`,
    );
    chmodSync(program, 0o755);
  };

  it('is a text of the user’s alone, whether or not something differs', async () => {
    install('');
    const made = await report('a-tool', 'b-tool');
    if (!made.ok) throw new Error(made.error.message);
    match(readFileSync(made.value, 'utf8'), /^< one\n---\n> two$/m);
    const same = await report('a-tool', 'a-tool');
    equal(same.ok && readFileSync(same.value, 'utf8'), '');
  });

  it('is none when the program fails, in its own last words', async () => {
    install('echo first >&2; echo "diffoscope: out of luck" >&2; exit 2');
    const made = await report('a-tool', 'b-tool');
    deepEqual(made.ok ? null : [made.error.code, made.error.message], [
      'no-report',
      'diffoscope made no report. diffoscope: out of luck',
    ]);
  });

  it('is none where the program is not installed, or the paths are none of the store', async () => {
    const missing = await report('a-tool', 'b-tool', join(folder, 'bin'));
    equal(missing.ok ? null : missing.error.code, 'no-diffoscope');
    const outside = await report('a-tool', '../outside');
    equal(outside.ok ? null : outside.error.code, 'no-store-path');
  });
});
