/** `phasewise roots` and `phasewise delete`: what keeps a derivation's outputs in the store, and their end. */
import { Command } from 'commander';
import type { Derivation } from '../../protocol/model';
import { sizeText } from '../../protocol/sizes';
import type { GcRoot, StoredPath } from '../../protocol/storeMessages';
import type { Engine } from '../../engine/engine';
import { exitCodes, report, writeJson, type CommandLine, type ExitCode } from '../commandLine';
import { addNixOptions, type RawNixOptions } from '../nixArguments';
import { fileWords, readDerivation } from '../subject';

interface RootsOptions extends RawNixOptions {
  readonly json?: boolean;
}

interface DeleteOptions extends RootsOptions {
  readonly links?: boolean;
  readonly dependents?: boolean;
  readonly ignoreLiveness?: boolean;
}

export function rootsCommand(cli: CommandLine): Command {
  const command = new Command('roots')
    .description('say which outputs are in the store, since when, and what keeps them there')
    .argument('<file>', fileWords)
    .option('--json', 'write JSON');
  return addNixOptions(command).action(async (file: string, options: RootsOptions) => {
    const found = await storedPathsOf(cli, file, options);
    if (typeof found === 'number') cli.exitCode = found;
    else {
      if (options.json === true) writeJson(cli, { paths: found.paths });
      else writePaths(cli, found.derivation, found.paths);
      cli.exitCode = exitCodes.ok;
    }
  });
}

export function deleteCommand(cli: CommandLine): Command {
  const command = new Command('delete')
    .description("delete a derivation's outputs from the store")
    .argument('<file>', fileWords)
    .option('--links', 'remove the links that keep them, as `result` links do, first')
    .option('--dependents', 'delete what depends on them as well')
    .option('--ignore-liveness', 'delete them although something uses them: that breaks')
    .option('--json', 'write JSON');
  return addNixOptions(command).action(async (file: string, options: DeleteOptions) => {
    cli.exitCode = await deleteOutputs(cli, file, options);
  });
}

interface Found {
  readonly engine: Engine;
  readonly derivation: Derivation;
  readonly paths: readonly StoredPath[];
}

async function storedPathsOf(
  cli: CommandLine,
  file: string,
  options: RootsOptions,
): Promise<Found | ExitCode> {
  const read = await readDerivation(cli, file, options);
  if (!read.ok) return report(cli, read.error);
  const { engine, derivation } = read.value;
  const paths = await engine.store.paths([derivation], cli.signal);
  return paths.ok ? { engine, derivation, paths: paths.value } : report(cli, paths.error);
}

async function deleteOutputs(cli: CommandLine, file: string, options: DeleteOptions): Promise<ExitCode> {
  const found = await storedPathsOf(cli, file, options);
  if (typeof found === 'number') return found;
  const chosen = found.paths.filter(({ output }) => output !== null || options.dependents === true);
  const roots = chosen.flatMap((path) => path.roots);
  const links = options.links === true ? roots.filter(({ kind }) => kind === 'link') : [];
  const wanted = {
    paths: chosen.map(({ path }) => path),
    links: [...new Set(links.map(({ name }) => name))],
    ignoreLiveness: options.ignoreLiveness === true,
  };
  const answer = await found.engine.store.delete(wanted, cli.signal);
  if (!answer.ok) return report(cli, answer.error);
  if (options.json === true) writeJson(cli, answer.value);
  else {
    for (const link of answer.value.removedLinks) cli.stdout.write(`removed ${link}\n`);
    for (const path of answer.value.deleted) cli.stdout.write(`deleted ${path}\n`);
  }
  for (const { path, message, advice } of answer.value.kept) {
    const words = [`${path}:`, message, advice].filter((part) => part !== null).join(' ');
    cli.stderr.write(`${cli.stderr.colours.red('kept:')} ${words}\n`);
    for (const root of chosen.find((one) => one.path === path)?.roots ?? [])
      cli.stderr.write(`  ${rootLine(root)}\n`);
  }
  if (wanted.paths.length === 0) cli.stderr.write('None of its outputs is in the store.\n');
  return answer.value.kept.length === 0 ? exitCodes.ok : exitCodes.no;
}

function writePaths(
  { stdout, stderr }: CommandLine,
  { name }: Derivation,
  paths: readonly StoredPath[],
): void {
  const { colours } = stdout;
  if (paths.length === 0) stderr.write(`No output of ${name ?? 'it'} is in the store.\n`);
  for (const { path, output, bytes, since, roots } of paths) {
    const details = [
      output ?? 'depends on them',
      bytes === null ? '' : sizeText(bytes),
      since === null ? '' : `since ${since.slice(0, 16).replace('T', ' ')} UTC`,
    ];
    stdout.write(`${path}  ${colours.dim(details.filter((part) => part !== '').join(', '))}\n`);
    if (roots.length === 0) stdout.write(`  ${colours.dim('nothing keeps it')}\n`);
    for (const root of roots) stdout.write(`  ${rootLine(root)}\n`);
  }
}

function rootLine({ name, kind, words }: GcRoot): string {
  return kind === 'link' ? name : `${name} (${words})`;
}
