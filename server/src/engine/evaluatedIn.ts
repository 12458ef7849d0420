/** By the evaluations of which files store derivations came about: whose settings say which Nix knows them. */
import type { Derivation } from '../protocol/model';

/** What is known of a derivation whose Nix is sought. */
export type EvaluatedDerivation = Pick<Derivation, 'file'> & Partial<Pick<Derivation, 'drvPath'>>;

/** Store paths that are remembered. */
const mostKept = 20_000;

export class EvaluatedIn {
  /** By store path, the file that was evaluated last at the end. */
  private readonly files = new Map<string, ReadonlySet<string>>();

  /** Takes what came out when a file was evaluated (null: none was), and gives it back. */
  keep<T extends { readonly derivations: readonly Derivation[] }>(file: string | null, evaluated: T): T {
    for (const { drvPath, outputs } of file === null ? [] : evaluated.derivations)
      for (const path of [drvPath, ...Object.values(outputs)])
        if (path !== null && file !== null) this.keepPath(path, file);
    return evaluated;
  }

  /** The file that a derivation is of, when its own evaluation gave it too; else the one whose evaluation gave it last. */
  fileOf({ drvPath = null, file }: EvaluatedDerivation): string {
    const files = drvPath === null ? undefined : this.files.get(drvPath);
    return files === undefined || files.has(file) ? file : ([...files].at(-1) ?? file);
  }

  /** The file whose evaluation gave a store path last; null when that is not known. */
  fileOfPath(path: string): string | null {
    return [...(this.files.get(path) ?? [])].at(-1) ?? null;
  }

  private keepPath(path: string, file: string): void {
    const before = this.files.get(path) ?? [];
    this.files.delete(path);
    this.files.set(path, new Set([...before].filter((one) => one !== file)).add(file));
    const [oldest] = this.files.keys();
    if (this.files.size > mostKept && oldest !== undefined) this.files.delete(oldest);
  }
}
