/** A source on the disk as a new package is found out from it: bounded reads of its top folder. */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFiles } from '../derivation/newPackage/source';

const mostRead = 1 << 20;
const headBytes = 3000;
const mostHeads = 40;
const code = /\.(?:c|cc|cpp|cxx|h|hh|hpp|go|java|js|kt|lua|ml|mjs|pl|py|rb|rs|sh|ts|vala|zig)$/;

export function unpackedSource(folder: string): SourceFiles {
  const top = namesIn(folder);
  const sources = ['', 'src', 'lib', 'source'].filter((inner) => inner === '' || top.includes(inner));
  const heads = sources
    .flatMap((inner) => namesIn(join(folder, inner)).map((name) => join(folder, inner, name)))
    .filter((path) => code.test(path))
    .slice(0, mostHeads)
    .flatMap((path) => beginning(path, headBytes) ?? []);
  const names = new Set(top);
  return { names, heads, text: (name) => (names.has(name) ? beginning(join(folder, name), mostRead) : null) };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // No folder, or none that we may read: nothing is known of it.
    return [];
  }
}

/** Null for what is no regular file: reading a pipe would wait for ever. */
function beginning(path: string, bytes: number): string | null {
  try {
    if (!statSync(path).isFile()) return null;
    const descriptor = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(bytes);
      return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, bytes, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // A link that leads nowhere.
    return null;
  }
}
