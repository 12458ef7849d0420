/** `phasewise phases`: the phase tree of the derivations that a file makes. */
import { Command } from 'commander';
import type { Engine, Target } from '../../engine/engine';
import type { Derivation } from '../../protocol/model';
import { exitCodes, report, writeJson, type CommandLine, type ExitCode } from '../commandLine';
import { addNixOptions, nixArguments, type RawNixOptions } from '../nixArguments';
import { diagnosticText } from '../output/diagnosticText';
import { phaseTree } from '../output/phaseTree';
import { chooseAnother, fileWords, readTarget } from '../subject';

interface PhasesOptions extends RawNixOptions {
  readonly json?: boolean;
}

export function phasesCommand(cli: CommandLine): Command {
  const command = new Command('phases')
    .description('show the phases and hooks of the derivations that a file makes')
    .argument('<file>', fileWords)
    .option('--json', 'write JSON');
  return addNixOptions(command).action(async (file: string, options: PhasesOptions) => {
    cli.exitCode = await phases(cli, file, options);
  });
}

async function phases(cli: CommandLine, file: string, options: PhasesOptions): Promise<ExitCode> {
  const { attr, nix, evaluation } = nixArguments(options);
  const target = readTarget(cli, file, attr);
  if (!target.ok) return report(cli, target.error);
  const engine = cli.engine(nix);
  const probe = await engine.nix(null, cli.signal);
  if (!probe.ok) {
    const drawn = engine.drawStatic(target.value).derivations;
    const code = report(cli, probe.error);
    if (drawn.length === 0) return code;
    return write(cli, drawn, options, exitCodes.ok);
  }
  const evaluated = await engine.evaluate(target.value, evaluation, cli.signal);
  for (const diagnostic of evaluated.diagnostics) {
    cli.stderr.write(diagnosticText(diagnostic, cli.cwd, cli.stderr.colours));
  }
  const failed = evaluated.diagnostics.some(({ severity }) => severity === 'error');
  const derivations = await inspected(engine, evaluated.derivations, target.value, cli.signal);
  const alone = evaluated.derivations.length === 0 && derivations.length > 0;
  if (alone && !failed && evaluated.message !== null) cli.stderr.write(`note: ${evaluated.message}\n`);
  if (derivations.length > 0) return write(cli, derivations, options, failed ? exitCodes.no : exitCodes.ok);
  if (options.json === true) writeJson(cli, { derivations });
  if (failed) return exitCodes.no;
  const message = evaluated.message ?? 'This makes no derivation.';
  return report(cli, { code: 'no-derivation', message, advice: evaluated.advice ?? chooseAnother });
}

/** Beyond this many, the derivations of a set are left as evaluation drew them. */
const inspectedAtMost = 50;

async function inspected(
  engine: Engine,
  derivations: readonly Derivation[],
  target: Target,
  signal: AbortSignal,
): Promise<readonly Derivation[]> {
  if (derivations.length === 0) return engine.drawStatic(target).derivations;
  const drawn: Derivation[] = [];
  for (const derivation of derivations) {
    const ask = derivation.drvPath !== null && drawn.length < inspectedAtMost && !signal.aborted;
    drawn.push(ask ? await engine.inspect(derivation, signal) : derivation);
  }
  return drawn;
}

function write(
  cli: CommandLine,
  derivations: readonly Derivation[],
  options: PhasesOptions,
  code: ExitCode,
): ExitCode {
  if (options.json === true) writeJson(cli, { derivations });
  else {
    const trees = derivations.map((derivation) => phaseTree(derivation, cli.cwd, cli.stdout.colours));
    cli.stdout.write(trees.join('\n'));
  }
  return code;
}
