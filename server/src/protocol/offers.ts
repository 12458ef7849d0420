/** What mends a failure, or leads to what does, and is no edit of a text: commands that are offered. */

export type Offer =
  /** `phasewise.addToGit`, which the server runs: `git add -N`, of a file that `.gitignore` leaves out with `-f`. */
  | {
      readonly kind: 'addToGit';
      readonly folder: string;
      readonly path: string;
      readonly ignored: boolean;
    }
  /** `phasewise.openReject`, the client's own: the refused part of a patch, beside the file that it is for. Both are named as in the build. */
  | {
      readonly kind: 'openReject';
      readonly file: string;
      readonly reject: string;
      /** 1-based, in the file; null when the log does not tell. */
      readonly line: number | null;
      readonly phase: string | null;
    }
  /** `phasewise.goOnInKept`, the client's own: the kept directory of the failed build becomes the session. */
  | {
      readonly kind: 'goOnInKept';
      readonly folder: string;
      readonly phase: string | null;
      readonly drvPath: string | null;
    };

/** What the command takes as its one argument. */
export type OfferArgument<Kind extends Offer['kind'] = Offer['kind']> = {
  readonly uri: string;
  readonly attr: string | null;
} & Extract<Offer, { readonly kind: Kind }>;

/** The command's name, and what it is called. */
export function offerCommand(offer: Offer): { readonly command: string; readonly title: string } {
  const command = `phasewise.${offer.kind}`;
  switch (offer.kind) {
    case 'addToGit':
      return { command, title: `Tell git of ${offer.path} (git add -N${offer.ignored ? ' -f' : ''})` };
    case 'openReject':
      return { command, title: `Open ${offer.reject} beside ${offer.file}` };
    case 'goOnInKept':
      return {
        command,
        title: `Go on in the kept directory${offer.phase === null ? '' : ` at ${offer.phase}`}`,
      };
  }
}
