/** What *Really Build Again…* offers for a derivation as it stands. Pure. */
import type { BuildResult } from '../../../server/src/protocol/model';
import type { BuildStanding } from '../../../server/src/protocol/storeMessages';
import type { OfferOf } from './readOffer';

export type AgainAction =
  'build' | 'rebuild' | 'keepFailed' | 'elsewhere' | 'delete' | 'compare' | 'report' | 'goOn' | 'keptFolder';

export interface AgainItem {
  readonly action: AgainAction;
  /** With a codicon before it. */
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}

/** The last build in this window, as far as it left something to look at. */
export interface BuildLeft extends Pick<BuildResult, 'comparison' | 'keptDirectory'> {
  readonly goesOn?: OfferOf<'goOnInKept'> | null;
}

export function againItems(
  standing: BuildStanding | null,
  left: BuildLeft | undefined,
): readonly AgainItem[] {
  const isValid = standing?.status === 'valid';
  const changes = standing?.changes ?? [];
  const items: (AgainItem | null)[] = [
    lookAt(left),
    ...leftItems(left),
    isValid
      ? {
          action: 'rebuild',
          label: '$(sync) Rebuild and Compare',
          description: 'build it again, and compare every output byte for byte',
        }
      : {
          action: 'build',
          label: '$(package) Build',
          ...(changes.length === 0 ? {} : { detail: `It changed: ${changes.join(' ')}` }),
        },
    isValid
      ? null
      : {
          action: 'keepFailed',
          label: '$(archive) Build, and Keep the Directory of a Failure',
          description: '--keep-failed',
        },
    {
      action: 'elsewhere',
      label: '$(remote) Build Elsewhere…',
      description: 'on a remote builder, or in another store',
    },
    isValid
      ? {
          action: 'delete',
          label: '$(trash) Delete Outputs…',
          description: 'so that the next build makes them anew; first shows what keeps them',
        }
      : null,
  ];
  return items.flatMap((item) => item ?? []);
}

/** What the last build left to look at, and to go on with. */
function leftItems(left: BuildLeft | undefined): readonly (AgainItem | null)[] {
  return [
    left?.comparison?.other == null
      ? null
      : {
          action: 'report',
          label: "$(output) Open diffoscope's Report",
          description: 'of all that differs, where diffoscope is installed',
        },
    left?.goesOn == null
      ? null
      : {
          action: 'goOn',
          label: `$(debug-continue) Go On in the Kept Directory${left.goesOn.phase === null ? '' : ` at ${left.goesOn.phase}`}`,
          description: 'as a session, in the place of the one there is',
        },
    left?.keptDirectory == null
      ? null
      : {
          action: 'keptFolder',
          label: '$(folder-opened) Open the Kept Build Directory',
          description: left.keptDirectory,
        },
  ];
}

function lookAt(left: BuildLeft | undefined): AgainItem | null {
  const { comparison } = left ?? {};
  if (comparison === undefined || comparison.same) return null;
  return {
    action: 'compare',
    label: '$(diff) Show the First File That Differs',
    ...(comparison.differences[0] === undefined ? {} : { detail: comparison.differences[0] }),
  };
}

/** The two files that a comparison's first sentence is about; null when it names none that both have. */
export function firstDifferingFiles({
  output,
  other,
  differences,
}: NonNullable<BuildLeft['comparison']>): readonly [first: string, again: string] | null {
  if (output === null || other === null) return null;
  const [, path] = /^[^\s/]+(\/.*?)? (?:differs|has|is|links) /.exec(differences[0] ?? '') ?? [];
  return [`${output}${path ?? ''}`, `${other}${path ?? ''}`];
}
