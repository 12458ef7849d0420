/** Types of attributes that many have in common, each with how a value of it is begun. */
import type { KnownAttribute } from './attribute';

type Kind = Pick<KnownAttribute, 'type' | 'default' | 'snippet'>;

export const text = { type: 'string', snippet: '"$0"' } as const satisfies Kind;
/** False unless it is set. */
export const flag = { type: 'boolean', default: 'false', snippet: 'true' } as const satisfies Kind;
/** Whose default is told elsewhere. */
export const wordsOr = { type: 'list of strings', snippet: '[ "$0" ]' } as const satisfies Kind;
export const words = { ...wordsOr, default: '[ ]' } as const satisfies Kind;
export const packages = {
  type: 'list of packages',
  default: '[ ]',
  snippet: '[ $0 ]',
} as const satisfies Kind;
export const bash = { type: 'bash', snippet: "''\n  $0\n''" } as const satisfies Kind;
export const hash = { type: 'hash', snippet: '${1:lib.fakeHash}' } as const satisfies Kind;
