/** `phasewise/newPackage`: a new package from the address of a source or a folder. */
import { isAbsolute } from 'node:path';
import type { Connection } from 'vscode-languageserver/node';
import type { Engine } from '../engine/engine';
import type { Logger } from '../environment';
import { newPackageRequest, type NewPackage, type NewPackageParams } from '../protocol/packageMessages';
import type { Problem } from '../result';
import { requestHandler } from './handler';
import { problemError } from './problemError';
import { untrusted, type WorkspaceState } from './workspaceState';

export interface NewPackageParts {
  readonly connection: Connection;
  readonly engine: Engine;
  readonly state: WorkspaceState;
  readonly log: Logger;
}

export function registerNewPackage({ connection, engine, state, log }: NewPackageParts): void {
  connection.onRequest(
    newPackageRequest,
    requestHandler<NewPackageParams, NewPackage | null>(log, null, async ({ source, folder }, signal) => {
      if (!state.trusted) throw problemError(untrusted);
      if (!isAbsolute(folder)) throw problemError(wrongFolder);
      const wish = { source, folder, onProgress: () => undefined };
      const made = await engine.packages.create(wish, signal);
      if (!made.ok) throw problemError(made.error);
      return made.value;
    }),
  );
}

const wrongFolder: Problem = {
  code: 'wrong-arguments',
  message: 'The folder of a new package is an absolute path.',
  advice: null,
};
