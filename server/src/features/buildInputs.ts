/** `phasewise/buildInputs`: what a derivation needs, so that its stdenv can be asked. */
import type { Connection } from 'vscode-languageserver/node';
import type { Logger } from '../environment';
import { buildInputsRequest } from '../protocol/messages';
import type { DerivationKey } from '../protocol/messages';
import type { InputsResult } from '../protocol/model';
import { requestHandler } from './handler';
import { problemError } from './problemError';
import type { Workbench } from './workbench';
import { wasTold } from './workbench';

export function registerBuildInputs(connection: Connection, workbench: Workbench, log: Logger): void {
  const build = async (key: DerivationKey, signal: AbortSignal): Promise<InputsResult | null> => {
    const result = await workbench.buildInputs(key, signal);
    if (result.ok) return result.value;
    if (wasTold(result.error)) return null;
    throw problemError(result.error);
  };
  connection.onRequest(
    buildInputsRequest,
    requestHandler<DerivationKey, InputsResult | null>(log, null, build, true),
  );
}
