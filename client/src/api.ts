/** What `activate` gives to tests and other extensions: what is shown, for reading. */
import type { StatusParams } from '../../server/src/protocol/messages';
import type { InlineResult } from './builds/inlineResult';
import type { PhaseItem } from './phases/phaseItem';
import type { BuildDirectory } from './sessions/buildDirectories';
import type { SessionItem } from './sessions/sessionItems';
import type { Subscription } from './serverState';

export interface PhasewiseApi {
  /** The file that the tree shows, as a URI; null when none. */
  file(): string | null;
  /** The rows of the tree, as shown. */
  phases(): readonly PhaseItem[];
  /** The rows of the view of sessions, as shown. */
  sessions(): readonly SessionItem[];
  /** The build directories that stand in the Explorer. */
  buildDirectories(): readonly BuildDirectory[];
  /** The line above the rows; empty when there is none. */
  message(): string;
  status(): StatusParams;
  /** The status-bar item's text. */
  statusText(): string;
  /** The results that stand in a document's text. */
  inlineResults(uri: string): readonly InlineResult[];
  /** Called after each change of what the rows, the line above them or the status say. */
  onDidChange(listener: () => void): Subscription;
  /** Ends when the language server answers. */
  ready(): Promise<void>;
}
