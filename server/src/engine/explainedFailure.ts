/** Failures as users see them: with what went wrong, what to do next, and the edits that mend it. */
import { stat } from 'node:fs/promises';
import { explainFailure } from '../builds/explanations/explainFailure';
import type { Finding } from '../builds/explanations/rule';
import { decisiveLines } from '../builds/decisiveLines';
import { buildFailure, lineOf } from '../builds/failure';
import type { BuiltPhases } from '../builds/replayOffer';
import type { FailedBuilder } from '../builds/runningBuild';
import type { StoreDerivation } from '../nix/derivationFile';
import type { BuildOutcome, Nix } from '../nix/nix';
import type { Derivation, Failure, LogLine, SoughtPackage } from '../protocol/model';
import { failureOffers } from './failureOffers';
import { failureFix, openFix, type Failed, type FailureFix } from './failureFix';
import type { PackageSearch } from './packageQuestions';

/** The failure of a build, or of realising the inputs of a phase run. */
export async function explainedBuildFailure(
  search: PackageSearch,
  { derivation, drvPath }: { readonly derivation: Derivation; readonly drvPath: string },
  outcome: BuildOutcome,
  failed: FailedBuilder | null,
  signal: AbortSignal,
  built: BuiltPhases | null = null,
): Promise<Failure> {
  const { nix } = search;
  const failedDrvPath = failed?.drvPath ?? drvPath;
  const inputAttributes =
    failedDrvPath === drvPath ? [] : await attributesWith(nix, derivation, drvPath, failedDrvPath);
  const fetches = await hasFixedOutput(nix, failedDrvPath);
  const explanation = explainFailure({
    message: outcome.message ?? '',
    hashMismatch: failed?.hashMismatch ?? null,
    phase: failed?.phase ?? null,
    lines: (failed?.lines ?? []).map(({ text }) => text),
    fetches,
  });
  const subject = { derivation, drvPath, failedDrvPath, inputAttributes };
  const { fix, sought } = await fixOf(search, subject, explanation, signal);
  const offers = failureOffers(explanation, failed?.phase ?? null);
  const failure = buildFailure({
    derivation,
    outcome,
    failed,
    inputAttributes,
    explanation: told(explanation, fix),
    built,
    fix,
  });
  const found = sought === null ? failure : { ...failure, sought };
  return failedDrvPath === drvPath && offers.length > 0 ? { ...found, offers } : found;
}

/** The failure of a phase in a session, explained by the end of its log. */
export async function explainedPhaseFailure(
  search: PackageSearch,
  derivation: Derivation,
  { path }: StoreDerivation,
  failure: Failure,
  log: readonly LogLine[],
  signal: AbortSignal,
): Promise<Failure> {
  const { phase } = failure;
  const lines = log.map(({ text }) => text);
  const readOnlyHere = await sharedSandboxPaths(search.nix, lines, signal);
  const explanation = explainFailure({
    ...{ message: '', hashMismatch: null, phase, lines, fetches: false },
    readOnlyHere,
  });
  const failed = { derivation, drvPath: path, failedDrvPath: path, inputAttributes: [] };
  const { fix, sought } = await fixOf(search, failed, explanation, signal);
  const { cause, advice } = told(explanation, fix) ?? {};
  return {
    ...failure,
    explanation: cause === undefined ? null : `${cause} ${advice ?? ''}`,
    edits: fix?.edits ?? [],
    fixTitle: fix?.title ?? null,
    offers: failureOffers(explanation, phase),
    ...(sought === null ? {} : { sought }),
    decisive: decisiveLines(log, lineOf(explanation)),
  };
}

async function fixOf(
  search: PackageSearch,
  failed: Failed,
  explanation: Finding | null,
  signal: AbortSignal,
): Promise<{ readonly fix: FailureFix | null; readonly sought: SoughtPackage | null }> {
  const fix = await failureFix(search, failed, explanation, signal);
  if (fix !== openFix) return { fix, sought: null };
  return { fix: null, sought: explanation === null ? null : soughtBy(explanation) };
}

function soughtBy({ remedy, cause }: Finding): SoughtPackage | null {
  if (remedy?.kind !== 'input') return null;
  const { attribute, wanted } = remedy;
  const { kind, name } = wanted;
  return kind === 'command' || kind === 'pkgConfig' ? { kind, name, attribute, cause } : null;
}

/** Those that more than their owner may write to, as a cache of compiled files is; asked only where it may matter. */
async function sharedSandboxPaths(
  nix: Nix,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (!lines.some((line) => line.includes('Read-only file system'))) return [];
  const { paths } = await nix.sandbox(signal);
  const shared = await Promise.all(
    paths.map(async (path) => {
      const [target = '', source = target] = path.replace(/\?$/, '').split('=');
      const mode = (await stat(source).catch(() => null))?.mode ?? 0;
      return (mode & 0o022) === 0 ? [] : [target];
    }),
  );
  return shared.flat();
}

/** A fix that is what there is to do is the better advice; of others the advice says when they are. */
function told(explanation: Finding | null, fix: FailureFix | null): Finding | null {
  const kind = explanation?.remedy?.kind;
  const isAll = kind === 'input' || kind === 'shebang' || kind === 'executable';
  return explanation === null || fix === null || !isAll
    ? explanation
    : { ...explanation, advice: `${fix.title}.` };
}

async function hasFixedOutput(nix: Nix, drvPath: string): Promise<boolean> {
  const read = await nix.readDerivation(drvPath);
  return read.ok && Object.values(read.value.outputs).some(({ hash }) => hash !== '');
}

/** Attributes of the derivation whose value names an output of the input. */
async function attributesWith(
  nix: Nix,
  derivation: Derivation,
  drvPath: string,
  input: string,
): Promise<readonly string[]> {
  const [own, other] = [await nix.readDerivation(drvPath), await nix.readDerivation(input)];
  if (!own.ok || !other.ok) return [];
  const { env } = own.value;
  const paths = Object.values(other.value.outputs).map(({ path }) => path);
  return Object.keys(derivation.attributes).filter((name) =>
    paths.some((path) => path !== '' && env[name]?.includes(path)),
  );
}
