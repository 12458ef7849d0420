/** What the stdenvs of a document's derivations say against what was found in its text. */
import type { Finding } from '../analysis/finding';
import { isRefutable, isRefuted, type Evidence } from '../derivation/refuted';
import type { OpenDocument } from '../documents';
import type { Engine } from '../engine/engine';
import type { Derivation, Diagnostic, Range } from '../protocol/model';

export class ShellEvidence {
  constructor(
    private readonly engine: Pick<Engine, 'shellOf'>,
    /** What is drawn of a document now. */
    private readonly derivationsOf: (uri: string) => readonly Derivation[],
  ) {}

  /** Those that still hold. */
  diagnostics(document: OpenDocument, found: readonly Diagnostic[]): readonly Diagnostic[] {
    return found.filter((one) => !this.refutes(document, one, one.range));
  }

  /** Those that still hold. */
  findings(document: OpenDocument, found: readonly Finding[]): readonly Finding[] {
    return found.filter((one) => !this.refutes(document, one, document.tree.lines.rangeOf(one.span)));
  }

  private refutes(
    { uri, tree }: OpenDocument,
    found: Pick<Finding, 'code' | 'severity'>,
    range: Range,
  ): boolean {
    if (!isRefutable(found.code)) return false;
    const span = { start: tree.lines.offsetAt(range.start), end: tree.lines.offsetAt(range.end) };
    const name = tree.text.slice(span.start, span.end);
    const evidence = this.derivationsOf(uri).flatMap((derivation): Evidence[] => {
      const place = derivation.attributes[name];
      if (place === undefined || place.range.start.line !== range.start.line) return [];
      const { drvPath } = derivation;
      return [{ derivation, shell: drvPath === null ? null : this.engine.shellOf(drvPath) }];
    });
    return isRefuted(found, name, evidence);
  }
}
