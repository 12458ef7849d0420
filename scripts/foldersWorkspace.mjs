// A workspace of several folders for end-to-end tests: each has a search path of its own, which gives `<nixpkgs>` another `word`.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const tool = `{ stdenv, word }: stdenv.mkDerivation {
  name = "tool-\${word}";
  dontUnpack = true;
  installPhase = "echo \${word} > $out";
}
`;

async function write(file, content) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
}

/** Makes it in a folder from the examples' package set; gives the path of its file. `three` is there, and not in the workspace yet. */
export async function makeFoldersWorkspace(home, packages) {
  for (const word of ['one', 'two', 'three']) {
    const set = join(home, 'sets', word);
    await write(
      join(set, 'default.nix'),
      `{ }: let pkgs = import ${packages} { }; self = pkgs // { word = "${word}"; callPackage = pkgs.lib.callPackageWith self; }; in self\n`,
    );
    await write(join(home, word, '.vscode/settings.json'), {
      'phasewise.nix.searchPath': [`nixpkgs=${set}`],
    });
    await write(join(home, word, 'tool.nix'), tool);
  }
  await write(join(home, 'two/only.nix'), tool.replace('tool-', 'only-'));
  const task = (label, file) => ({ type: 'phasewise', label, file });
  const tasks = (...all) => ({ version: '2.0.0', tasks: all });
  await write(join(home, 'two/.vscode/tasks.json'), tasks(task('of the second folder', 'tool.nix')));
  const file = join(home, 'several.code-workspace');
  await write(file, {
    folders: [{ path: 'one' }, { path: 'two' }],
    tasks: tasks(task('of the workspace', 'only.nix')),
  });
  return file;
}
