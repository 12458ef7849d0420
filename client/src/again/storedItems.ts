/** What is said of store paths and of what keeps them. Pure. */
import { sizeText } from '../../../server/src/protocol/sizes';
import type { DeletePathsAnswer, GcRoot, StoredPath } from '../../../server/src/protocol/storeMessages';
import { moment } from '../words';

export interface StoredItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  /** Whether it is one of those that were asked about. */
  readonly picked: boolean;
  readonly stored: StoredPath;
}

/** `wanted`: attribute of the derivation that the command was called for. */
export function storedItems(paths: readonly StoredPath[], wanted: string, now: Date): readonly StoredItem[] {
  return paths.map((stored) => {
    const { path, output, bytes, since, roots } = stored;
    const words = [
      output ?? 'depends on an output',
      bytes === null ? '' : sizeText(bytes),
      since === null ? '' : `since ${moment(since, now)}`,
      keptWords(roots),
    ];
    return {
      label: stored.package,
      description: words.filter((word) => word !== '').join(' · '),
      detail: path,
      picked: stored.attr === wanted,
      stored,
    };
  });
}

function keptWords(roots: readonly GcRoot[]): string {
  const [first] = roots;
  if (first === undefined) return '';
  return roots.length === 1 ? `kept by ${first.name}` : `kept by ${first.name} and ${roots.length - 1} more`;
}

export interface RootItem {
  readonly label: string;
  readonly description: string;
  readonly root: GcRoot;
}

/** Those that may be removed first; each once. */
export function rootItems(paths: readonly StoredPath[]): readonly RootItem[] {
  const roots = new Map(paths.flatMap((path) => path.roots.map((root) => [root.name, root] as const)));
  return [...roots.values()]
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))
    .map((root) => ({
      label: root.name,
      description: root.kind === 'link' ? 'remove this link' : `${root.words}: cannot be removed here`,
      root,
    }));
}

function rank({ kind }: GcRoot): number {
  return kind === 'link' ? 0 : 1;
}

/** What became of a deletion, for the status bar and, when something stays, for a message with its reasons. */
export function deletionWords({ deleted, removedLinks, kept }: DeletePathsAnswer): {
  readonly done: string;
  readonly kept: string | null;
} {
  const count = (many: number, what: string): string => (many === 1 ? `1 ${what}` : `${many} ${what}s`);
  const links = removedLinks.length === 0 ? '' : `, ${count(removedLinks.length, 'link')} removed`;
  const [first] = kept;
  const more = kept.length > 1 ? ` ${kept.length - 1} more stay.` : '';
  return {
    done: `${count(deleted.length, 'store path')} deleted${links}`,
    kept: first === undefined ? null : `${first.message} ${first.advice ?? ''}`.trim() + more,
  };
}
