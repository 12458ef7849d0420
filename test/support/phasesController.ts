/**
 * A program that opens a session, runs its phases and prints their output, then what came of each: for tests that kill it, and for
 * tests of machines that are not as they should be.
 */
import { isolation, never, open, readDerivation } from '../conformance/phasesSupport';

async function main(): Promise<void> {
  const [drvPath = '', stateFolder = '', mode = '', key] = process.argv.slice(2);
  const { session } = await open(
    await readDerivation(drvPath),
    stateFolder,
    mode === 'isolated' ? isolation : undefined,
    key,
  );
  const { phases } = await session
    .run(
      { selection: 'all', phase: null },
      (event) => {
        if (event.type === 'output') process.stdout.write(event.text);
        if (event.type === 'notice') process.stdout.write(`notice: ${event.text}\n`);
      },
      never,
    )
    .then((result) => (result.ok ? result.value : { phases: [] }));
  for (const { name, status, exitCode } of phases)
    process.stdout.write(`result: ${name} ${status} ${exitCode}\n`);
  process.stdout.write(`isolation: ${session.isolation} ${session.isolationNote ?? ''}\n`);
  await session.dispose();
}

void main();
