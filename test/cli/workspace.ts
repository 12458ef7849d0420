/** A folder of Nix files that a test made, with the package set of `examples/` to build them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repository } from '../support/commandLine';
import { removeWorkFolders } from '../support/workFolders';

export interface Workspace {
  readonly folder: string;
  /** Environment in which sessions and logs stay within the workspace. */
  readonly env: Readonly<Record<string, string>>;
  write(file: string, text: string | Uint8Array): string;
  dispose(): void;
}

/** `name` may hold anything a folder's name may hold. */
export function makeWorkspace(name = 'workspace'): Workspace {
  const top = mkdtempSync(join(tmpdir(), 'phasewise-cli-'));
  const folder = join(top, name);
  mkdirSync(folder);
  return {
    folder,
    env: { XDG_STATE_HOME: join(top, 'state') },
    write: (file, text) => {
      const path = join(folder, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    },
    dispose: () => {
      removeWorkFolders(join(top, 'state'));
      // Folders of a private store may not be written.
      execFileSync('chmod', ['-R', 'u+w', '--', top]);
      rmSync(top, { recursive: true, force: true });
    },
  };
}

const packages = join(repository, 'examples/pkgs');

/** A derivation with these attributes; `unique` keeps one test's store paths from another's. */
export function derivation(attributes: string, unique = `${Date.now()}-${process.pid}`): string {
  return `let pkgs = import ${packages} { }; in
pkgs.stdenv.mkDerivation {
  name = "test";
  unique = "${unique}";
  dontUnpack = true;
${attributes}
}
`;
}
