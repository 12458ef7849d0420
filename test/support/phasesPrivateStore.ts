/**
 * Runs all phases of a derivation of a private store and prints what came of it, or the Problems, as JSON; for tests as another user.
 * With `sandbox-paths` and the paths that the inputs need, the session is isolated.
 */
import { readFile } from 'node:fs/promises';
import { parseDerivation } from '../../server/src/nix/derivationFile';
import { parseSandbox } from '../../server/src/nix/sandbox';
import { inspectStdenv } from '../../server/src/phases/inspect';
import { openSession } from '../../server/src/phases/session';
import type { SessionIsolation } from '../../server/src/phases/sessionView';
import { success } from '../../server/src/result';
import { never, sessionOptions, unwrap } from '../conformance/phasesSupport';

function isolationOf(sandboxPaths: string, closure: readonly string[]): SessionIsolation {
  const printed = `sandbox = true\nsandbox-paths = ${sandboxPaths}\n`;
  return {
    inputClosure: () => Promise.resolve(success(closure)),
    sandbox: () => Promise.resolve(parseSandbox(printed, { major: 2, minor: 26, text: '2.26.3' })),
  };
}

async function main(): Promise<void> {
  const [driverFolder = '', drvPath = '', storeDir = '', physicalStoreDir = '', stateFolder = ''] =
    process.argv.slice(2);
  const [sandboxPaths, ...closure] = process.argv.slice(7);
  const physical = physicalStoreDir + drvPath.slice(storeDir.length);
  const derivation = unwrap(parseDerivation(drvPath, await readFile(physical)));
  const options = {
    ...sessionOptions(
      derivation,
      stateFolder,
      sandboxPaths === undefined ? undefined : isolationOf(sandboxPaths, closure),
    ),
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
      view: [session.isolation, session.isolationNote, session.seesMachine],
    }),
  );
}

void main();
