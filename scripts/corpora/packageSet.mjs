// A folder whose default.nix makes a set of packages, asked by the user's own Nix.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export const run = promisify(execFile);
export const limits = { maxBuffer: 1 << 28, timeout: 5 * 60_000 };

export const setOf = (folder) =>
  `(let value = import ${JSON.stringify(folder)}; in if builtins.isFunction value then value { } else value)`;

/** The file that an attribute's derivation is written in. */
export const fileOf = (folder, attr) => `
let
  package = ${setOf(folder)}.${attr};
  own = package.drvAttrs or { };
  meta = package.meta.position or null;
  fileAt = name: (builtins.unsafeGetAttrPos name own).file or null;
  pname = fileAt "pname";
in
if (package.type or null) != "derivation" then null
else builtins.seq package.drvPath (
  if pname != null then pname else if meta != null then builtins.head (builtins.split ":[0-9]+$" meta) else fileAt "name"
)`;

export async function evaluated(env, expression) {
  const { stdout } = await run('nix-instantiate', ['--eval', '--json', '--strict', '-E', expression], {
    env,
    ...limits,
  });
  return JSON.parse(stdout);
}
