/** `phasewise new`: a new package from the address of a source or a folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { Command } from 'commander';
import type { NewPackage } from '../../protocol/packageMessages';
import { exitCodes, report, writeJson, type CommandLine, type ExitCode } from '../commandLine';
import { addNixOptions, nixArguments, type RawNixOptions } from '../nixArguments';

interface NewOptions extends RawNixOptions {
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function newCommand(cli: CommandLine): Command {
  const command = new Command('new')
    .description('write a new package from a source: with the builder that it needs, and its hash')
    .argument('<source>', 'the URL of an archive, of a repository or of a tag of one, or a folder')
    .option('-o, --output <file>', 'write it to this file; else it is printed')
    .option('--force', 'replace a file that is there')
    .option('--json', 'write JSON');
  return addNixOptions(command).action(async (source: string, options: NewOptions) => {
    cli.exitCode = await create(cli, source, options);
  });
}

async function create(cli: CommandLine, source: string, options: NewOptions): Promise<ExitCode> {
  const { nix } = nixArguments(options);
  const output = options.output === undefined ? null : resolve(cli.cwd, options.output);
  const isUrl = /^\w[\w+.-]*:\/\//.test(source);
  const wish = {
    source: isUrl ? source : resolve(cli.cwd, source),
    folder: output === null ? cli.cwd : dirname(output),
    onProgress: (line: string): void => cli.stderr.write(`${line}\n`),
  };
  const made = await cli.engine(nix).packages.create(wish, cli.signal);
  if (!made.ok) return report(cli, made.error);
  for (const note of made.value.notes) cli.stderr.write(`note: ${note}\n`);
  if (output !== null) {
    const written = write(cli, output, made.value, options.force === true);
    if (written !== exitCodes.ok) return written;
  }
  if (options.json === true) writeJson(cli, { ...made.value, file: output });
  else if (output === null) cli.stdout.write(made.value.text);
  return exitCodes.ok;
}

function write(
  cli: CommandLine,
  file: string,
  { text, name, version, builder }: NewPackage,
  force: boolean,
): ExitCode {
  const shown = relative(cli.cwd, file);
  const told = shown.startsWith('..') || isAbsolute(shown) ? file : shown;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const reason = error instanceof Error ? error.message : String(error);
    return report(cli, {
      code: exists ? 'usage' : 'not-written',
      message: exists ? `${told} is there already.` : `${told} could not be written: ${reason}.`,
      advice: exists ? 'Name another file, or replace it with --force.' : null,
    });
  }
  cli.stderr.write(`${told}: ${name} ${version}${builder === null ? '' : `, built by ${builder}`}\n`);
  return exitCodes.ok;
}
