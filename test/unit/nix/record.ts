/**
 * Writes `recorded/VERSION.json` from the Nix that is first on PATH (`npx tsx test/unit/nix/record.ts`): what it
 * answers in each of `recordedCases`. Only to be run again when a case or a question changes.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNix, probeNix } from '../../../server/src/nix/commandLineNix';
import { createProcessRunner } from '../../../server/src/nix/process';
import { defaultOptions, expressionsFolder, noSettings } from '../../conformance/nixTestbed';
import { nixEnvironment } from '../../support/nixEnvironment';
import type { RecordedRun } from './recordedRunner';
import { expressions, project, recordedCases, recordingFile, recordingRunner } from './recordedRunner';

async function record(): Promise<void> {
  const signal = new AbortController().signal;
  const runner = createProcessRunner();
  const environment = nixEnvironment();
  const probe = await probeNix(
    runner,
    { path: '', settings: noSettings, environment, expressionsFolder },
    signal,
  );
  if (!probe.ok) throw new Error(probe.error.message);
  const { installation } = probe.value;
  const folder = await mkdtemp(join(tmpdir(), 'phasewise-record-'));
  const file = join(folder, 'default.nix');
  const recording: Record<string, readonly RecordedRun[]> = {};
  for (const [name, { ask, text }] of Object.entries(recordedCases)) {
    const runs: RecordedRun[] = [];
    const recorder = recordingRunner(runner, runs, [
      [folder, project],
      [expressionsFolder, expressions],
    ]);
    const settings = { expressionsFolder, settings: noSettings, environment };
    const nix = createNix(installation, recorder, settings);
    await writeFile(file, text);
    if (ask === 'parse') await nix.parse(text, signal);
    else if (ask === 'evaluate')
      await nix.evaluate({ file, kind: 'file', attr: '', buffer: null }, defaultOptions, signal);
    else {
      const evaluated = await probe.value.evaluate(
        { file, kind: 'file', attr: '', buffer: null },
        defaultOptions,
        signal,
      );
      const drvPath = evaluated.ok ? evaluated.value.derivations[0]?.drvPath : undefined;
      if (drvPath === undefined) throw new Error(`${name} does not evaluate`);
      await nix.build(drvPath, { rebuild: false, keepFailed: false }, () => undefined, signal);
    }
    recording[name] = runs;
  }
  await rm(folder, { recursive: true });
  await writeFile(recordingFile(installation.version.text), `${JSON.stringify(recording, null, 2)}\n`);
}

void record();
