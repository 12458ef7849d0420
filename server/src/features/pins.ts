/**
 * `phasewise/pins`: derivations that stay drawn whatever is open. One whose file is open is drawn as that file is; the others are
 * evaluated when they are pinned and when something that they may be made of was saved.
 */
import type { Connection } from 'vscode-languageserver/node';
import type { Documents } from '../documents';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import type { DerivationKey } from '../protocol/messages';
import type { Derivation } from '../protocol/model';
import { pinnedDrawingNotification, pinsNotification, type PinsParams } from '../protocol/pinMessages';
import type { Activities } from './activities';
import type { DerivationLookup } from './derivationLookup';
import { choose } from './derivationLookup';
import type { Drawings } from './drawings';
import type { Evaluations } from './evaluations';
import { guarded } from './handler';
import { keyedFile, keyedTarget } from './keyedTarget';
import { Limiter } from './limiter';
import { Listeners } from './listeners';
import { notify } from './outgoing';
import { settingsOfEvaluation, untrusted, type WorkspaceState } from './workspaceState';

const drawnAtOnce = 2;

export interface PinsParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly engine: Engine;
  readonly drawings: Drawings;
  readonly evaluations: Evaluations;
  readonly lookup: DerivationLookup;
  readonly activities: Activities;
  readonly state: WorkspaceState;
  readonly log: Logger;
}

interface Pin {
  readonly key: DerivationKey;
  drawn: Derivation | null;
  drawing: AbortController | null;
}

/** A pinned derivation under the name that it was pinned by, which need not be the drawing's. */
export interface PinnedDerivation {
  readonly attr: string;
  readonly derivation: Derivation;
}

export class Pins {
  /** Told the URI of one that was drawn. */
  readonly changed = new Listeners<string>();
  private pins: readonly Pin[] = [];
  private readonly limiter = new Limiter(drawnAtOnce);

  constructor(private readonly parts: PinsParts) {
    const { connection, documents, drawings, activities, state, log } = parts;
    connection.onNotification(
      pinsNotification,
      guarded(log, 'Pinning', (params: PinsParams) => this.set(params)),
    );
    drawings.changed.add((uri) => this.drawWhere(({ key }) => key.uri === uri));
    documents.closed.add(({ uri }) => this.drawWhere(({ key }) => key.uri === uri));
    documents.saved.add(() => this.drawWhere(({ key }) => documents.get(key.uri) === null));
    state.changed.add((touched) =>
      this.drawWhere(({ key }) => touched(keyedFile(key.uri), settingsOfEvaluation)),
    );
    activities.sent.add(({ key, event }) => {
      if (event.type !== 'finished') return;
      // Told before the work has ended: its inputs are there by now.
      this.drawWhere((pin) => pin.key.uri === key.uri && pin.key.attr === key.attr);
    });
  }

  dispose(): void {
    for (const { drawing } of this.pins) drawing?.abort();
    this.pins = [];
  }

  /** Draws those of flakes again: what git knows changed. */
  drawFlakes(): void {
    this.drawWhere(({ key }) => keyedTarget(key.uri, '')?.kind === 'flake');
  }

  /** What is drawn of those that this URI has. */
  of(uri: string): readonly PinnedDerivation[] {
    return this.pins.flatMap(({ key, drawn }) =>
      key.uri === uri && drawn !== null ? [{ attr: key.attr, derivation: drawn }] : [],
    );
  }

  private set({ pins }: PinsParams): void {
    const before = this.pins;
    this.pins = pins.map(
      (key) => before.find((pin) => isSame(pin.key, key)) ?? { key, drawn: null, drawing: null },
    );
    for (const pin of before) if (!this.pins.includes(pin)) pin.drawing?.abort();
    this.drawWhere(() => true);
  }

  private drawWhere(holds: (pin: Pin) => boolean): void {
    for (const pin of this.pins.filter(holds)) void this.draw(pin);
  }

  /** As its open file shows it now. */
  private mirror(pin: Pin): void {
    const { uri, attr } = pin.key;
    const shown = choose(this.parts.drawings.of(uri), attr);
    const busy = shown === null && this.parts.evaluations.isPending(uri);
    this.tell(pin, shown ?? (busy ? pin.drawn : null), shown !== null || busy ? null : noSuch, busy);
  }

  private async draw(pin: Pin): Promise<void> {
    pin.drawing?.abort();
    pin.drawing = null;
    if (this.parts.documents.get(pin.key.uri) !== null) return this.mirror(pin);
    if (!this.parts.state.trusted) return this.tell(pin, null, untrusted.message, false);
    const controller = new AbortController();
    pin.drawing = controller;
    const { signal } = controller;
    this.tell(pin, pin.drawn, null, true);
    try {
      await this.limiter.run(() => this.drawTruly(pin, signal), signal);
    } catch (error) {
      if (signal.aborted) return;
      this.parts.log.error(`What is pinned of ${pin.key.uri} could not be drawn`, error);
      this.tell(pin, pin.drawn, 'It could not be drawn; the log of the extension says why.', false);
    }
  }

  private async drawTruly(pin: Pin, signal: AbortSignal): Promise<void> {
    const found = await this.parts.lookup.find(pin.key, signal);
    if (signal.aborted) return;
    if (!found.ok) return this.tell(pin, pin.drawn, found.error.message, false);
    this.tell(pin, found.value, null, true);
    const inspected = await this.parts.engine.inspect(found.value, signal);
    signal.throwIfAborted();
    this.tell(pin, inspected, null, false);
  }

  private tell(pin: Pin, derivation: Derivation | null, message: string | null, busy: boolean): void {
    pin.drawn = derivation;
    void notify(this.parts.connection, pinnedDrawingNotification, {
      key: pin.key,
      derivation,
      message,
      busy,
    });
    this.changed.fire(pin.key.uri);
  }
}

const noSuch = 'Its file does not make it now.';

function isSame(a: DerivationKey, b: DerivationKey): boolean {
  return a.uri === b.uri && a.attr === b.attr;
}
