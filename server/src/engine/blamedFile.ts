/** The file that was asked about, as the placing of diagnostics sees it. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { formalPlace, memberPlace, onlyFormalPlace, placeBeside } from '../derivation/memberPlace';
import { parseAttrPath } from '../nix/attrPath';
import { realPath } from '../nix/realPath';
import type { Derivation, Range } from '../protocol/model';
import type { Expression } from '../syntax/ast';
import { LineIndex } from '../syntax/lineIndex';
import type { BlamedFile, TextWithLines } from './evaluationDiagnostics';
import { namedPlace } from './namedPlace';

/** A file's text; `root` is what it says when it was parsed, too. */
export interface TextWithRoot extends TextWithLines {
  readonly root?: Expression | null;
}

/** `drawn` are the derivations as the text alone draws them: they know where attributes are written. */
export function blamedFile(
  file: string,
  { text, lines, root }: TextWithRoot,
  drawn: readonly Derivation[],
  attr: string | null,
): BlamedFile {
  const real = realPath(file);
  const chosen = drawn.filter((derivation) => attr === null || derivation.attr === attr);
  const derivations = chosen.length > 0 ? chosen : drawn;
  const isFile = (other: string | null): boolean =>
    other === null || other === file || (isAbsolute(other) && realPath(other) === real);
  return {
    file,
    text,
    lines,
    isFile,
    readOther: readTextFile,
    attributeRange: (name) => attributeIn(derivations, name) ?? placeOfAttr(drawn, name),
    besideRange: ({ line, column }, attribute) => {
      const at = lines.offsetAt(lines.fromNixPosition(line, column));
      const span = root ? placeBeside(root, at, attribute) : null;
      return span === null ? null : lines.rangeOf(span);
    },
    formalRange: (name) => {
      const span = root ? formalPlace(root, name) : null;
      return span === null ? null : lines.rangeOf(span);
    },
    innerFormalRange: (name) => {
      const span = root ? onlyFormalPlace(root, name) : null;
      return span === null ? null : lines.rangeOf(span);
    },
    namedRange: (message) => {
      const span = root ? namedPlace(root, message, isFile) : null;
      return span === null ? null : lines.rangeOf(span);
    },
    memberRange: (path) => {
      const span = root ? memberPlace(root, parseAttrPath(path)) : null;
      return span === null ? null : lines.rangeOf(span);
    },
  };
}

function attributeIn(derivations: readonly Derivation[], name: string): Range | null {
  const places = derivations.flatMap(({ attributes }) => attributes[name] ?? []);
  return places.length === 1 ? (places[0]?.range ?? null) : null;
}

function placeOfAttr(drawn: readonly Derivation[], attr: string): Range | null {
  return drawn.find((derivation) => derivation.attr === attr)?.range ?? null;
}

/** Whether the file on disk begins with a UTF-8 byte order mark, which editors keep out of the text that they show. */
export function beginsWithMark(file: string): boolean {
  try {
    const descriptor = openSync(file, 'r');
    const bytes = Buffer.alloc(3);
    readSync(descriptor, bytes, 0, bytes.length, 0);
    closeSync(descriptor);
    return bytes.equals(Buffer.from([0xef, 0xbb, 0xbf]));
  } catch {
    // It is gone, or may not be read: Nix has said so.
    return false;
  }
}

/** Beyond this a file is not read only to convert a column. */
const mostBytes = 16 * 1024 * 1024;

export function readTextFile(file: string): TextWithLines | null {
  try {
    const text = readFileSync(file, 'utf8');
    return text.length > mostBytes ? null : { text, lines: new LineIndex(text) };
  } catch {
    return null;
  }
}
