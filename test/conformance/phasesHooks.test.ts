import assert from 'node:assert/strict';
import { join } from 'node:path';
import { inBothModes, instantiate, open, removeScratch, repository, scratchFolder } from './phasesSupport';

inBothModes('hooks in a session', (isolation) => {
  let scratch = '';
  before(async () => (scratch = await scratchFolder()));
  after(() => removeScratch(scratch));

  /** Runs all phases; gives how each ended, and the output. */
  async function run(attributes: string) {
    const derivation = await instantiate([
      '-E',
      `(import ${join(repository, 'examples/pkgs')} { }).stdenv.mkDerivation { name = "hooks"; ${attributes} }`,
    ]);
    const opened = await open(derivation, scratch, isolation, 'hooks');
    try {
      const { phases } = await opened.run({ selection: 'all', phase: null });
      return { ended: phases.map(({ name, status }) => `${name} ${status}`), output: opened.output() };
    } finally {
      await opened.session.dispose();
    }
  }

  it('run whatever a phase has set IFS to', async () => {
    const { ended, output } = await run(
      'phases = [ "aPhase" "bPhase" ]; aPhase = "IFS=_"; bPhase = "runHook preB; mkdir $out"; preB = "echo told";',
    );
    assert.deepEqual(ended, ['aPhase ok', 'bPhase ok'], output);
    assert.match(output, /^told$/m);
  });

  it('of which the first is absent try the next one, as for a source that is a folder', async () => {
    const { ended, output } = await run(
      `src = ${join(repository, 'examples/hello/src')}; phases = [ "unpackPhase" "bPhase" ]; bPhase = "mkdir $out";`,
    );
    assert.deepEqual(ended, ['unpackPhase ok', 'bPhase ok'], output);
  });
});
