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
      const ended = phases.map(({ name, status }) => `${name} ${status}`);
      return { ended, output: opened.output(), events: opened.events };
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

  it('are told where each begins and ends in the output, whatever they do to it', async () => {
    const { ended, events, output } = await run(
      `phases = [ "aPhase" ]; aPhase = "echo 1; runHook preA; echo 4; runHook postA > hidden; runHook none; mkdir $out";
       preA = "echo 2; exec 3>&1 >/dev/null; echo no; exec >&3 3>&-; runHook inner"; inner = "echo 3";
       postA = "echo no; (exit 0)"; preHook = ''one() { echo -n 5; return 0; }; postAHooks+=(one "echo 6 >&2; return 0")'';`,
    );
    assert.deepEqual(ended, ['aPhase ok'], output);
    const told = events.flatMap((event): string[] => {
      if (event.type === 'hookStarted') return [`+${event.hook}`];
      if (event.type === 'hookFinished') return [`-${event.hook}`];
      return event.type === 'output' && event.phase === 'aPhase'
        ? [event.text.trim().replace(/\s+/g, ' ')]
        : [];
    });
    // Of entries that print nothing, and of those beside each other, one.
    const short = told.join(' ').replace(/(?:\+(\w+) -\1 ?)+/g, '');
    assert.equal(short.trim(), 'Running phase: aPhase 1 +preA 2 +inner 3 -inner -preA 4 +postA 6 -postA');
  });

  it('of which one fails have no end there, and fail the phase', async () => {
    const { ended, events } = await run(
      'phases = [ "aPhase" ]; aPhase = "runHook preA; mkdir $out"; preA = "echo before; false; echo after";',
    );
    assert.deepEqual(ended, ['aPhase failed']);
    const hooks = events.flatMap((event) => ('hook' in event ? [`${event.type} ${event.hook}`] : []));
    assert.deepEqual(hooks, ['hookStarted preA', 'hookStarted failureHook', 'hookFinished failureHook']);
  });

  it('of which the first is absent try the next one, as for a source that is a folder', async () => {
    const { ended, output } = await run(
      `src = ${join(repository, 'examples/hello/src')}; phases = [ "unpackPhase" "bPhase" ]; bPhase = "mkdir $out";`,
    );
    assert.deepEqual(ended, ['unpackPhase ok', 'bPhase ok'], output);
  });
});
