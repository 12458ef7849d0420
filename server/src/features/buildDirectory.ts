/** `phasewise/buildDirectory`: where the files of a derivation's session are. */
import { buildDirectoryRequest, type BuildDirectoryAnswer } from '../protocol/buildDirectoryMessages';
import type { DerivationKey } from '../protocol/messages';
import { requestHandler } from './handler';
import { subjectOf, type PhaseFilesParts } from './phaseFiles';

export function registerBuildDirectory(parts: PhaseFilesParts): void {
  const { connection, engine, log } = parts;
  const broken = { directory: null, message: 'The session could not be read.' };
  connection.onRequest(
    buildDirectoryRequest,
    requestHandler<DerivationKey, BuildDirectoryAnswer>(log, broken, async (key, signal) => {
      const subject = await subjectOf(parts, key, signal);
      const found = subject.ok ? await engine.buildDirectory(subject.value, signal) : subject;
      if (found.ok) return { directory: found.value, message: null };
      const { message, advice } = found.error;
      return { directory: null, message: advice === null ? message : `${message} ${advice}` };
    }),
  );
}
