import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { onDisk } from '../support/nixEnvironment';
import {
  closeClean,
  inBothModes,
  instantiate,
  never,
  open,
  realBuild,
  realiseInputs,
  removeScratch,
  repository,
  scratchFolder,
  unwrap,
} from './phasesSupport';

const examples = join(repository, 'examples');
const cases: readonly { readonly title: string; readonly args: readonly string[] }[] = [
  { title: 'a program', args: [join(examples, 'hello')] },
  { title: 'a library in several outputs', args: [join(examples, 'greeting-library'), '-A', 'greeting'] },
  { title: 'a program that uses it', args: [join(examples, 'greeting-library'), '-A', 'greeter'] },
  {
    title: 'links, scripts and binary data that name the outputs',
    args: [
      '-E',
      `(import ${examples}/pkgs { }).runCommand "names" { outputs = [ "out" "lib" ]; } ''
        mkdir -p $out/bin $lib/deep
        ln -s $lib/deep/file $out/link
        ln -s ../bin $out/relative
        printf 'a\\0%s\\0b\\377%s' "$lib" "$lib/deep" > $out/binary
        printf '#!%s/bin/sh\\n' "$out" > $out/bin/script; chmod 755 $out/bin/script
        for i in $(seq 200000); do echo "line $i $lib/deep/file"; done > $out/large
        printf '%s' "$out" > $out/end
        : > $out/empty; touch $lib/deep/file; chmod 600 $lib/deep/file
      ''`,
    ],
  },
  {
    title: 'a raw builder',
    args: [
      '-E',
      `derivation { name = "raw-output"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo made in $out > $out" ]; }`,
    ],
  },
];

/** Hash of the archive that Nix makes of a path: names, contents, executable bits, link targets. */
function archiveHash(path: string): string {
  return execFileSync('nix-hash', ['--type', 'sha256', path], { encoding: 'utf8' }).trim();
}

inBothModes("a session's outputs", (isolation) => {
  let scratch = '';
  before(async () => (scratch = await scratchFolder()));
  after(() => removeScratch(scratch));

  for (const { title, args } of cases) {
    it(`are byte for byte those of a real build: ${title}`, async () => {
      const derivation = await instantiate(args);
      await realiseInputs(derivation);
      const real = await realBuild(derivation.path);
      assert.equal(real.exitCode, 0, real.log);
      const opened = await open(derivation, scratch, isolation);
      try {
        const result = await opened.run({ selection: 'all', phase: null });
        assert.equal(result.status, 'ok', opened.output());
        const outputs = unwrap(await opened.session.outputs(null, never));
        assert.deepEqual(Object.keys(outputs).sort(), Object.keys(derivation.outputs).sort());
        for (const [name, { path }] of Object.entries(derivation.outputs)) {
          assert.equal(
            archiveHash(outputs[name] ?? ''),
            archiveHash(onDisk(path)),
            `${name}: ${outputs[name] ?? ''} and ${path}`,
          );
        }
      } finally {
        await closeClean(opened);
      }
    });
  }

  it('are copied to another folder again and again, and stay when the session has ended', async () => {
    const derivation = await instantiate([
      '-E',
      `(import ${examples}/pkgs { }).runCommand "stay" { } "mkdir $out; ln -s $out/file $out/link; echo $out > $out/file"`,
    ]);
    const opened = await open(derivation, scratch, isolation);
    const folder = join(scratch, 'out folder');
    const early = await opened.session.outputs(folder, never);
    assert.equal(early.ok ? null : early.error.code, 'phases-left');
    await opened.run({ selection: 'all', phase: null });
    unwrap(await opened.session.outputs(folder, never));
    unwrap(await opened.session.outputs(folder, never));
    await closeClean(opened);
    const path = derivation.outputs['out']?.path ?? '';
    assert.equal(await readFile(join(folder, 'out/file'), 'utf8'), `${path}\n`);
    assert.equal(await readlink(join(folder, 'out/link')), `${path}/file`);
  });

  it('are missed when no phase made them', async () => {
    const derivation = await instantiate([
      '-E',
      `(import ${examples}/pkgs { }).runCommand "nothing" { } "true"`,
    ]);
    const opened = await open(derivation, scratch, isolation);
    try {
      await opened.run({ selection: 'all', phase: null });
      const missing = await opened.session.outputs(null, never);
      assert.equal(missing.ok ? null : missing.error.code, 'output-missing');
    } finally {
      await closeClean(opened);
    }
  });
});
