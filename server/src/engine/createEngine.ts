/** The engine over the installed Nix: puts parser, analysis, drawings, evaluation, sessions and builds together. */
import { textDiagnostics } from '../analysis/textDiagnostics';
import { normalAttrPath } from '../nix/attrPath';
import type { EvaluationOptions, NixProbe } from '../nix/nix';
import type { SessionFiles } from '../phases/sessionFiles';
import type { PhaseEnvironment } from '../protocol/environmentMessages';
import type { ActivityEvent, DerivationDocument } from '../protocol/messages';
import type {
  BuildResult,
  Derivation,
  Diagnostic,
  Failure,
  InputsResult,
  PhaseFiles,
  RunResult,
  SourcePatch,
} from '../protocol/model';
import type { BuildDirectory } from '../protocol/buildDirectoryMessages';
import type { DropSessionsAnswer, SessionList, SessionState } from '../protocol/sessionMessages';
import type { Settings } from '../protocol/settings';
import { formatText } from '../nix/formatter';
import { addToGit, type UntrackedFile } from '../nix/git';
import { BuiltinDocumentations, type BuiltinTexts } from './builtinDocumentation';
import { success, type Result } from '../result';
import type {
  Engine,
  EnvironmentTold,
  Evaluated,
  RunSelection,
  SessionSubject,
  ShellNames,
  ShellPreparation,
  ShellWish,
  StaticDrawing,
  Target,
  WantedFile,
} from './engine';
import { BashChecks } from './bashChecks';
import { BashFormat } from './bashFormat';
import { buildAgain, type WantedBuild } from './buildAgain';
import { buildRecords, type BuildRecords } from './buildRecords';
import { BuildLogs } from './buildLogs';
import type { EngineParts } from './engineParts';
import { evaluateTarget } from './evaluateTarget';
import { EvaluatedValues } from './evaluatedValues';
import { findStrace } from './inputWatch';
import { drawInspected, Inspections } from './inspections';
import { KeptSessions } from './keptSessions';
import { SharedNixProbes } from './nixProbe';
import { PackageCollections } from './packageCollections';
import { PackageEdits } from './packageEdits';
import type { PackageSearch } from './packageQuestions';
import { PhaseRuns } from './phaseRuns';
import { buildDirectory, phaseFileContent, PhaseFileReader, phaseFiles } from './phaseFiles';
import { PhaseShells } from './phaseShells';
import { inputsResult, realiseInputs } from './realiseInputs';
import { recordedRun } from './recordedRun';
import { replay } from './replay';
import { scriptPlaces, type ScriptPlaces } from './scriptPlaces';
import { SessionFindings } from './sessionFindings';
import { sessionStatesOf } from './sessionStates';
import type { WantedPatch } from './sourcePatch';
import { sourcePatch } from './sourcePatch';
import { problemPlacer } from './sourcePlaces';
import { ExpectedOutputs } from './expectedOutputs';
import { SourceTexts } from './sourceTexts';
import { StaticDrawings } from './staticDrawings';
import { describeStoreDerivation, logicalPath } from './storeDocuments';
import { readyDerivation, type ReadyDerivation } from './readyDerivation';
import { createStoreActions, type EngineWork, type StoreActions } from './storeActions';
import { fileOfTarget, isWithin, logical } from './targets';
import { userEnvironment } from './userEnvironment';
import { WorkInHand } from './workInHand';

export function createEngine(parts: EngineParts): Engine {
  return new NixEngine(parts);
}

class NixEngine implements Engine {
  readonly logs: BuildLogs;
  readonly bash: BashChecks;
  readonly values: EvaluatedValues;
  readonly evidence: SessionFindings;
  readonly packages: PackageEdits;
  readonly bashFormat: BashFormat;
  private readonly variables: Readonly<Record<string, string | undefined>>;
  private readonly inHand = new WorkInHand();
  private readonly probes: SharedNixProbes;
  private readonly runs: PhaseRuns;
  private readonly shells: PhaseShells;
  private readonly sources: SourceTexts;
  private readonly inspections: Inspections;
  private readonly fileReader: PhaseFileReader;
  private readonly statics = new StaticDrawings();
  private readonly documentations = new BuiltinDocumentations(this.inHand.signal);
  private readonly keptSessions: KeptSessions;
  private readonly records: BuildRecords;
  private readonly outputs: ExpectedOutputs;
  private readonly searched: Omit<PackageSearch, 'nix'>;
  readonly store: StoreActions;

  constructor(private readonly parts: EngineParts) {
    const { assets, environment = process.env } = parts;
    this.variables = environment;
    this.bash = new BashChecks(parts.runner, environment, (signal, doIt) => this.work(signal, doIt));
    this.probes = new SharedNixProbes({ ...parts, ...assets, environment }, this.inHand.signal);
    const nix: EngineWork['nix'] = (file, to) => this.nix(file, to);
    const nixOfPath: EngineWork['nixOfPath'] = (path, to) => this.probes.ofPath(path, to);
    this.values = new EvaluatedValues(parts.parser, assets.expressionsFolder, nix);
    this.sources = new SourceTexts(parts.parser);
    this.records = buildRecords(parts.stateFolder, parts.logger);
    this.outputs = new ExpectedOutputs(parts.stateFolder);
    this.inspections = new Inspections(parts);
    this.keptSessions = new KeptSessions({ ...parts, driverFolder: assets.driverFolder });
    this.searched = { ...assets, sources: this.sources, collections: new PackageCollections(parts) };
    const { searched, inspections, keptSessions, records } = this;
    const fileOf = (of: Derivation) => this.probes.evaluatedIn.fileOf(of);
    const strace = (of: Derivation) => findStrace(parts.strace?.(fileOf(of)) ?? '', environment);
    const isolates = (of: Derivation) => parts.isolates?.(fileOf(of)) ?? true;
    const held = { ...parts, ...searched, inspections, keptSessions, records };
    this.runs = new PhaseRuns({ ...held, isolates, strace });
    this.fileReader = new PhaseFileReader(parts);
    this.shells = new PhaseShells({ ...parts, runs: this.runs });
    this.logs = new BuildLogs({
      ...held,
      ...{ environment, nix: nixOfPath, lifetime: this.inHand.signal },
    });
    const work: EngineWork = {
      ...{ nix, nixOfPath },
      work: (signal, doIt) => this.work(signal, doIt),
      ready: (derivation, signal) => this.storeDerivation(derivation, signal),
      inspect: (derivation, signal) => this.inspect(derivation, signal),
      buildInputs: (derivation, onEvent, signal) => this.buildInputs(derivation, onEvent, signal),
    };
    const { fileReader, outputs } = this;
    this.evidence = new SessionFindings(work, { ...parts, fileReader, inspections });
    this.bashFormat = new BashFormat(work, parts);
    const storeParts = { ...parts, ...searched, environment, records, fileReader, outputs };
    this.packages = new PackageEdits(work, storeParts, (...asked) => this.evaluate(...asked));
    this.store = createStoreActions(work, storeParts);
  }

  nix(file: string | null, signal: AbortSignal): Promise<NixProbe> {
    return this.probes.get(file, signal);
  }

  forget(but?: readonly Settings['nix'][]): void {
    this.probes.forget(but);
  }

  async builtins(file: string | null, signal: AbortSignal): Promise<BuiltinTexts> {
    return this.documentations.of(await this.nix(file, signal));
  }

  format(text: string, program: string, folder: string, signal: AbortSignal): Promise<Result<string>> {
    const request = { text, program, folder, environment: this.variables };
    return this.work(signal, (both) => formatText(this.parts.runner, request, both));
  }

  addToGit(file: UntrackedFile, signal: AbortSignal): Promise<Result<null>> {
    return this.work(signal, (both) => addToGit(this.parts.runner, this.variables, file, both));
  }

  drawStatic(target: Target): StaticDrawing {
    if (target.kind !== 'nix') return { derivations: [], message: null };
    const drawn = this.statics.of(target.tree, target.file);
    const selected = normalAttrPath(target.attr);
    if (selected === '') return drawn;
    return { ...drawn, derivations: drawn.derivations.filter(({ attr }) => isWithin(attr, selected)) };
  }

  checkStatic(target: Target): readonly Diagnostic[] {
    if (target.kind !== 'nix') return [];
    return textDiagnostics(target.tree, target.file, this.parts.severities?.(target.file));
  }

  evaluate(target: Target, options: EvaluationOptions, signal: AbortSignal): Promise<Evaluated> {
    return this.work(signal, async (both) => {
      const file = fileOfTarget(target);
      const nix = await this.nix(file, both);
      if (target.kind === 'nix') this.sources.remember(target.file, target.unsaved ? target.tree.text : null);
      const statics = target.kind === 'nix' ? this.statics.of(target.tree, target.file).derivations : [];
      const severities = this.parts.severities?.(file ?? '') ?? {};
      if (nix.ok) {
        const subject = logical(target, nix.value);
        const { probes, sources } = this;
        const texts = { statics, sources, severities };
        return probes.evaluatedIn.keep(file, await evaluateTarget(nix.value, subject, texts, options, both));
      }
      const { derivations } = this.drawStatic(target);
      return { diagnostics: [], derivations, message: nix.error.message };
    });
  }

  inspect(derivation: Derivation, signal: AbortSignal): Promise<Derivation> {
    return this.work(signal, async (both) => {
      const ready = await this.storeDerivation(derivation, both);
      return drawInspected(this.inspections, derivation, ready, both);
    });
  }

  sessions(derivations: readonly Derivation[], signal: AbortSignal): Promise<readonly SessionState[]> {
    return this.work(signal, async (both) => {
      const { driverFolder } = this.parts.assets;
      const parts = { ...this.parts, driverFolder, inspections: this.inspections };
      return sessionStatesOf(parts, (derivation) => this.probes.of(derivation, both), derivations, both);
    });
  }

  shellOf(drvPath: string): ShellNames | null {
    return this.inspections.known(drvPath);
  }

  listSessions(signal: AbortSignal): Promise<SessionList> {
    return this.work(signal, (both) => this.keptSessions.list(both));
  }

  dropSessions(ids: readonly string[] | null, signal: AbortSignal): Promise<DropSessionsAnswer> {
    return this.work(signal, (both) => this.keptSessions.drop(ids, (id) => this.runs.letGo(id), both));
  }

  run(
    derivation: Derivation,
    selection: RunSelection,
    onEvent: (event: ActivityEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<RunResult>> {
    return this.whenReady(derivation, signal, (ready, both) => {
      const { runs, records, sources, fileReader } = this;
      const request = { ...ready, derivation, selection, onEvent, signal: both };
      return recordedRun({ runs, records, sources, fileReader }, request);
    });
  }

  buildInputs(
    derivation: Derivation,
    onEvent: (event: ActivityEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<InputsResult>> {
    return this.whenReady<InputsResult>(derivation, signal, async (ready, both) => {
      const request = { ...ready, derivation, onEvent, signal: both };
      const search = { ...this.searched, nix: ready.nix };
      return inputsResult(await realiseInputs(request, search, this.records), both);
    });
  }

  build(
    derivation: Derivation,
    options: WantedBuild,
    onEvent: (event: ActivityEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<BuildResult>> {
    return this.whenReady(derivation, signal, async ({ nix, store }, both) => {
      const { sources, records, outputs } = this;
      const placed = problemPlacer(nix, derivation, store, sources, this.fileReader);
      const parts = { ...this.searched, nix, records, stateFolder: this.parts.stateFolder, outputs, placed };
      return success(await buildAgain(parts, { derivation, store }, options, onEvent, both));
    });
  }

  replay(
    derivation: Derivation,
    failed: Failure,
    onEvent: (event: ActivityEvent) => void,
    signal: AbortSignal,
  ): Promise<Result<Failure>> {
    return this.whenReady(derivation, signal, (ready, both) => {
      const { runs, keptSessions, parts } = this;
      const request = { ...ready, derivation, failed, onEvent, signal: both };
      return replay({ ...parts, runs, keptSessions }, request);
    });
  }

  prepareShell(
    derivation: Derivation,
    wish: ShellWish,
    onNotice: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Result<ShellPreparation>> {
    return this.whenReady(derivation, signal, (ready, both) =>
      this.shells.prepare({ ...ready, derivation, wish, onNotice, signal: both }),
    );
  }

  enterShell(
    folder: string,
    show: (line: string) => void,
    signal: AbortSignal,
  ): Promise<Result<{ readonly exitCode: number }>> {
    return this.work(signal, (both) => this.shells.enter(folder, show, both));
  }

  environment(
    derivation: Derivation,
    wish: Pick<ShellWish, 'phase' | 'entry'>,
    onNotice: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Result<EnvironmentTold>> {
    return this.whenReady(derivation, signal, (ready, both) =>
      this.shells.environment({ ...ready, derivation, wish, onNotice, signal: both }),
    );
  }

  userEnvironment(signal: AbortSignal): Promise<PhaseEnvironment> {
    return this.work(signal, (both) => userEnvironment(this.variables, this.parts.runner, both));
  }

  scriptPlaces(derivation: Derivation, signal: AbortSignal): Promise<Result<ScriptPlaces>> {
    return this.whenReady(derivation, signal, ({ nix, store }) =>
      Promise.resolve(success(scriptPlaces(derivation, store, this.sources, nix.installation))),
    );
  }

  release(derivation: Derivation): Promise<void> {
    return this.runs.release(derivation);
  }

  log(
    storePath: string,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<Result<{ readonly drvPath: string }>> {
    return this.work(signal, (both) => this.logs.streamOf(storePath, { onText }, both));
  }

  describe(
    drvPath: string,
    known: readonly Derivation[],
    signal: AbortSignal,
  ): Promise<Result<DerivationDocument>> {
    return this.work(signal, async (both) => {
      const nix = await this.probes.ofPath(drvPath, both);
      if (!nix.ok) return nix;
      return describeStoreDerivation(nix.value, logicalPath(drvPath, nix.value.installation), known, both);
    });
  }

  buildDirectory(subject: SessionSubject, signal: AbortSignal): Promise<Result<BuildDirectory>> {
    return this.withFiles(subject, signal, buildDirectory);
  }

  files(subject: SessionSubject, phase: string, signal: AbortSignal): Promise<Result<PhaseFiles>> {
    return this.withFiles(subject, signal, (files, both) => phaseFiles(files, phase, both));
  }

  fileContent(subject: SessionSubject, wanted: WantedFile, signal: AbortSignal): Promise<Result<Uint8Array>> {
    return this.withFiles(subject, signal, (files, both) => phaseFileContent(files, wanted, both));
  }

  patch(derivation: Derivation, wanted: WantedPatch, signal: AbortSignal): Promise<Result<SourcePatch>> {
    return this.withFiles(derivation, signal, (files, both) =>
      sourcePatch(files, this.sources, derivation, wanted, both),
    );
  }

  async dispose(): Promise<void> {
    await this.inHand.end();
    await this.probes.close();
    await this.shells.dispose();
    await this.runs.dispose();
  }

  /** Asks something of the files of a session in the present store. */
  private withFiles<T>(
    subject: SessionSubject,
    signal: AbortSignal,
    ask: (files: SessionFiles, both: AbortSignal) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    return this.work(signal, async (both) => {
      const nix = await this.probes.of(subject, both);
      if (!nix.ok) return nix;
      const files = await this.fileReader.open(nix.value.installation.storeDir, subject);
      return files.ok ? ask(files.value, both) : files;
    });
  }

  /** Does work that ends with the engine, and that the engine's end waits for. */
  private work<T>(signal: AbortSignal, doIt: (both: AbortSignal) => Promise<T>): Promise<T> {
    return this.inHand.do(signal, doIt);
  }

  private whenReady<T>(
    derivation: Derivation,
    signal: AbortSignal,
    use: (ready: ReadyDerivation, both: AbortSignal) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    return this.work(signal, async (both) => {
      const ready = await this.storeDerivation(derivation, both);
      return ready.ok ? use(ready.value, both) : ready;
    });
  }

  private async storeDerivation(
    derivation: Derivation,
    signal: AbortSignal,
  ): Promise<Result<ReadyDerivation>> {
    return readyDerivation(await this.probes.of(derivation, signal), derivation);
  }
}
