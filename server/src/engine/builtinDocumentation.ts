/** The documentation of builtins by the Nix in use: asked when first wanted, again for another Nix. */
import type { BuiltinDocumentation } from '../nix/builtins';
import type { Nix, NixProbe } from '../nix/nix';

export class BuiltinDocumentations {
  private known: {
    readonly nix: Nix;
    readonly answer: Promise<ReadonlyMap<string, BuiltinDocumentation>>;
  } | null = null;

  constructor(private readonly lifetime: AbortSignal) {}

  /** Empty when there is no Nix; an answer that was not had is asked for again the next time. */
  async of(probe: NixProbe): Promise<ReadonlyMap<string, BuiltinDocumentation>> {
    if (!probe.ok) return new Map();
    const nix = probe.value;
    if (this.known?.nix !== nix) this.known = { nix, answer: nix.builtins(this.lifetime) };
    const answer = await this.known.answer;
    if (answer.size === 0) this.known = null;
    return answer;
  }
}
