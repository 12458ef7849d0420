/** Offers, as they come back in a command's argument. Pure. */
import type { Failure } from '../../../server/src/protocol/model';
import type { Offer } from '../../../server/src/protocol/offers';

export type OfferOf<Kind extends Offer['kind']> = Extract<Offer, { readonly kind: Kind }>;

type Fields<Kind extends Offer['kind']> = Readonly<
  Record<Exclude<keyof OfferOf<Kind>, 'kind'>, readonly string[]>
>;

/** What each field may be. */
const fields: { readonly [Kind in Offer['kind']]: Fields<Kind> } = {
  addToGit: { folder: ['string'], path: ['string'], ignored: ['boolean'] },
  openReject: {
    file: ['string'],
    reject: ['string'],
    line: ['number', 'null'],
    phase: ['string', 'null'],
  },
  goOnInKept: { folder: ['string'], phase: ['string', 'null'], drvPath: ['string', 'null'] },
};

/** Null when the argument is something else: a row, a key, anything that another extension sent. */
export function readOffer<Kind extends Offer['kind']>(kind: Kind, argument: unknown): OfferOf<Kind> | null {
  if (typeof argument !== 'object' || argument === null) return null;
  const given = argument as Readonly<Record<string, unknown>>;
  if (given['kind'] !== kind) return null;
  const whole = Object.entries<readonly string[]>(fields[kind]).every(([name, types]) =>
    types.includes(given[name] === null ? 'null' : typeof given[name]),
  );
  return whole ? (given as unknown as OfferOf<Kind>) : null;
}

/** The kept directory that a failed build offers to go on in. */
export function keptOffer(failure: Failure | null | undefined): OfferOf<'goOnInKept'> | null {
  const offer = failure?.offers?.find(({ kind }) => kind === 'goOnInKept');
  return offer?.kind === 'goOnInKept' ? offer : null;
}
