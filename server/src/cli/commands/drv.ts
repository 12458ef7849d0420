/** `phasewise drv`: the store derivation, read, or what changed against another. */
import { Command } from 'commander';
import { derivationChanges } from '../../engine/derivationChanges';
import type { Engine } from '../../engine/engine';
import type { StoreDerivation } from '../../nix/derivationFile';
import type { Derivation } from '../../protocol/model';
import { failure, type Result } from '../../result';
import { exitCodes, report, writeJson, type CommandLine, type ExitCode } from '../commandLine';
import { addNixOptions, nixArguments, type NixArguments, type RawNixOptions } from '../nixArguments';
import { fileWords, oneDerivation, readTarget } from '../subject';

interface DrvOptions extends RawNixOptions {
  readonly against?: string;
  readonly json?: boolean;
}

export function drvCommand(cli: CommandLine): Command {
  const command = new Command('drv')
    .description('read the store derivation, or say what changed against another')
    .argument('<file>', fileWords)
    .option('--against <derivation>', 'an older .drv, or a file that makes one')
    .option('--json', 'write JSON');
  return addNixOptions(command).action(async (file: string, options: DrvOptions) => {
    cli.exitCode = await drv(cli, file, options);
  });
}

async function drv(cli: CommandLine, file: string, options: DrvOptions): Promise<ExitCode> {
  const nixOptions = nixArguments(options);
  const engine = cli.engine(nixOptions.nix);
  const derivation = await derivationOf(cli, engine, file, nixOptions);
  if (!derivation.ok) return report(cli, derivation.error);
  if (options.against !== undefined) return against(cli, engine, derivation.value, options.against, options);
  const read = await storeDerivation(cli, engine, derivation.value);
  if (!read.ok) return report(cli, read.error);
  if (options.json === true) writeJson(cli, { [read.value.path]: asNixShows(read.value) });
  else {
    const page = await engine.describe(read.value.path, [derivation.value], cli.signal);
    if (!page.ok) return report(cli, page.error);
    cli.stdout.write(page.value.text);
  }
  return exitCodes.ok;
}

async function against(
  cli: CommandLine,
  engine: Engine,
  newer: Derivation,
  olderFile: string,
  options: DrvOptions,
): Promise<ExitCode> {
  const older = await derivationOf(cli, engine, olderFile, nixArguments(options));
  if (!older.ok) return report(cli, older.error);
  const [from, to] = [
    await storeDerivation(cli, engine, older.value),
    await storeDerivation(cli, engine, newer),
  ];
  if (!from.ok) return report(cli, from.error);
  if (!to.ok) return report(cli, to.error);
  const changes = derivationChanges(from.value, to.value);
  if (options.json === true) writeJson(cli, { changes });
  else if (changes.length === 0) cli.stdout.write('Nothing changed.\n');
  else for (const { words } of changes) cli.stdout.write(`${words}\n`);
  return exitCodes.ok;
}

async function derivationOf(
  cli: CommandLine,
  engine: Engine,
  file: string,
  options: NixArguments,
): Promise<Result<Derivation>> {
  const target = readTarget(cli, file, options.attr);
  return target.ok ? oneDerivation(cli, engine, target.value, options) : target;
}

async function storeDerivation(
  cli: CommandLine,
  engine: Engine,
  { drvPath }: Derivation,
): Promise<Result<StoreDerivation>> {
  const nix = await engine.nix(null, cli.signal);
  if (!nix.ok) return nix;
  if (drvPath !== null) return nix.value.readDerivation(drvPath);
  return failure({ code: 'no-derivation', message: 'This makes no derivation.', advice: null });
}

/** Field names of `nix derivation show` (Nix manual). */
function asNixShows(derivation: StoreDerivation): unknown {
  const { args, builder, env, inputDerivations, inputSources, name, outputs, system } = derivation;
  return {
    args,
    builder,
    env,
    inputDrvs: Object.fromEntries(
      Object.entries(inputDerivations).map(([path, names]) => [path, { dynamicOutputs: {}, outputs: names }]),
    ),
    inputSrcs: inputSources,
    name,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([output, { path, hashAlgo, hash }]) => [
        output,
        {
          ...(path === '' ? {} : { path }),
          ...(hashAlgo === '' ? {} : { hashAlgo }),
          ...(hash === '' ? {} : { hash }),
        },
      ]),
    ),
    system,
  };
}
