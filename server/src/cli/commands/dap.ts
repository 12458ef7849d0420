/** `phasewise dap`: the debug adapter, for any editor. */
import { Command } from 'commander';
import type { DebuggerHandlers, EvaluationDebugger } from '../../nix/evaluationDebugger';
import type { Opened } from '../../debug/debugTarget';
import type { Launch } from '../../debug/launchArguments';
import type { Target } from '../../engine/engine';
import { sourceOf } from '../../engine/evaluateTarget';
import { failure, type Result } from '../../result';
import { exitCodes, type CommandLine } from '../commandLine';
import { nixArguments, type RawNixOptions } from '../nixArguments';
import { readDerivation, readTarget } from '../subject';

export function dapCommand(cli: CommandLine): Command {
  return new Command('dap')
    .description('serve the Debug Adapter Protocol on standard input and output')
    .action(async () => {
      await cli.serveDebug({
        open: (launch) => open(cli, launch),
        debugEvaluation: (launch, handlers) => debugEvaluation(cli, launch, handlers),
      });
      cli.exitCode = exitCodes.ok;
    });
}

/** What is launched, with its stdenv asked. What Nix says of an error is part of the Problem. */
async function open(cli: CommandLine, launch: Launch): Promise<Result<Opened>> {
  const { settings, program } = launch;
  const said: string[] = [];
  const stderr = { ...cli.stderr, write: (text: string | Uint8Array) => void said.push(String(text)) };
  const read = await readDerivation({ ...cli, stderr }, program, rawOptions(launch), {
    isolation: settings.isolation,
  });
  if (!read.ok) {
    const { code, message, advice } = read.error;
    return failure({ code, message: [message, ...said].join('\n').trim(), advice });
  }
  const { engine, derivation } = read.value;
  return { ok: true, value: { engine, derivation: await engine.inspect(derivation, cli.signal) } };
}

/** The evaluation of what is launched, under Nix's debugger. */
async function debugEvaluation(
  cli: CommandLine,
  launch: Launch,
  handlers: DebuggerHandlers,
): Promise<Result<EvaluationDebugger>> {
  const options = nixArguments(rawOptions(launch));
  const read = readTarget(cli, launch.program, options.attr);
  if (!read.ok) return read;
  const target = unsavedTarget(cli, read.value, launch.unsaved);
  if (target.kind === 'derivation') return failure(nothingToEvaluate);
  const nix = await cli.engine(options.nix).nix(null, cli.signal);
  if (!nix.ok) return nix;
  const source = sourceOf(target, options.evaluation, nix.value.installation.system);
  return nix.value.debugEvaluation(source, options.evaluation, handlers);
}

function unsavedTarget(cli: CommandLine, target: Target, text: string | null): Target {
  if (target.kind !== 'nix' || text === null) return target;
  return { ...target, tree: cli.parse(text), unsaved: true };
}

const nothingToEvaluate = {
  code: 'usage',
  message: 'A .drv file is evaluated already.',
  advice: 'Name the .nix file that makes it, or debug its phases.',
};

function rawOptions({ attr, settings }: Launch): RawNixOptions {
  const { path, store, options, searchPath } = settings.nix;
  return {
    ...(attr === '' ? {} : { attr }),
    ...(path === '' ? {} : { nix: path }),
    ...(store === '' ? {} : { store }),
    I: searchPath,
    option: Object.entries(options).map(([name, value]) => `${name}\u0000${value}`),
    callPackage: settings.callPackage ? 'on' : 'off',
  };
}
