/**
 * Comments that tell which checks are not wanted: `# phasewise: ignore CODE…` on the line itself or alone on the line before it,
 * `# phasewise: ignore-file CODE…` anywhere. Without a code all are meant; names that other linters have for a check are understood. What Nix refuses is told all the same.
 */
import { beginsLine } from '../syntax/layout';
import type { SyntaxTree } from '../syntax/syntaxTree';
import type { Finding } from './finding';
import { codeOf } from './otherNames';

const directive = /#[ \t]*phasewise:[ \t]*(ignore|ignore-file)\b(?!-)([ \t\w,-]*)/g;

export function withoutIgnored(tree: SyntaxTree, found: readonly Finding[]): readonly Finding[] {
  if (found.length === 0 || !tree.text.includes('phasewise:')) return found;
  const inFile = new Set<string>();
  const byLine = new Map<number, ReadonlySet<string>>();
  for (const { 0: whole, 1: scope, 2: list = '', index } of tree.text.matchAll(directive)) {
    if (!tree.comments.some(({ start, end }) => start <= index && index + whole.length <= end)) continue;
    const codes = list.split(/[\s,]+/).filter((code) => code !== '');
    const meant = new Set(codes.length === 0 ? [all] : codes.map(codeOf));
    if (scope === 'ignore-file') for (const code of meant) inFile.add(code);
    else byLine.set(tree.lines.lineAt(index) + (beginsLine(tree.text, index) ? 1 : 0), meant);
  }
  return found.filter(({ code, source, span }) => {
    if (source === 'nix') return true;
    const onLine = byLine.get(tree.lines.lineAt(span.start));
    return !has(inFile, code) && !(onLine !== undefined && has(onLine, code));
  });
}

const all = '*';

function has(codes: ReadonlySet<string>, code: string): boolean {
  return codes.has(code) || codes.has(all);
}
