/** Names of environment documents, and what is said about moments of phases. Pure. */
import type { DerivationKey } from '../../../server/src/protocol/messages';

/** Documents of this scheme tell what a phase finds; their query says which phase. */
export const environmentScheme = 'phasewise-environment';

/** `key` null: the user's own terminal. */
export interface EnvironmentPlace {
  readonly key: DerivationKey | null;
  readonly phase: string | null;
}

/** What a tab shows is the last part; its ending gives the document its colours. */
export function environmentPath(derivation: string | null, place: string): string {
  const parts = [derivation, `${place}.environment`].filter((part) => part !== null);
  return `/${parts.map((part) => part.replaceAll('/', '_')).join('/')}`;
}

export function writeEnvironmentQuery({ key, phase }: EnvironmentPlace): string {
  return JSON.stringify(key === null ? { phase } : { uri: key.uri, attr: key.attr, phase });
}

/** Null when it is none of ours. */
export function readEnvironmentQuery(query: string): EnvironmentPlace | null {
  try {
    const value: unknown = JSON.parse(query);
    if (typeof value !== 'object' || value === null) return null;
    const phase = 'phase' in value && typeof value.phase === 'string' ? value.phase : null;
    if (!('uri' in value) || typeof value.uri !== 'string') return { key: null, phase: null };
    const attr = 'attr' in value && typeof value.attr === 'string' ? value.attr : '';
    return { key: { uri: value.uri, attr }, phase };
  } catch {
    return null;
  }
}

/** The name of a shell's terminal. */
export function shellTitle(
  derivation: string,
  { phase, at }: { readonly phase: string | null; readonly at: 'entry' | 'failure' | 'end' | 'stop' },
): string {
  const name = phase ?? '';
  const where = { end: 'done', failure: `${name} failed`, stop: `${name} stopped`, entry: name }[at];
  return [derivation, where].filter((part) => part !== '').join(' ');
}

/** A sentence that asks for the phases before one. */
export function runFirstWords(phase: string, before: readonly string[], until: string): string {
  const last = before.at(-1) ?? '';
  const names = before.length < 2 ? last : `${before.slice(0, -1).join(', ')} and ${last}`;
  return `${names} must run before ${until} at ${phase}.`;
}
