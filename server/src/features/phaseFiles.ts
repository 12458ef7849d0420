/** `phasewise/phaseFiles` and `phasewise/phaseFile`: what a phase did to the files of its session. */
import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { Connection } from 'vscode-languageserver/node';
import type { Engine, SessionSubject } from '../engine/engine';
import type { Logger } from '../environment';
import { isBinary } from '../patch/gitPatch';
import { phaseFileRequest, phaseFilesRequest } from '../protocol/messages';
import type {
  DerivationKey,
  PhaseFileParams,
  PhaseFilesAnswer,
  PhaseFilesParams,
} from '../protocol/messages';
import type { Result } from '../result';
import { failure, success } from '../result';
import type { DerivationLookup } from './derivationLookup';
import { choose } from './derivationLookup';
import type { Drawings } from './drawings';
import { requestHandler } from './handler';
import type { WorkspaceState } from './workspaceState';
import { untrusted } from './workspaceState';

export interface PhaseFilesParts {
  readonly connection: Connection;
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly drawings: Drawings;
  readonly lookup: DerivationLookup;
  readonly log: Logger;
}

export function registerPhaseFiles(parts: PhaseFilesParts): void {
  const { connection, engine, log } = parts;
  const unknown: PhaseFilesAnswer = { files: null, message: 'The files could not be read.' };
  connection.onRequest(
    phaseFilesRequest,
    requestHandler<PhaseFilesParams, PhaseFilesAnswer>(log, unknown, async ({ key, phase }, signal) => {
      const subject = await subjectOf(parts, key, signal);
      const files = subject.ok ? await engine.files(subject.value, phase, signal) : subject;
      return files.ok ? { files: files.value, message: null } : { files: null, message: files.error.message };
    }),
  );
  const broken = { text: 'This file could not be read; the log has the details.' };
  connection.onRequest(
    phaseFileRequest,
    requestHandler<PhaseFileParams, { readonly text: string }>(log, broken, async (params, signal) => {
      const { key, phase, side, file } = params;
      const subject = await subjectOf(parts, key, signal);
      const content = subject.ok
        ? await engine.fileContent(subject.value, { phase, side, key: file }, signal)
        : subject;
      return { text: content.ok ? documentText(content.value) : content.error.message };
    }),
  );
}

/** The session's derivation, from the drawing where there is one: reading files needs no evaluation. */
export async function subjectOf(
  { state, drawings, lookup }: Pick<PhaseFilesParts, 'state' | 'drawings' | 'lookup'>,
  key: DerivationKey,
  signal: AbortSignal,
): Promise<Result<SessionSubject>> {
  if (!state.trusted) return failure(untrusted);
  const drawn = choose(drawings.of(key.uri), key.attr);
  return drawn === null ? lookup.find(key, signal) : success(drawn);
}

/** UTF-8, else each byte a letter of Latin-1, so that no difference is lost. */
function documentText(content: Uint8Array): string {
  if (isBinary(content)) {
    const digest = createHash('sha256').update(content).digest('hex');
    return `Binary file of ${content.length} bytes, SHA-256 ${digest}.\n`;
  }
  return Buffer.from(content).toString(isUtf8(content) ? 'utf8' : 'latin1');
}
