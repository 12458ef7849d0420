/** All sessions of the user: listed with what can be done with each, dropped, and kept within their limit. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessRunner } from '../nix/process';
import { driverHash } from '../phases/sessionRecord';
import { dropSession, listSessions, tidySessions, type ListedSession } from '../phases/sessionStore';
import { defaultSettings } from '../protocol/settings';
import type { DropSessionsAnswer, SessionEntry, SessionList } from '../protocol/sessionMessages';
import type { Problem } from '../result';

export interface KeptSessionsParts {
  readonly stateFolder: string;
  readonly driverFolder: string;
  readonly runner: ProcessRunner;
  /** What they may take on the disk together; default: that of the settings. */
  readonly sessionsBytes?: () => number;
}

/** Looking through all of them takes a while on a slow disk. */
const tidyPauseMs = 60 * 60 * 1000;

export class KeptSessions {
  private tidying: { readonly since: number; readonly done: Promise<unknown> } | null = null;

  constructor(private readonly parts: KeptSessionsParts) {}

  private get limitBytes(): number {
    return this.parts.sessionsBytes?.() ?? defaultSettings.sessions.maxSize * 1e9;
  }

  async list(signal: AbortSignal): Promise<SessionList> {
    const { stateFolder, driverFolder, runner } = this.parts;
    const driver = await driverHash(driverFolder);
    const listed = await listSessions(stateFolder, runner, signal);
    const sessions = listed.map((session) => entryOf(session, driver));
    return { folder: join(stateFolder, 'sessions'), sessions, limitBytes: this.limitBytes };
  }

  /** `letGo` ends what this process has of a session; a Problem when its phases run. */
  async drop(
    ids: readonly string[] | null,
    letGo: (id: string) => Promise<Problem | null>,
    signal: AbortSignal,
  ): Promise<DropSessionsAnswer> {
    const { stateFolder, runner } = this.parts;
    const chosen = ids ?? (await this.list(signal)).sessions.map(({ id }) => id);
    const dropped: string[] = [];
    const kept: DropSessionsAnswer['kept'][number][] = [];
    for (const id of chosen) {
      const refused = await letGo(id);
      const gone = refused === null ? await dropSession(stateFolder, id, runner, signal) : null;
      const problem = refused ?? (gone?.ok === false ? gone.error : null);
      if (problem === null) dropped.push(id);
      else kept.push({ id, message: problem.message, advice: problem.advice });
    }
    return { dropped, kept };
  }

  /** Before the first run, and now and then: drops what nothing can go on in, and the oldest beyond the limit. */
  async tidy(signal: AbortSignal): Promise<void> {
    const { stateFolder, runner } = this.parts;
    const now = performance.now();
    if (this.tidying === null || now - this.tidying.since > tidyPauseMs) {
      const done = tidySessions(stateFolder, this.limitBytes, runner, signal);
      this.tidying = { since: now, done };
    }
    await this.tidying.done;
  }
}

function entryOf(session: ListedSession, driver: string): SessionEntry {
  const { id, folder, name, drvPath, bytes, used, heldBy, buildDirectory, key } = session;
  const [file = null, attr = null] = key?.split('\n') ?? [];
  const reason = reasonAgainst(session, file, driver);
  return {
    ...{ id, folder, name, file, attr, drvPath, bytes },
    used: used === 0 ? null : new Date(used).toISOString(),
    ...{ heldBy, buildDirectory, resumable: reason === null, reason },
  };
}

/** Why no run goes on in a session; null when one does. */
function reasonAgainst(session: ListedSession, file: string | null, driver: string): string | null {
  if (session.drvPath === null) return 'What it keeps cannot be read.';
  if (session.driver !== driver) return 'Another version of Phasewise made it.';
  if (file === null) return 'It was made for nothing that can be found again.';
  return existsSync(file) ? null : 'Its file is gone.';
}
