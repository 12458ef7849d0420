import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildResult, RunResult, SourcePatch } from '../../server/src/protocol/model';
import { json, phasewise, repository } from '../support/commandLine';
import { onDisk } from '../support/nixEnvironment';
import { makeWorkspace, type Workspace } from './workspace';

describe('phasewise patch', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = makeWorkspace("a 'workspace'")));
  afterEach(() => workspace.dispose());
  const call = (...args: readonly string[]) => phasewise(args, { cwd: workspace.folder, env: workspace.env });
  /** Runs until a phase and gives the folder of the unpacked source. */
  const unpacked = async (...selection: readonly string[]) => {
    const run = await call('run', '.', ...selection, '--json');
    const { session } = json<RunResult>(run);
    const { work } = JSON.parse(readFileSync(join(session, 'session.json'), 'utf8')) as { work: string };
    return join(work, 'build/src');
  };
  const nix = (attributes: string) => `let pkgs = import ${join(repository, 'examples/pkgs')} { }; in
pkgs.stdenv.mkDerivation {
  name = "edited";
  src = ./src;
${attributes}
  buildPhase = "cat main.c > built; echo made > made; echo more >> touched";
  installPhase = ''
    mkdir $out
    cp -r . $out
  '';
}
`;
  const source = (): void => {
    workspace.write('src/main.c', 'int main(void) {\n  return 1;\n}\n');
    workspace.write('src/my notes.txt', 'first\nlast');
    workspace.write('src/latin', Buffer.from('gr\xfc\xdfe\n', 'latin1'));
    workspace.write('src/logo.bin', Buffer.from([0, 1, 10, 2]));
    workspace.write('src/gone', 'x\n');
    workspace.write('src/touched', 'a\n');
    workspace.write('src/run.sh', '#!/bin/sh\n');
  };

  it('makes of edits a patch with which a real build gives what was edited', async () => {
    source();
    const file = workspace.write('default.nix', nix('  # The version is fixed.'));
    const folder = await unpacked('--until', 'patchPhase');
    deepEqual([(await call('patch', '.')).stdout], ['']);
    const edited: Readonly<Record<string, string | Buffer>> = {
      'main.c': 'int main(void) {\n  return 0;\n}\n',
      'my notes.txt': 'first\nmiddle\nlast\n',
      latin: Buffer.from('Gr\xfc\xdfe\n', 'latin1'),
      'logo.bin': Buffer.from([0, 1, 10, 3, 0]),
      'a new file': 'no newline at the end',
    };
    for (const [name, text] of Object.entries(edited)) writeFileSync(join(folder, name), text);
    rmSync(join(folder, 'gone'));
    chmodSync(join(folder, 'run.sh'), 0o755);
    symlinkSync('main.c', join(folder, 'link'));
    // Phases that run on with the edits, and change other files, are not in the patch.
    await unpacked('--until', 'buildPhase');
    const shown = await call('patch', '.');
    ok(!shown.stdout.includes('built') && !shown.stdout.includes('touched'), shown.stdout);
    const saved = await call('patch', '.', '-o', 'edited.patch');
    equal(saved.code, 0, saved.stderr);
    match(
      readFileSync(file, 'utf8'),
      /\n {2}src = \.\/src;\n {2}patches = \[ \.\/edited\.patch \];\n {2}# The/,
    );
    const built = json<BuildResult>(await call('build', '.', '--json'));
    equal(built.failure, null);
    const out = onDisk(built.outputs['out'] ?? '');
    for (const [name, text] of Object.entries(edited))
      deepEqual(readFileSync(join(out, name)), Buffer.from(text), name);
    ok(!existsSync(join(out, 'gone')));
    equal(readFileSync(join(out, 'link'), 'utf8'), edited['main.c']);
    const again = await call('patch', '.', '-o', 'edited.patch');
    deepEqual([again.code, /already/.test(again.stderr)], [2, true]);
  });

  it('says which edits no patch can carry, and which may not fit', async () => {
    source();
    workspace.write('default.nix', nix('  postPatch = "echo patched >> touched";'));
    const folder = await unpacked('--until', 'buildPhase');
    writeFileSync(join(folder, 'made'), 'edited\n');
    writeFileSync(join(folder, 'touched'), 'edited\n');
    writeFileSync(join(folder, 'main.c'), 'edited\n');
    const { edited, leftOut } = json<SourcePatch>(await call('patch', '.', '--json'));
    deepEqual(leftOut, ['made is made by a phase after patchPhase, so a patch cannot change it.']);
    deepEqual(
      edited.map(({ path, doubt }) => [path, doubt]),
      [
        ['main.c', null],
        ['touched', 'touched is changed by a phase after patchPhase: the patch may not fit there.'],
      ],
    );
    writeFileSync(join(folder, 'main.c'), 'int main(void) {\n  return 1;\n}\n');
    const left = json<SourcePatch>(await call('patch', '.', '--json'));
    deepEqual(
      left.edited.map(({ path }) => path),
      ['touched'],
      'an edit that was taken back is none',
    );
  });

  it('keeps to the list that is there, and refuses what has no source', async () => {
    source();
    workspace.write('one.patch', '--- a/gone\n+++ b/gone\n@@ -1 +1 @@\n-x\n+y\n');
    const file = workspace.write(
      'default.nix',
      nix('  patchFlags = [ "-p0" ];\n  patches = builtins.filter (_: false) [ ./one.patch ];'),
    );
    equal((await call('patch', '.')).code, 2, 'nothing was run');
    const folder = await unpacked('--until', 'unpackPhase');
    writeFileSync(join(folder, 'main.c'), 'edited\n');
    const saved = await call('patch', '.', '-o', 'my edits.patch');
    equal(saved.code, 0, saved.stderr);
    match(readFileSync(join(workspace.folder, 'my edits.patch'), 'utf8'), /^--- main\.c\n\+\+\+ main\.c$/m);
    match(
      readFileSync(file, 'utf8'),
      /patches = builtins\.filter \(_: false\) \[ \.\/one\.patch \] \+\+ \[ \(builtins\.path \{ name = "my-edits\.patch"; path = \.\/\. \+ "\/my edits\.patch"; \}\) \];/,
    );
    const run = await call('run', '.', '--until', 'patchPhase', '--json');
    equal(run.code, 0, run.stderr);
    equal(readFileSync(join(folder, 'main.c'), 'utf8'), 'edited\n');
  });
});
