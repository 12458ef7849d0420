/**
 * Says of what an evaluation of a flake where it is read that git does not know it, where that is named: `nix build` of the flake would
 * not see it. Pure.
 */
import { basename, dirname, join, relative, resolve } from 'node:path';
import { finding, type Finding } from '../analysis/finding';
import { withSeverities, type SeveritySettings } from '../analysis/severities';
import { diagnosticsOf } from '../analysis/textDiagnostics';
import type { UntrackedRead } from '../nix/nix';
import { leadsTo } from '../nix/untrackedReads';
import type { Diagnostic } from '../protocol/model';
import type { Offer } from '../protocol/offers';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { walk } from '../syntax/walk';

export interface UntrackedSubject {
  /** What was evaluated. */
  readonly file: string;
  readonly tree: SyntaxTree;
  /** The `flake.nix` through which it was. */
  readonly flake: string;
  readonly severities: SeveritySettings;
}

/** Of one path: one, or those in a folder that is copied. */
type Reads = readonly [UntrackedRead, ...UntrackedRead[]];

/** Of one folder that is copied, all together. */
const mostNamed = 3;

export function untrackedDiagnostics(
  subject: UntrackedSubject,
  untracked: readonly UntrackedRead[],
  treeOf: (file: string) => SyntaxTree | null,
): readonly Diagnostic[] {
  const groups = new Map<string, Reads>();
  for (const read of untracked) {
    const key = read.copiedWith ?? join(read.folder, read.path);
    const before = groups.get(key);
    groups.set(key, before === undefined ? [read] : [...before, read]);
  }
  return [...groups].flatMap(([path, reads]) => placed(subject, path, reads, treeOf));
}

/** In the text itself, in another file that names it, or in the flake. */
function placed(
  subject: UntrackedSubject,
  path: string,
  reads: Reads,
  treeOf: (file: string) => SyntaxTree | null,
): readonly Diagnostic[] {
  const { file, tree, flake } = subject;
  const here = literalsOf(tree, file, path);
  if (here.length > 0) return told(subject, { file, tree, spans: here }, path, reads);
  if (path === file) return told(subject, { file, tree, spans: [firstLine(tree)] }, path, reads);
  const [{ told: isTold, namedIn }] = reads;
  if (!isTold) return [];
  const other = namedIn ?? flake;
  const text = other === file ? tree : treeOf(other);
  if (text === null) return [];
  const spans = literalsOf(text, other, path);
  const place = { file: other, tree: text, spans: spans.length > 0 ? spans : [firstLine(text)] };
  return told(subject, place, path, reads);
}

interface Place {
  readonly file: string;
  readonly tree: SyntaxTree;
  readonly spans: readonly Span[];
}

function told(
  { severities }: UntrackedSubject,
  { file, tree, spans }: Place,
  path: string,
  reads: Reads,
): readonly Diagnostic[] {
  const offers = reads.slice(0, mostNamed).map(offerOf);
  const found = spans.map((span) => findingOf(span, path, reads));
  return diagnosticsOf(tree, file, withSeverities(found, severities)).map((one) => ({ ...one, offers }));
}

function offerOf({ folder, path, ignored }: UntrackedRead): Offer {
  return { kind: 'addToGit', folder, path, ignored };
}

const onlyKnown = 'of a git repository Nix takes only what git knows';

function findingOf(span: Span, path: string, reads: Reads): Finding {
  const code = 'untracked-file';
  const [{ path: name, copiedWith, ignored }] = reads;
  if (copiedWith !== null) {
    const names = reads.slice(0, mostNamed).map((read) => relative(path, join(read.folder, read.path)));
    const more = reads.length > mostNamed ? `, and ${reads.length - mostNamed} more` : '';
    const message = `Git does not know all that is in ${basename(path)}: ${names.join(', ')}${more}. It is copied here, but not by \`nix build\` of the flake: ${onlyKnown}.`;
    return finding(code, 'information', span, message);
  }
  const why = ignored ? ', as .gitignore says' : '';
  const message = `Git does not know ${name}${why}. It is read here, but \`nix build\` of the flake does not see it: ${onlyKnown}.`;
  return finding(code, 'warning', span, message);
}

/** Where a text names a path, as a literal. */
function literalsOf({ text, root }: SyntaxTree, file: string, path: string): readonly Span[] {
  const found: Span[] = [];
  if (root === null) return found;
  walk(root, (expression) => {
    if (expression.kind !== 'path') return true;
    const { span, interpolations } = expression;
    const written = interpolations.length === 0 ? text.slice(span.start, span.end) : null;
    if (written !== null && leadsTo(resolve(dirname(file), written), path)) found.push(span);
    return true;
  });
  return found.sort((one, other) => one.start - other.start);
}

function firstLine({ lines, text }: SyntaxTree): Span {
  return lines.lineSpan(0) ?? { start: 0, end: text.length };
}
