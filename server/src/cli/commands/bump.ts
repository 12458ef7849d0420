/** `phasewise bump`: another version of a package, with the hashes that hang on it. */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Command } from 'commander';
import { exitCodes, report, writeJson, type CommandLine, type ExitCode } from '../commandLine';
import { addNixOptions, nixArguments, type RawNixOptions } from '../nixArguments';
import { readTarget } from '../subject';

interface BumpOptions extends RawNixOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function bumpCommand(cli: CommandLine): Command {
  const command = new Command('bump')
    .description('write another version of a package, and the hashes that hang on it')
    .argument('<file>', 'a .nix file')
    .argument('<version>', 'the new version')
    .option('--dry-run', 'print the new text and leave the file as it is')
    .option('--json', 'write JSON');
  return addNixOptions(command).action(async (file: string, version: string, options: BumpOptions) => {
    cli.exitCode = await bump(cli, file, version, options);
  });
}

async function bump(
  cli: CommandLine,
  file: string,
  version: string,
  options: BumpOptions,
): Promise<ExitCode> {
  const { attr, nix, evaluation } = nixArguments(options);
  const target = readTarget(cli, file, '');
  if (!target.ok) return report(cli, target.error);
  if (target.value.kind !== 'nix') {
    const message = 'The version of a package is changed in its .nix file.';
    return report(cli, { code: 'usage', message, advice: 'Name that.' });
  }
  const onProgress = (line: string): void => cli.stderr.write(`${line}\n`);
  const wish = { options: evaluation, onProgress };
  const wanted = attr === '' ? null : attr;
  const bumped = await cli.engine(nix).packages.bump(target.value, wanted, version, wish, cli.signal);
  if (!bumped.ok) return report(cli, bumped.error);
  const { text, from, notes } = bumped.value;
  const { file: path } = target.value;
  for (const note of notes) cli.stderr.write(`note: ${note}\n`);
  if (options.dryRun === true && options.json !== true) cli.stdout.write(text);
  if (options.dryRun !== true) {
    try {
      writeFileSync(path, text);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return report(cli, {
        code: 'not-written',
        message: `${path} could not be written: ${reason}.`,
        advice: null,
      });
    }
    cli.stderr.write(`${relative(cli.cwd, path)}: ${from} → ${version}\n`);
  }
  if (options.json === true) writeJson(cli, { file: path, from, to: version, notes, text });
  return exitCodes.ok;
}
