/** `phasewise/build` and `phasewise/buildUntil`: a real build, whole or cut short after a phase. */
import type { Connection } from 'vscode-languageserver/node';
import type { Logger } from '../environment';
import { buildRequest } from '../protocol/messages';
import type { BuildParams } from '../protocol/messages';
import type { BuildResult } from '../protocol/model';
import type { BuildUntilParams, BuildUntilResult } from '../protocol/storeMessages';
import { buildUntilRequest } from '../protocol/storeMessages';
import { requestHandler } from './handler';
import { problemError } from './problemError';
import type { Workbench } from './workbench';
import { wasTold } from './workbench';

export function registerBuild(connection: Connection, workbench: Workbench, log: Logger): void {
  const build = async (params: BuildParams, signal: AbortSignal): Promise<BuildResult | null> => {
    const result = await workbench.build(params, signal);
    if (result.ok) return result.value;
    if (wasTold(result.error)) return null;
    throw problemError(result.error);
  };
  const until = async (params: BuildUntilParams, signal: AbortSignal): Promise<BuildUntilResult | null> => {
    const result = await workbench.buildUntil(params, signal);
    if (result.ok) return result.value;
    if (wasTold(result.error)) return null;
    throw problemError(result.error);
  };
  connection.onRequest(
    buildUntilRequest,
    requestHandler<BuildUntilParams, BuildUntilResult | null>(log, null, until, true),
  );
  connection.onRequest(buildRequest, requestHandler<BuildParams, BuildResult | null>(log, null, build, true));
}
