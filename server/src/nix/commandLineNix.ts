/** `Nix` over the installed programs: `nix-instantiate` and `nix-store`, which need no experimental feature. */
import { readBuiltins } from './builtins';
import { failure, success } from '../result';
import { build, realiseInputs } from './build';
import type { NixContext, NixSettings } from './commandLine';
import { lockFlake } from './flakeLock';
import { debugEvaluation } from './evaluationDebugger';
import { Evaluator } from './evaluator';
import type { NixInstallation, ProbeRequest } from './installation';
import { probeInstallation } from './installation';
import { readLog } from './log';
import type { Nix, NixProbe } from './nix';
import { indexedPackages } from './packageIndex';
import { parse, parsingFiles } from './parse';
import { pathInfos } from './pathInfo';
import { addTree, prefetch } from './prefetch';
import { rederive } from './rederive';
import type { ProcessRunner } from './process';
import { askSandbox, type SandboxConfiguration } from './sandbox';
import {
  addRoot,
  areValid,
  deriver,
  inputClosure,
  readDerivation,
  references,
  referrersClosure,
  roots,
} from './store';
import { Substituters } from './substituters';
import { deletePaths } from './storeDeletion';

export interface NixConfiguration {
  /** `dist/assets/expressions`. */
  readonly expressionsFolder: string;
  readonly settings: NixSettings;
  /** The whole environment of Nix; usually ours. */
  readonly environment: Readonly<Record<string, string>>;
  /** Told what only developers need to know. */
  readonly report?: (text: string) => void;
}

export function createNix(
  installation: NixInstallation,
  runner: ProcessRunner,
  configuration: NixConfiguration,
): Nix {
  const context: NixContext = { installation, runner, ...configuration };
  const substituters = new Substituters(context);
  const building = { ...context, substituters };
  const evaluator = new Evaluator(context, configuration.report ?? (() => undefined));
  let sandbox: SandboxConfiguration | null = null;
  return {
    installation,
    parse: (text, signal) => parse(context, text, signal),
    parsing: (files, signal) => parsingFiles(context, files, signal),
    builtins: (signal) => readBuiltins(context, signal),
    evaluate: (source, options, signal) => evaluator.evaluate(source, options, signal),
    lockFlake: (file, onLine, signal) => lockFlake(context, file, onLine, signal),
    prepare: (file, options) => evaluator.prepare(file, options),
    value: (question, options) => evaluator.value(question, options),
    debugEvaluation: (source, options, handlers) => debugEvaluation(context, source, options, handlers),
    close: () => evaluator.close(),
    readDerivation: (drvPath) => Promise.resolve(readDerivation(installation, drvPath)),
    areValid: (storePaths, signal) => areValid(context, storePaths, signal),
    realiseInputs: (derivation, onEvent, signal) => realiseInputs(building, derivation, onEvent, signal),
    build: (drvPath, options, onEvent, signal) => build(building, drvPath, options, onEvent, signal),
    log: (storePath, onChunk, signal) => readLog(context, substituters, storePath, onChunk, signal),
    deriver: (storePath, signal) => deriver(context, storePath, signal),
    references: (storePath, signal) => references(context, storePath, signal),
    inputClosure: (derivation, more, signal) => inputClosure(context, derivation, more, signal),
    sandbox: async (signal) => (sandbox ??= await askSandbox(context, signal)),
    pathInfos: (storePaths, signal) => pathInfos(context, storePaths, signal),
    referrersClosure: (storePath, signal) => referrersClosure(context, storePath, signal),
    roots: (storePaths, signal) => roots(context, storePaths, signal),
    deletePaths: async (storePaths, ignoreLiveness, signal) => {
      // While an evaluator runs, what it instantiated is in use.
      await evaluator.rest();
      return deletePaths(context, storePaths, ignoreLiveness, signal);
    },
    indexed: (wanted, signal) => indexedPackages(runner, context.environment, wanted, signal),
    rederive: (derivation, changes, signal) => rederive(context, derivation, changes, signal),
    prefetch: (download, signal) => prefetch(context, download, signal),
    addTree: (folder, signal) => addTree(context, folder, signal),
    addRoot: (link, storePath, signal) => addRoot(context, link, storePath, signal),
  };
}

/** Finds the installed Nix and makes it ready; see `probeInstallation` for the problems. */
export async function probeNix(
  runner: ProcessRunner,
  request: ProbeRequest,
  signal: AbortSignal,
  report?: (text: string) => void,
): Promise<NixProbe> {
  const probed = await probeInstallation(runner, request, signal);
  if (!probed.ok) return failure(probed.error);
  const { expressionsFolder, settings, environment } = request;
  return success(createNix(probed.value, runner, { expressionsFolder, settings, environment, report }));
}
