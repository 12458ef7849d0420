import type { Offer } from '../../../server/src/protocol/offers';

/** Those of the client's own that the server's answers may name. */
export const offeredCommands: readonly string[] = (
  ['openReject', 'goOnInKept'] satisfies Offer['kind'][]
).map((kind) => `phasewise.${kind}`);
