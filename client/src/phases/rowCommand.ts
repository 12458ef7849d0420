/** What the key for running does on a row of the tree: what the row's own ▶ does. Pure. */
import type { PhaseItem } from './phaseItem';

export type RowCommand = 'runPhase' | 'runHook' | 'runAll' | 'buildInputs';

/** The command behind the row's ▶; null when the row has none. A phase that is skipped is asked for as any other. */
export function rowCommand({ kind, context }: Pick<PhaseItem, 'kind' | 'context'>): RowCommand | null {
  const can = (word: string): boolean => context.includes(`;${word};`);
  switch (kind) {
    case 'phase':
      return 'runPhase';
    case 'hook':
      return can('runnable') ? 'runHook' : null;
    case 'derivation':
      return can('runnable') ? 'runAll' : null;
    case 'inputs':
      return can('missing') ? 'buildInputs' : null;
    case 'notice':
    case 'group':
    case 'setupHook':
    case 'input':
      return null;
  }
}
