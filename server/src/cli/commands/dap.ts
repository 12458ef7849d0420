/** `phasewise dap`: the debug adapter, for any editor. */
import { Command } from 'commander';
import type { Opened } from '../../debug/debugTarget';
import type { Launch } from '../../debug/launchArguments';
import { failure, type Result } from '../../result';
import { exitCodes, type CommandLine } from '../commandLine';
import type { RawNixOptions } from '../nixArguments';
import { readDerivation } from '../subject';

export function dapCommand(cli: CommandLine): Command {
  return new Command('dap')
    .description('serve the Debug Adapter Protocol on standard input and output')
    .action(async () => {
      await cli.serveDebug((launch) => open(cli, launch));
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
