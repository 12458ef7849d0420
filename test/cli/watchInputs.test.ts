import { equal, match } from 'node:assert/strict';
import { phasewise } from '../support/commandLine';
import { derivation, makeWorkspace, type Workspace } from './workspace';

describe('phasewise run --watch-inputs', function () {
  let workspace: Workspace;
  beforeEach(() => (workspace = makeWorkspace()));
  afterEach(() => workspace.dispose());

  it('names the inputs that nothing used, isolated or not, and wants every phase', async () => {
    const input = (name: string) =>
      `(pkgs.stdenv.mkDerivation { name = "${name}-1"; dontUnpack = true; installPhase = "mkdir -p $out/bin; cp $(type -P true) $out/bin/${name}"; })`;
    const lists = `nativeBuildInputs = [ ${input('needed')} ${input('spare')} ];`;
    const file = workspace.write('a.nix', derivation(`${lists} installPhase = "needed; touch $out";`));
    for (const more of [[], ['--no-isolation']]) {
      const { env } = workspace;
      const ran = await phasewise(['run', file, '--all', '--watch-inputs', ...more], { env });
      equal(ran.code, 0, ran.stderr);
      match(ran.stdout, /^unused: \S+-spare-1 of nativeBuildInputs$/m);
      equal(ran.stdout.includes('needed'), false);
    }
    const refused = await phasewise(['run', file, '--only', 'installPhase', '--watch-inputs']);
    equal(refused.code, 2);
    match(refused.stderr, /--watch-inputs needs every phase/);
  });
});
