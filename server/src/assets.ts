/** Where the build puts what the bundles read at run time (see `scripts/build.mjs`). */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Assets } from './environment';

/**
 * Takes the folder that holds the assets (`dist/assets` of an installation); gives their absolute places. The guide to
 * diagnostics stands two floors up, in the installation's own `docs/`, and is null where it was not shipped.
 */
export function locateAssets(folder: string): Assets & {
  readonly diagnosticsGuide: string | null;
} {
  const guide = join(dirname(dirname(folder)), 'docs', 'diagnostics.md');
  return {
    parserWasm: join(folder, 'tree-sitter.wasm'),
    grammarWasm: join(folder, 'tree-sitter-nix.wasm'),
    bashGrammarWasm: join(folder, 'tree-sitter-bash.wasm'),
    driverFolder: join(folder, 'driver'),
    expressionsFolder: join(folder, 'expressions'),
    diagnosticsGuide: existsSync(guide) ? guide : null,
  };
}
