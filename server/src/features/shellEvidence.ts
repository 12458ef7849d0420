/** What the stdenvs of a document's derivations say against what was found in its text. */
import type { Finding } from '../analysis/finding';
import type { ShellNames } from '../derivation/shellNames';
import { isRefutable, isRefuted, type Evidence } from '../derivation/refuted';
import type { OpenDocument } from '../documents';
import type { Engine } from '../engine/engine';
import type { Derivation, Diagnostic, Range } from '../protocol/model';

export class ShellEvidence {
  constructor(
    private readonly engine: Shells,
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
    const evidence = evidenceOf(this.engine, this.derivationsOf(uri), name, range);
    return isRefuted(found, name, evidence);
  }
}

type Shells = Pick<Engine, 'shellOf'>;

/** Of those that write the attribute at this place. */
function evidenceOf(
  engine: Shells,
  derivations: readonly Derivation[],
  attribute: string,
  at: Range,
): readonly Evidence[] {
  return derivations
    .filter(({ attributes }) => attributes[attribute]?.range.start.line === at.start.line)
    .map((derivation) => ({ derivation, shell: shellOf(engine, derivation) }));
}

function shellOf(engine: Shells, { drvPath }: Derivation): ShellNames | null {
  return drvPath === null ? null : engine.shellOf(drvPath);
}

/** Shells of derivations, as far as they were asked. */
export function shellsOf(engine: Shells, derivations: readonly Derivation[]): readonly ShellNames[] {
  return derivations.flatMap((derivation) => shellOf(engine, derivation) ?? []);
}

/** Shells of the derivations that write an attribute at this place; none where one of them was not asked. */
export function shellsReading(
  engine: Shells,
  derivations: readonly Derivation[],
  attribute: string,
  at: Range,
): readonly ShellNames[] {
  const shells = evidenceOf(engine, derivations, attribute, at).map(({ shell }) => shell);
  const asked = shells.filter((shell) => shell !== null);
  return asked.length === shells.length ? asked : [];
}
