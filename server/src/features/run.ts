/** `phasewise/run`: runs phases in the derivation's session. */
import type { Connection } from 'vscode-languageserver/node';
import type { Logger } from '../environment';
import { runRequest } from '../protocol/messages';
import type { RunParams } from '../protocol/messages';
import type { RunResult } from '../protocol/model';
import { requestHandler } from './handler';
import { problemError } from './problemError';
import type { Workbench } from './workbench';
import { wasTold } from './workbench';

export function registerRun(connection: Connection, workbench: Workbench, log: Logger): void {
  const run = async (params: RunParams, signal: AbortSignal): Promise<RunResult | null> => {
    const result = await workbench.run(params, signal);
    if (result.ok) return result.value;
    if (wasTold(result.error)) return null;
    throw problemError(result.error);
  };
  connection.onRequest(runRequest, requestHandler<RunParams, RunResult | null>(log, null, run, true));
}
