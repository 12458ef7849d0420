import { deepEqual, equal, match } from 'node:assert/strict';
import type { PhaseFiles } from '../../server/src/protocol/model';
import { json, phasewise } from '../support/commandLine';
import { derivation, makeWorkspace, type Workspace } from './workspace';

describe('phasewise files', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = makeWorkspace("a 'workspace'")));
  afterEach(() => workspace.dispose());
  const call = (...args: readonly string[]) => phasewise(args, { cwd: workspace.folder, env: workspace.env });

  it('shows what a phase created, changed and deleted, as lines, as JSON and as git writes it', async () => {
    workspace.write(
      'default.nix',
      derivation(`  patchPhase = "printf 'one\\ntwo' > text; printf 'gr\\\\xfc\\n' > latin; printf 'a\\\\0' > 'b.bin'; ln -s text link; echo x > gone";
  buildPhase = "printf 'one\\n2' > text; printf 'Gr\\\\xfc\\n' > latin; printf 'b\\\\0' > 'b.bin'; ln -sfn latin link; rm gone; chmod +x latin";
  installPhase = "mkdir $out; cp text $out";`),
    );
    const before = await call('files', '.', '--phase', 'buildPhase');
    deepEqual([before.code, before.stdout], [2, '']);
    match(before.stderr, /No phase of this derivation has been run/);
    equal((await call('run', '.', '--until', 'buildPhase')).code, 0);
    const missing = await call('files', '.', '--phase', 'installPhase');
    deepEqual([missing.code, missing.stdout], [2, '']);
    match(missing.stderr, /installPhase has not been run/);
    match((await call('files', '.', '--phase', 'nosuch')).stderr, /no phase nosuch.*patchPhase/s);
    const lines = (await call('files', '.', '--phase', 'buildPhase')).stdout.trimEnd().split('\n');
    deepEqual(
      lines.filter((line) => !line.includes('env-vars')),
      [
        'changed  b.bin',
        'deleted  gone',
        'changed  latin (mode 644, now 755)',
        'changed  link (link to latin)',
        'changed  text',
      ],
    );
    const told = json<PhaseFiles>(await call('files', '.', '--phase', 'buildPhase', '--json'));
    deepEqual([told.phase, told.settled], ['buildPhase', true]);
    const link = told.changes.find(({ path }) => path === 'link');
    deepEqual([link?.before?.target, link?.after?.target], ['text', 'latin']);
    const diff = (await call('files', '.', '--phase', 'buildPhase', '--diff')).stdout;
    match(
      diff,
      /--- a\/text\n\+\+\+ b\/text\n@@ -1,2 \+1,2 @@\n one\n-two\n\\ No newline at end of file\n\+2\n/,
    );
    match(diff, /^Binary files a\/b\.bin and b\/b\.bin differ$/m);
    match(diff, /deleted file mode 100644\n/);
    equal((await call('run', '.', '--all')).code, 0);
    match((await call('files', '.', '--phase', 'installPhase')).stdout, /^created {2}\$out\/text$/m);
  });
});
