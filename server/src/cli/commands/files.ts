/** `phasewise files`: what a phase that ran created, changed and deleted. */
import { Command } from 'commander';
import type { Engine } from '../../engine/engine';
import { gitPatch, isBinary, type FileEdit, type FileVersion } from '../../patch/gitPatch';
import type { Derivation, FileChange, FileSide, PhaseFiles } from '../../protocol/model';
import { success, type Result } from '../../result';
import { exitCodes, report, writeJson, type CommandLine, type ExitCode } from '../commandLine';
import { addNixOptions, type RawNixOptions } from '../nixArguments';
import { changeLine } from '../output/fileChanges';
import { fileWords, readDerivation } from '../subject';

interface FilesOptions extends RawNixOptions {
  readonly phase: string;
  readonly diff?: boolean;
  readonly json?: boolean;
}

export function filesCommand(cli: CommandLine): Command {
  const command = new Command('files')
    .description('show what a phase that was run created, changed and deleted')
    .argument('<file>', fileWords)
    .requiredOption('--phase <phase>', 'of this phase')
    .option('--diff', 'write the differences as git does')
    .option('--json', 'write JSON');
  return addNixOptions(command).action(async (file: string, options: FilesOptions) => {
    cli.exitCode = await files(cli, file, options);
  });
}

async function files(cli: CommandLine, file: string, options: FilesOptions): Promise<ExitCode> {
  const read = await readDerivation(cli, file, options);
  if (!read.ok) return report(cli, read.error);
  const { engine, derivation } = read.value;
  const found = await engine.files(derivation, options.phase, cli.signal);
  if (!found.ok) return report(cli, found.error);
  if (options.json === true) writeJson(cli, found.value);
  else if (options.diff === true) return writeDiff(cli, engine, derivation, found.value);
  else {
    for (const change of found.value.changes) cli.stdout.write(`${changeLine(change, cli.stdout.colours)}\n`);
    if (found.value.changes.length === 0) cli.stderr.write(`${options.phase} changed no files.\n`);
  }
  return exitCodes.ok;
}

async function writeDiff(
  cli: CommandLine,
  engine: Engine,
  derivation: Derivation,
  { phase, changes }: PhaseFiles,
): Promise<ExitCode> {
  for (const change of changes) {
    const version = (side: 'before' | 'after') =>
      versionOf(change[side], () =>
        engine.fileContent(derivation, { phase, side, key: change.key }, cli.signal),
      );
    const [before, after] = [await version('before'), await version('after')];
    if (cli.signal.aborted) return exitCodes.interrupted;
    if (!before.ok || !after.ok) {
      const { message } = before.ok ? (after.ok ? { message: '' } : after.error) : before.error;
      cli.stdout.write(`${changeLine(change, cli.stdout.colours)}: ${message}\n`);
    } else cli.stdout.write(differenceOf(change, before.value, after.value));
  }
  return exitCodes.ok;
}

function differenceOf(
  { path }: FileChange,
  before: FileVersion | null,
  after: FileVersion | null,
): string | Uint8Array {
  const isText = [before, after].every((version) => version === null || !isBinary(version.content));
  if (!isText) return `Binary files a/${path} and b/${path} differ\n`;
  const edit: FileEdit = { path: Buffer.from(path), before, after };
  return gitPatch(edit, 1);
}

/** Null where there is no file or link: such a side has nothing to compare. */
async function versionOf(
  side: FileSide | null,
  read: () => Promise<Result<Uint8Array>>,
): Promise<Result<FileVersion | null>> {
  if (side?.type === 'symlink') {
    return success({ kind: 'symlink', executable: false, content: Buffer.from(side.target) });
  }
  if (side?.type !== 'file') return success(null);
  const content = await read();
  if (!content.ok) return content;
  return success({ kind: 'file', executable: (side.mode & 0o100) !== 0, content: content.value });
}
