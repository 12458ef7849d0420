import type { Expression } from './ast';
import { relocated, type RelocatedText, type Replacement } from './relocation';
import type { SyntaxTree } from './syntaxTree';
import { walk } from './walk';

/**
 * The document with its relative path literals made absolute, so that a copy of it elsewhere means the same. Lines are
 * kept. `~/…`, `<…>` and absolute paths stay. `folder` is the absolute folder of the file; with `fileName` given,
 * `__curPos` is replaced by what it is in the original.
 *
 * A folder that cannot be written as a path literal (spaces, non-ASCII, …) becomes an interpolation at the path's
 * root, `/${"my folder"}/./x`, which Nix resolves as the original (`.` and `..` included) and which is one token, so no precedence changes.
 */
export function absolutePaths(
  tree: SyntaxTree,
  folder: string,
  fileName: string | null = null,
): RelocatedText {
  return relocated(tree, pathReplacements(tree, folder, fileName));
}

/** What `absolutePaths` replaces, in order. */
export function pathReplacements(tree: SyntaxTree, folder: string, fileName: string | null): Replacement[] {
  if (tree.root === null) return [];
  const found: Replacement[] = [];
  const prefix = pathPrefix(folder);
  walk(tree.root, (expression) => {
    const { start, end } = expression.span;
    if (expression.kind === 'path' && tree.text.charAt(start) !== '/') {
      found.push({ start, end: start, text: prefix });
    } else if (fileName !== null && isCurrentPosition(expression)) {
      const { line, column } = tree.lines.toNixPosition(start);
      const file = quoted(`${folder.replace(/\/+$/, '')}/${fileName}`);
      const text = `{ column = ${column}; file = ${file}; line = ${line}; }`;
      found.push({ start, end, text });
    }
    return true;
  });
  return found.sort((a, b) => a.start - b.start);
}

function isCurrentPosition(expression: Expression): boolean {
  return expression.kind === 'variable' && expression.name === '__curPos';
}

/** What stands before a relative path literal to make it absolute, with its slash. */
function pathPrefix(folder: string): string {
  const clean = folder.replace(/\/+/g, '/').replace(/^\/|\/$/g, '');
  if (clean === '') return '/';
  return /^[a-zA-Z0-9._+/-]+$/.test(clean) ? `/${clean}/` : `/\${${quoted(clean)}}/`;
}

function quoted(text: string): string {
  const escaped = text
    .replace(/["\\$]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
  return `"${escaped}"`;
}
