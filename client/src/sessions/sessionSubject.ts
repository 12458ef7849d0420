/** What a session is for, as something to open and to go on with. Pure. */
import type { SessionEntry } from '../../../server/src/protocol/sessionMessages';

export interface SessionSubject {
  readonly kind: 'nix' | 'derivation' | 'flake';
  /** Absolute path: of a file, or of a flake's folder. */
  readonly path: string;
  /** Absolute path of the file to look at. */
  readonly shown: string;
  readonly attr: string;
}

/** Null when that is not known or gone. */
export function sessionSubject({ file, attr, reason }: SessionEntry): SessionSubject | null {
  if (file === null || reason !== null) return null;
  const subject = { path: file, attr: attr ?? '' };
  if (file.endsWith('.nix')) return { kind: 'nix', ...subject, shown: file };
  if (file.endsWith('.drv')) return { kind: 'derivation', ...subject, shown: file };
  return { kind: 'flake', ...subject, shown: `${file.replace(/\/+$/, '')}/flake.nix` };
}
