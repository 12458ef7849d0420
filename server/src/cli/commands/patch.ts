/** `phasewise patch`: what the user edited in the unpacked source of a session, as a patch. */
import { existsSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Command } from 'commander';
import type { SourcePatch, TextEdit } from '../../protocol/model';
import { failure, success, type Result } from '../../result';
import { replaced } from '../../syntax/replacement';
import { exitCodes, report, writeJson, type CommandLine, type ExitCode } from '../commandLine';
import { addNixOptions, nixArguments, type RawNixOptions } from '../nixArguments';
import { fileWords, oneDerivation, readTarget, readText } from '../subject';

interface PatchOptions extends RawNixOptions {
  readonly output?: string;
  /** False for `--no-add`. */
  readonly add?: boolean;
  readonly json?: boolean;
}

export function patchCommand(cli: CommandLine): Command {
  const command = new Command('patch')
    .description("write what was edited in a session's unpacked source as a patch")
    .argument('<file>', fileWords)
    .option('-o, --output <patch>', 'write it there, and add it to patches in the .nix file')
    .option('--no-add', 'leave the .nix file as it is')
    .option('--json', 'write JSON');
  return addNixOptions(command).action(async (file: string, options: PatchOptions) => {
    cli.exitCode = await patch(cli, file, options);
  });
}

async function patch(cli: CommandLine, file: string, options: PatchOptions): Promise<ExitCode> {
  const nixOptions = nixArguments(options);
  const target = readTarget(cli, file, nixOptions.attr);
  if (!target.ok) return report(cli, target.error);
  const output = options.output === undefined ? null : resolve(cli.cwd, options.output);
  if (output !== null && existsSync(output)) return report(cli, alreadyThere(output));
  const engine = cli.engine(nixOptions.nix);
  const derivation = await oneDerivation(cli, engine, target.value, nixOptions);
  if (!derivation.ok) return report(cli, derivation.error);
  const made = await engine.patch(derivation.value, { paths: null, file: output }, cli.signal);
  if (!made.ok) return report(cli, made.error);
  const { edited, leftOut, patch: text, entry } = made.value;
  for (const { doubt } of edited) if (doubt !== null) cli.stderr.write(`note: ${doubt}\n`);
  for (const reason of leftOut) cli.stderr.write(`left out: ${reason}\n`);
  if (options.json === true) writeJson(cli, made.value);
  else if (output === null) cli.stdout.write(Buffer.from(text, 'latin1'));
  if (text === '') cli.stderr.write('Nothing in the unpacked source was edited.\n');
  if (output === null || text === '') return exitCodes.ok;
  cli.stderr.write(`Wrote ${relative(cli.cwd, output)}: ${filesOf(made.value)}.\n`);
  if (options.add === false) return exitCodes.ok;
  if (entry === null)
    return report(cli, { code: 'patches-unknown', message: made.value.advice ?? '', advice: null });
  const written = applyEdit(cli, entry);
  return written.ok ? exitCodes.ok : report(cli, written.error);
}

function filesOf({ edited }: SourcePatch): string {
  return edited.map(({ path, change }) => (change === 'changed' ? path : `${path} (${change})`)).join(', ');
}

function applyEdit(cli: CommandLine, { file, range, newText }: TextEdit): Result<null> {
  const text = readText(file);
  if (!text.ok) return text;
  const tree = cli.parse(text.value);
  try {
    const [start, end] = [tree.lines.offsetAt(range.start), tree.lines.offsetAt(range.end)];
    writeFileSync(file, replaced(text.value, [{ start, end, newText }]));
    cli.stderr.write(`Added it to patches in ${relative(cli.cwd, file)}.\n`);
    return success(null);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failure({
      code: 'not-written',
      message: `${file} could not be written: ${reason}.`,
      advice: null,
    });
  } finally {
    tree.dispose();
  }
}

function alreadyThere(path: string): Parameters<typeof report>[1] {
  return { code: 'usage', message: `There is a file ${path} already.`, advice: 'Name another one.' };
}
