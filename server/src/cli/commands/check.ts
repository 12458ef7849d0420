/** `phasewise check`: diagnostics for files and folders. */
import { Command, Option } from 'commander';
import type { Engine } from '../../engine/engine';
import { checkBash, checkText } from '../../engine/textCheck';
import type { NixProbe } from '../../nix/nix';
import type { Diagnostic } from '../../protocol/model';
import { exitCodes, report, writeJson, type CommandLine, type ExitCode } from '../commandLine';
import { addNixOptions, nixArguments, type NixArguments, type RawNixOptions } from '../nixArguments';
import { findNixFiles, type FoundFile } from '../nixFiles';
import { githubAnnotation, sarif } from '../output/checkFormats';
import { diagnosticText, shortPath } from '../output/diagnosticText';
import { readText } from '../subject';
import { success, type Result } from '../../result';
import { version } from '../../version';

interface CheckOptions extends RawNixOptions {
  readonly eval?: boolean;
  readonly shellcheck?: boolean;
  readonly format: string;
  readonly json?: boolean;
}

const filesAtOnce = 4;
/** Of which Nix is asked in one go: it keeps the trees of all. */
const filesOfBatch = 250;

export function checkCommand(cli: CommandLine): Command {
  const command = new Command('check')
    .description('report what is wrong in Nix files, and in all .nix files of folders')
    .argument('<path...>', '.nix files and folders')
    .option('--eval', 'evaluate the derivations too')
    .option('--shellcheck', 'check the bash of phases, hooks and scripts too, by the shellcheck on PATH')
    .addOption(
      new Option('--format <format>', 'how to write it')
        .choices(['text', 'json', 'sarif', 'github'])
        .default('text'),
    )
    .option('--json', 'the same as --format json');
  return addNixOptions(command).action(async (paths: readonly string[], options: CheckOptions) => {
    cli.exitCode = await check(cli, paths, options);
  });
}

async function check(cli: CommandLine, paths: readonly string[], options: CheckOptions): Promise<ExitCode> {
  const files = findNixFiles(cli.cwd, paths);
  if (!files.ok) return report(cli, files.error);
  const nixOptions = nixArguments(options);
  const engine = cli.engine(nixOptions.nix);
  const probe = await engine.nix(null, cli.signal);
  if (!probe.ok && options.eval === true) return report(cli, probe.error);
  if (!probe.ok) cli.stderr.write(`note: only the text is checked. ${probe.error.message}\n`);
  const found: Checked[] = [];
  for (let from = 0; from < files.value.length; from += filesOfBatch) {
    const batch = await readBatch(files.value.slice(from, from + filesOfBatch), probe, cli.signal);
    found.push(...(await inOrder(batch, (file) => checkFile(cli, engine, file, nixOptions, options))));
  }
  const unreadable = found.find((result) => 'problem' in result);
  const diagnostics = found.flatMap((result) => ('problem' in result ? [] : result.diagnostics));
  const checked = found.filter((result) => !('problem' in result)).length;
  writeDiagnostics(cli, diagnostics, options.json === true ? 'json' : options.format, checked);
  if (unreadable !== undefined && 'problem' in unreadable) return report(cli, unreadable.problem);
  return diagnostics.some(({ severity }) => severity === 'error') ? exitCodes.no : exitCodes.ok;
}

type Checked =
  { readonly diagnostics: readonly Diagnostic[] } | { readonly problem: Parameters<typeof report>[1] };

interface ReadFile extends FoundFile {
  readonly text: Result<string>;
  /** Nix has nothing to say of it. */
  readonly parses: boolean;
}

/** Nix is asked of all of them together: starting it for each would take longer than everything else. */
async function readBatch(
  files: readonly FoundFile[],
  nix: NixProbe,
  signal: AbortSignal,
): Promise<readonly ReadFile[]> {
  const read = files.map((found) => ({ ...found, text: readText(found.file) }));
  const readable = read.filter(({ text }) => text.ok).map(({ file }) => file);
  const parsing = nix.ok ? await nix.value.parsing(readable, signal) : new Set<string>();
  return read.map((found) => ({ ...found, parses: parsing.has(found.file) }));
}

async function checkFile(
  cli: CommandLine,
  engine: Engine,
  { file, named, text, parses }: ReadFile,
  nixOptions: NixArguments,
  wanted: Pick<CheckOptions, 'eval' | 'shellcheck'>,
): Promise<Checked> {
  if (!text.ok && named) return { problem: text.error };
  if (!text.ok) return { diagnostics: [unreadableFile(file, text.error.message)] };
  const tree = cli.parse(text.value);
  try {
    const target = { kind: 'nix' as const, file, attr: nixOptions.attr, tree, unsaved: false };
    const ofNix = await checkText(engine, target, parses, cli.signal);
    if (ofNix.some(({ code }) => code === 'nix-parse')) return { diagnostics: ofNix };
    const ofBash = wanted.shellcheck === true ? await checkBash(engine, target, cli.signal) : success([]);
    if (!ofBash.ok) return { problem: ofBash.error };
    const ofText = [...ofNix, ...ofBash.value];
    if (wanted.eval !== true) return { diagnostics: ofText };
    const evaluated = await engine.evaluate(target, nixOptions.evaluation, cli.signal);
    if (evaluated.message !== null && evaluated.diagnostics.length === 0) {
      cli.stderr.write(`note: ${shortPath(file, cli.cwd)}: ${evaluated.message}\n`);
    }
    return { diagnostics: withoutRepeats([...ofText, ...evaluated.diagnostics]) };
  } finally {
    tree.dispose();
  }
}

function unreadableFile(file: string, message: string): Diagnostic {
  const start = { line: 0, character: 0 };
  const place = { file, range: { start, end: start } };
  return { ...place, severity: 'error', code: 'unreadable', message, source: 'phasewise', related: [] };
}

function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ range, message }) => {
    const key = JSON.stringify([range, message]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function writeDiagnostics(
  cli: CommandLine,
  diagnostics: readonly Diagnostic[],
  format: string,
  files: number,
): void {
  const { stdout, stderr, cwd } = cli;
  if (format === 'json') return writeJson(cli, diagnostics);
  if (format === 'sarif') return writeJson(cli, sarif(diagnostics, version));
  for (const diagnostic of diagnostics) {
    stdout.write(
      format === 'github'
        ? githubAnnotation(diagnostic, cwd)
        : diagnosticText(diagnostic, cwd, stdout.colours),
    );
  }
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  stderr.write(`${count(files, 'file')} checked, ${errors === 0 ? 'no errors' : count(errors, 'error')}\n`);
}

function count(amount: number, what: string): string {
  return amount === 1 ? `1 ${what}` : `${amount} ${what}s`;
}

/** Answers in the order of the items, a few asked at once. */
async function inOrder<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<readonly R[]> {
  const answers = new Array<R>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) answers[index] = await ask(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(filesAtOnce, items.length) }, worker));
  return answers;
}
