/** Lets `postPatch` do something to a file of the source before the build uses it. Pure. */
import { indentationAt, lineEnding } from '../syntax/layout';
import type { Replacement } from '../syntax/replacement';
import { unwrapped } from '../syntax/walk';
import { attributePlace } from './listAttributeEdit';
import type { FoundDerivation } from './foundDerivation';

const before = ['patches', 'src', 'srcs', 'version', 'pname', 'name'];

/**
 * @param command e.g. `patchShebangs`, `chmod +x`.
 * @param path as the build names the file.
 * @returns null when postPatch is written in a way that a line cannot be added to, or there is no set to write it in.
 */
export function addToPostPatch(
  text: string,
  derivation: FoundDerivation,
  command: string,
  path: string,
): Replacement | null {
  if (!/^[\w./+-]+$/.test(path)) return null;
  const line = `${command} ${path.replace(/^\.\//, '')}`;
  const newLine = lineEnding(text);
  const written = derivation.attributes.get('postPatch');
  if (written === undefined) {
    const write = attributePlace(text, derivation, before);
    return (
      write?.((indentation) =>
        [`postPatch = ''`, `${indentation}  ${line}`, `${indentation}'';`].join(newLine),
      ) ?? null
    );
  }
  const value = written.value === null ? null : unwrapped(written.value);
  if (value?.kind !== 'string' || value.style !== 'indented') return null;
  const { content } = value;
  const body = text.slice(content.start, content.end);
  const last = /\S[^\S\r\n]*\r?\n?[ \t]*$/.exec(body);
  if (last === null) return null;
  const at = content.start + last.index + 1;
  const isOneLine = !body.includes('\n');
  const indentation = indentationAt(text, at - 1);
  const newText = isOneLine ? `; ${line}` : `${newLine}${indentation}${line}`;
  return { start: at, end: at, newText };
}
