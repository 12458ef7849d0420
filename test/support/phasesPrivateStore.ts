/** Runs all phases of a derivation of a private store and prints what came of it, or the Problems, as JSON; for tests as another user. */
import { readFile } from 'node:fs/promises';
import { parseDerivation } from '../../server/src/nix/derivationFile';
import { inspectStdenv } from '../../server/src/phases/inspect';
import { openSession } from '../../server/src/phases/session';
import { never, sessionOptions, unwrap } from '../conformance/phasesSupport';

async function main(): Promise<void> {
  const [driverFolder = '', drvPath = '', storeDir = '', physicalStoreDir = '', stateFolder = ''] =
    process.argv.slice(2);
  const physical = physicalStoreDir + drvPath.slice(storeDir.length);
  const derivation = unwrap(parseDerivation(drvPath, await readFile(physical)));
  const options = {
    ...sessionOptions(derivation, stateFolder),
    driverFolder,
    nix: { storeDir, physicalStoreDir },
  };
  const inspected = await inspectStdenv(options, never);
  const opened = await openSession(options, never);
  if (!inspected.ok || !opened.ok) {
    const problems = [inspected, opened].map((one) => (one.ok ? null : one.error));
    if (opened.ok) await opened.value.dispose();
    process.stdout.write(JSON.stringify({ problems }));
    return;
  }
  const [inspection, session] = [inspected.value, opened.value];
  let output = '';
  const onEvent: Parameters<typeof session.run>[1] = (event) => {
    if (event.type === 'output') output += event.text;
  };
  const result = unwrap(await session.run({ selection: 'all', phase: null }, onEvent, never));
  const outputs = result.complete ? unwrap(await session.outputs(null, never)) : {};
  await session.dispose();
  process.stdout.write(
    JSON.stringify({
      problems: [],
      inspection: inspection.phases.map(({ name }) => name),
      result,
      output,
      outputs,
      work: session.workFolder,
    }),
  );
}

void main();
