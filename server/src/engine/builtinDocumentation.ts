/** The documentation of builtins by each Nix in use: asked when first wanted. */
import type { BuiltinDocumentation } from '../nix/builtins';
import type { Nix, NixProbe } from '../nix/nix';

export type BuiltinTexts = ReadonlyMap<string, BuiltinDocumentation>;

export class BuiltinDocumentations {
  private readonly known = new WeakMap<Nix, Promise<BuiltinTexts>>();

  constructor(private readonly lifetime: AbortSignal) {}

  /** Empty when there is no Nix; an answer that was not had is asked for again the next time. */
  async of(probe: NixProbe): Promise<BuiltinTexts> {
    if (!probe.ok) return new Map();
    const nix = probe.value;
    const asked = this.known.get(nix) ?? nix.builtins(this.lifetime);
    this.known.set(nix, asked);
    const answer = await asked;
    if (answer.size === 0) this.known.delete(nix);
    return answer;
  }
}
