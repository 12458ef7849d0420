/** The Nix files that tests of the language read: the project's own, or those below the paths that `npm run test:conformance` is given. */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const own = ['examples', 'test/fixtures', 'server/src/nix/expressions'].map((path) =>
  resolve(__dirname, '../..', path),
);

/** Files and folders, absolute. */
export const corpora =
  process.env['PHASEWISE_CORPORA'] === undefined
    ? own
    : (JSON.parse(process.env['PHASEWISE_CORPORA']) as string[]);

/** The Nix files below a path. */
export function nixFiles(path: string): string[] {
  if (statSync(path).isFile()) return path.endsWith('.nix') ? [path] : [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isSymbolicLink() && entry.name !== 'node_modules')
    .flatMap((entry) =>
      entry.isDirectory() || entry.name.endsWith('.nix') ? nixFiles(join(path, entry.name)) : [],
    );
}
