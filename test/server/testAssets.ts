/** Where the assets are before they are built into `dist`. */
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';

export const repository = dirname(dirname(__dirname));
const require = createRequire(__filename);

export const assets = {
  parserWasm: join(dirname(require.resolve('web-tree-sitter')), 'tree-sitter.wasm'),
  grammarWasm: join(repository, 'syntaxes/tree-sitter-nix/tree-sitter-nix.wasm'),
  bashGrammarWasm: require.resolve('tree-sitter-bash/tree-sitter-bash.wasm'),
  driverFolder: join(repository, 'server/src/phases/driver'),
  expressionsFolder: join(repository, 'server/src/nix/expressions'),
};
