/** Real builds: Nix builds, we listen. */
import type { Result } from '../result';
import { failure, success } from '../result';
import { stripAnsi } from './ansi';
import type { BuildEvent } from './buildEvents';
import { createBuildEventDecoder } from './buildEvents';
import type { NixContext } from './commandLine';
import { internalJsonArguments, runWithLog, settingArguments } from './commandLine';
import type { StoreDerivation } from './derivationFile';
import { withoutPrefix } from './evaluationFailure';
import type { BuildOptions, BuildOutcome } from './nix';
import { diagnoseBuild } from './nixProblems';
import { areValid, readDerivation } from './store';
import type { Substituters } from './substituters';

/** Errors kept; a build of a thousand inputs may fail a thousand times. */
const maxErrors = 50;

/** Nix's own words in a builder's log; a builder that cannot be started says so in 2.8 inside a binary message. */
const startFailure = /^error:|\0executing '/;

export interface BuildContext extends NixContext {
  readonly substituters: Substituters;
}

/** Builds or substitutes what the derivation needs, not itself; see `Nix.realiseInputs`. */
export async function realiseInputs(
  context: BuildContext,
  derivation: StoreDerivation,
  onEvent: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const wanted = [
    ...Object.entries(derivation.inputDerivations).map(([path, outputs]) => `${path}!${outputs.join(',')}`),
    ...derivation.inputSources,
  ];
  if (wanted.length === 0) return { status: 'valid', outputs: {}, message: null, exitCode: 0 };
  return (await realise(context, wanted, [], onEvent, signal)).outcome;
}

/** Builds one derivation; see `Nix.build`. A rebuild of what was never built is a build. */
export async function build(
  context: BuildContext,
  drvPath: string,
  options: BuildOptions,
  onEvent: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<BuildOutcome> {
  const place = await placeOfBuild(context, drvPath, options, signal);
  if (!place.ok) return { status: 'failed', outputs: {}, message: place.error, exitCode: null };
  const read = readDerivation(context.installation, drvPath);
  const outputs = read.ok ? Object.entries(read.value.outputs) : [];
  const known = outputs.map(([, output]) => output.path).filter((path) => path !== '');
  const check = options.rebuild && known.length > 0 && (await areValid(place.value, known, signal));
  const flags = [
    ...(check ? ['--check'] : []),
    ...(options.keepFailed ? ['--keep-failed'] : []),
    ...builderArguments(options),
    ...(options.flags ?? []),
  ];
  const { outcome, stdout } = await realise(place.value, [drvPath], flags, onEvent, signal);
  if (outcome.status !== 'built' && outcome.status !== 'valid') return outcome;
  const printed = stdout.split('\n').filter((line) => line !== '');
  // Content-addressed outputs have no path before they are built; Nix prints them in the derivation's order.
  const paths = outputs.map(
    ([name, output], index) => [name, output.path || (printed[index] ?? '')] as const,
  );
  return { ...outcome, outputs: Object.fromEntries(paths.length > 0 ? paths : [['out', printed[0] ?? '']]) };
}

/** With no local job, what is built is built on one of the machines. */
function builderArguments({ builders }: BuildOptions): readonly string[] {
  return builders === undefined || builders === ''
    ? []
    : ['--option', 'builders', builders, '--option', 'max-jobs', '0'];
}

/** Where it is built: here, or in another store, which gets the derivation and its sources first. */
async function placeOfBuild(
  context: BuildContext,
  drvPath: string,
  { store }: BuildOptions,
  signal: AbortSignal,
): Promise<Result<BuildContext, string>> {
  if (store === undefined || store === '' || store === context.settings.store) return success(context);
  const { exitCode, stderr } = await context.runner.run(
    context.installation.programs.nix,
    [
      ...['copy', '--derivation', '--extra-experimental-features', 'nix-command'],
      ...settingArguments(context.settings),
      ...['--to', store, drvPath],
    ],
    { env: context.environment, cwd: '/', signal },
  );
  if (exitCode === 0) return success({ ...context, settings: { ...context.settings, store } });
  return failure(`${store} did not get the derivation. ${withoutPrefix(stripAnsi(stderr).trim())}`);
}

/** Those that do not answer are left out, which is told. */
async function substituterFlags(
  { substituters }: BuildContext,
  onEvent: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const listed = await substituters.withoutSilent(signal);
  if (listed === null) return [];
  const text = `${listed.silent.join(', ')} did not answer a moment ago: this goes on without.`;
  onEvent({ type: 'message', level: 1, text });
  return ['--option', 'substituters', listed.answering.join(' ')];
}

function startFailures(lines: readonly string[]): readonly string[] {
  return lines
    .filter((line) => startFailure.test(line))
    .slice(0, maxErrors)
    .map(stripAnsi);
}

async function realise(
  context: BuildContext,
  paths: readonly string[],
  flags: readonly string[],
  onEvent: (event: BuildEvent) => void,
  signal: AbortSignal,
): Promise<{ readonly outcome: BuildOutcome; readonly stdout: string }> {
  const errors: string[] = [];
  const logLines: string[] = [];
  const worked = { yes: false };
  const decode = createBuildEventDecoder((event) => {
    if (event.type === 'buildStarted' || event.type === 'downloadStarted') worked.yes = true;
    if (event.type === 'message' && event.level === 0 && errors.length < maxErrors) {
      errors.push(withoutPrefix(event.text));
    }
    if (event.type === 'lines' && logLines.length < maxErrors) logLines.push(...startFailures(event.texts));
    if (event.type === 'message' && event.level <= 1) context.substituters.heard(event.text);
    onEvent(event);
  });
  const lastWords: string[] = [];
  const result = await runWithLog(
    context.runner,
    context.installation.programs.nixStore,
    [
      '--realise',
      ...internalJsonArguments,
      ...flags,
      ...(await substituterFlags(context, onEvent, signal)),
      ...settingArguments(context.settings),
      ...paths,
    ],
    (record) => {
      if (record.type === 'plain' && record.text.startsWith('error:') && lastWords.length < maxErrors) {
        lastWords.push(withoutPrefix(record.text));
      }
      decode(record);
    },
    { env: context.environment, cwd: '/', signal, endsOffspring: true, bulkStderr: true },
  );
  const { exitCode, stdout } = result;
  if (result.ended === 'cancelled') {
    return { outcome: { status: 'cancelled', outputs: {}, message: null, exitCode }, stdout };
  }
  if (exitCode === 0) {
    return {
      outcome: { status: worked.yes ? 'built' : 'valid', outputs: {}, message: null, exitCode },
      stdout,
    };
  }
  const words = errors.length > 0 ? errors : lastWords;
  const message =
    result.ended === 'notStarted'
      ? `nix-store could not be started (${result.startError}).`
      : words.join('\n') ||
        `nix-store ended with ${result.signal ?? `exit code ${exitCode}`} without a message.`;
  const problem = diagnoseBuild([...words, ...logLines].join('\n'));
  return { outcome: { status: 'failed', outputs: {}, message, exitCode, problem }, stdout };
}
