/** What a session is found by: file and attribute, a line each. Pure. */
import type { Derivation } from '../protocol/model';

export function sessionKey({ file, attr }: Pick<Derivation, 'file' | 'attr'>): string {
  return `${file}\n${attr}`;
}
