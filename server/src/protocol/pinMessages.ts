/** Messages about derivations that stay in the tree whatever file is in front. */
import { NotificationType } from 'vscode-languageserver-protocol';
import type { DerivationKey } from './messages';
import type { Derivation } from './model';

/** The scheme of a flake's folder as a URI: `phasewise-flake:///home/me/project`, the attribute being the fragment. */
export const flakeScheme = 'phasewise-flake';

export interface PinsParams {
  /** `uri` is that of a Nix file, open or not, of a `.drv`, or a flake's folder with the scheme `phasewise-flake`. */
  readonly pins: readonly DerivationKey[];
}
/** Client to server: what to keep drawn, instead of what was before; each is drawn anew. Nothing is evaluated without trust. */
export const pinsNotification = new NotificationType<PinsParams>('phasewise/pins');

export interface PinnedDrawingParams {
  readonly key: DerivationKey;
  /** True while a truer drawing is being made. */
  readonly busy: boolean;
  /** Why there is no derivation, or why it is not truer; null when there is nothing to say. */
  readonly message: string | null;
  readonly derivation: Derivation | null;
}
/** Server to client: a pinned derivation was drawn; a later one replaces it. */
export const pinnedDrawingNotification = new NotificationType<PinnedDrawingParams>('phasewise/pinnedDrawing');
