/** What Nix waits for, said so that a user knows what can be seen of it. Pure. */
import { derivationName } from '../protocol/storePath';

const lock = /^waiting for lock on ['"‘“]([^'"’”]+?)(?:\.lock)?['"’”]/;

/**
 * Nix's own words, e.g. `waiting for lock on '/nix/store/…-zlib-1.3'`, explained where they mean a build that another Nix process
 * does. Nix sends a build's output only to the client that started it, and writes the log in large pieces.
 */
export function waitingWords(text: string): string {
  const path = lock.exec(text)?.[1];
  if (path === undefined) return text;
  const name = derivationName(path.replace(/\.drv$/, ''));
  return `Another Nix process builds ${name}; this goes on when that has ended. Nix shows the output of a build only to who started it: its log can be read afterwards.`;
}
