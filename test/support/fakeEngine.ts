/** An engine that does what a test tells it to and remembers what it was asked. */
import type { BuiltinDocumentation } from '../../server/src/nix/builtins';
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
} from '../../server/src/engine/engine';
import type { WantedValue } from '../../server/src/engine/evaluatedValues';
import type { LogShelf } from '../../server/src/engine/logShelf';
import type { UntrackedFile } from '../../server/src/nix/git';
import type { EvaluationOptions, NixProbe } from '../../server/src/nix/nix';
import type { ValueAnswer } from '../../server/src/nix/valueQuestion';
import type { PhaseEnvironment } from '../../server/src/protocol/environmentMessages';
import type { ActivityEvent, DerivationDocument } from '../../server/src/protocol/messages';
import type {
  BuildResult,
  Derivation,
  Diagnostic,
  Failure,
  InputsResult,
  PhaseFiles,
  RunResult,
  SourcePatch,
} from '../../server/src/protocol/model';
import type { BuildDirectory } from '../../server/src/protocol/buildDirectoryMessages';
import type {
  DropSessionsAnswer,
  SessionList,
  SessionState,
} from '../../server/src/protocol/sessionMessages';
import { logAddress } from '../../server/src/protocol/logUri';
import type {
  BuildStanding,
  DeletePathsAnswer,
  DeletePathsParams,
  StoredPath,
} from '../../server/src/protocol/storeMessages';
import type { StoreActions } from '../../server/src/engine/storeActions';
import type { Result } from '../../server/src/result';
import { failure, success } from '../../server/src/result';
import type { Finding } from '../../server/src/analysis/finding';
import type { SyntaxTree } from '../../server/src/syntax/syntaxTree';

const noLog = failure({ code: 'log-missing', message: 'There is no log.', advice: 'Build it.' });

export type EngineCall = keyof Engine;
type OnEvent = (event: ActivityEvent) => void;

export class FakeEngine implements Engine {
  /** Every question, in order. */
  readonly calls: EngineCall[] = [];
  readonly evaluatedTexts: string[] = [];
  optionsSeen: EvaluationOptions | null = null;
  /** Whether the last build was asked to keep its directory. */
  keptFailed = false;
  disposed = false;
  evaluationsNow = 0;
  mostEvaluationsAtOnce = 0;

  onNix: () => Promise<NixProbe> = () =>
    Promise.resolve({
      ok: false,
      error: { code: 'nix-missing', message: 'Nix was not found.', advice: 'Install Nix.' },
    });
  onDrawStatic: (target: Target) => readonly Derivation[] = () => [];
  staticMessage: string | null = null;
  onCheckStatic: (target: Target) => readonly Diagnostic[] = () => [];
  onEvaluate: (target: Target, signal: AbortSignal) => Promise<Evaluated> = () =>
    Promise.resolve({ diagnostics: [], derivations: [], message: null });
  onInspect: (derivation: Derivation, signal: AbortSignal) => Promise<Derivation> = (derivation) =>
    Promise.resolve(derivation);
  onSessions: (derivations: readonly Derivation[]) => Promise<readonly SessionState[]> = () =>
    Promise.resolve([]);
  onRun: (
    derivation: Derivation,
    selection: RunSelection,
    onEvent: OnEvent,
    signal: AbortSignal,
  ) => Promise<Result<RunResult>> = () => Promise.reject(new Error('no run was expected'));
  onBuild: (derivation: Derivation, onEvent: OnEvent, signal: AbortSignal) => Promise<Result<BuildResult>> =
    () => Promise.reject(new Error('no build was expected'));
  onReplay: (
    derivation: Derivation,
    failed: Failure,
    onEvent: OnEvent,
    signal: AbortSignal,
  ) => Promise<Result<Failure>> = () => Promise.reject(new Error('no replay was expected'));
  onPrepareShell: (derivation: Derivation, wish: ShellWish) => Promise<Result<ShellPreparation>> = () =>
    Promise.reject(new Error('no shell was expected'));
  onEnvironment: () => Promise<Result<EnvironmentTold>> = () =>
    Promise.reject(new Error('no environment was expected'));
  onBuildInputs: (
    derivation: Derivation,
    onEvent: OnEvent,
    signal: AbortSignal,
  ) => Promise<Result<InputsResult>> = () => Promise.reject(new Error('no inputs were expected'));
  onLog: (
    storePath: string,
    onText: (text: string) => void,
  ) => Promise<Result<{ readonly drvPath: string }>> = () => Promise.resolve(noLog);
  onDescribe: (drvPath: string, known: readonly Derivation[]) => Promise<Result<DerivationDocument>> = () =>
    Promise.resolve(failure({ code: 'unreadable', message: 'It is not there.', advice: null }));

  onFiles: (subject: SessionSubject, phase: string) => Promise<Result<PhaseFiles>> = () =>
    Promise.resolve(failure({ code: 'no-session', message: 'No phase was run.', advice: null }));
  onFileContent: (subject: SessionSubject, wanted: WantedFile) => Promise<Result<Uint8Array>> = () =>
    Promise.resolve(failure({ code: 'no-session', message: 'No phase was run.', advice: null }));

  onAddToGit: (file: UntrackedFile) => Promise<Result<null>> = () =>
    Promise.reject(new Error('git was not expected'));

  addToGit(file: UntrackedFile): Promise<Result<null>> {
    return this.onAddToGit(file);
  }

  readonly logs: LogShelf = {
    stream: ({ drvPath }, { onText }) => this.log(drvPath ?? '', (text) => void onText(text)),
    page: () => Promise.resolve(noLog),
    links: () => Promise.resolve(noLog),
    save: () => Promise.resolve(noLog),
    compare: () => Promise.resolve(noLog),
    findHook: () => Promise.resolve(null),
    findLine: () => Promise.resolve(noLog),
    text: () => Promise.resolve(noLog),
    find: ({ drvPath }, phase) => Promise.resolve(drvPath === null ? null : logAddress(drvPath, { phase })),
    history: () => Promise.resolve([]),
  };

  onStanding: (derivation: Derivation) => Promise<Result<BuildStanding | null>> = () =>
    Promise.resolve({ ok: true, value: null });
  onPaths: (derivations: readonly Derivation[]) => Promise<Result<readonly StoredPath[]>> = () =>
    Promise.resolve({ ok: true, value: [] });
  onDelete: (wanted: DeletePathsParams) => Promise<Result<DeletePathsAnswer>> = () =>
    Promise.reject(new Error('nothing was expected to be deleted'));

  readonly store: StoreActions = {
    expectBuild: () => undefined,
    standing: (derivation) => {
      this.calls.push('store');
      return this.onStanding(derivation);
    },
    paths: (derivations) => {
      this.calls.push('store');
      return this.onPaths(derivations);
    },
    delete: (wanted) => {
      this.calls.push('store');
      return this.onDelete(wanted);
    },
    buildUntil: () => Promise.reject(new Error('no build was expected')),
    programs: () => Promise.resolve({ ok: true, value: { programs: [], main: null } }),
    failureReport: (_derivation, { message }) => Promise.resolve(`### ${message}`),
    differenceReport: () =>
      Promise.resolve(failure({ code: 'no-diffoscope', message: 'It is not installed.', advice: null })),
  };

  nix(): Promise<NixProbe> {
    this.calls.push('nix');
    return this.onNix();
  }

  forget(): void {
    this.calls.push('forget');
  }

  drawStatic(target: Target): StaticDrawing {
    this.calls.push('drawStatic');
    return { derivations: this.onDrawStatic(target), message: this.staticMessage };
  }

  onBuiltins: () => ReadonlyMap<string, BuiltinDocumentation> = () => new Map();

  builtins(): Promise<ReadonlyMap<string, BuiltinDocumentation>> {
    this.calls.push('builtins');
    return Promise.resolve(this.onBuiltins());
  }

  onFormat: (text: string, program: string) => Result<string> = () =>
    failure({ code: 'no-formatter', message: 'No formatter was found.', advice: 'Install one.' });

  format(text: string, program: string): Promise<Result<string>> {
    this.calls.push('format');
    return Promise.resolve(this.onFormat(text, program));
  }

  /** What values are. */
  onValue: (wanted: WantedValue) => Promise<ValueAnswer | null> = () => Promise.resolve(null);
  readonly values: Engine['values'] = {
    ask: (wanted) => {
      this.calls.push('values');
      return this.onValue(wanted);
    },
    areBuilt: () => Promise.resolve(false),
    ofFlake: () => ({ callers: [], packages: '{ }', flake: '{ }' }),
    lock: () => Promise.reject(new Error('no lock was expected')),
    outputsOf: () => '{ }',
  };

  /** What shellcheck says, known once it was asked. */
  onBash: (tree: SyntaxTree) => Result<readonly Finding[]> = () => success([]);
  private readonly bashKnown = new WeakMap<SyntaxTree, readonly Finding[]>();
  onEvidence: (tree: SyntaxTree) => readonly Finding[] = () => [];
  readonly evidence: Engine['evidence'] = {
    of: (_file, tree) => Promise.resolve(this.onEvidence(tree)),
  };
  readonly bashFormat: Engine['bashFormat'] = {
    format: ({ text }) => Promise.resolve(success({ text, left: 0 })),
  };
  onSought: Engine['packages']['sought']['find'] = () => Promise.resolve(null);
  readonly packages: Engine['packages'] = {
    fetchHash: () => Promise.resolve(failure({ code: 'no-hash', message: 'No hash.', advice: null })),
    bump: () => Promise.resolve(failure({ code: 'no-derivation', message: 'None.', advice: null })),
    create: () => Promise.resolve(failure({ code: 'wrong-url', message: 'None.', advice: null })),
    sought: { find: (...asked) => this.onSought(...asked) },
  };
  readonly bash: Engine['bash'] = {
    known: (tree) => this.bashKnown.get(tree) ?? [],
    check: (tree) => {
      this.calls.push('bash');
      const answer = this.onBash(tree);
      if (answer.ok) this.bashKnown.set(tree, answer.value);
      return Promise.resolve(answer);
    },
  };

  checkStatic(target: Target): readonly Diagnostic[] {
    this.calls.push('checkStatic');
    return this.onCheckStatic(target);
  }

  async evaluate(target: Target, options: EvaluationOptions, signal: AbortSignal): Promise<Evaluated> {
    this.calls.push('evaluate');
    this.optionsSeen = options;
    if (target.kind === 'nix') this.evaluatedTexts.push(target.tree.text);
    this.evaluationsNow++;
    this.mostEvaluationsAtOnce = Math.max(this.mostEvaluationsAtOnce, this.evaluationsNow);
    try {
      return await this.onEvaluate(target, signal);
    } finally {
      this.evaluationsNow--;
    }
  }

  /** By store derivation. */
  readonly shells = new Map<string, ShellNames>();
  shellOf(drvPath: string): ShellNames | null {
    return this.shells.get(drvPath) ?? null;
  }

  inspect(derivation: Derivation, signal: AbortSignal): Promise<Derivation> {
    this.calls.push('inspect');
    return this.onInspect(derivation, signal);
  }

  sessions(derivations: readonly Derivation[]): Promise<readonly SessionState[]> {
    this.calls.push('sessions');
    return this.onSessions(derivations);
  }

  listSessions(): Promise<SessionList> {
    this.calls.push('listSessions');
    return Promise.resolve({ folder: '/nowhere', sessions: [], limitBytes: 0 });
  }

  dropSessions(): Promise<DropSessionsAnswer> {
    this.calls.push('dropSessions');
    return Promise.resolve({ dropped: [], kept: [] });
  }

  replay(
    derivation: Derivation,
    failed: Failure,
    onEvent: OnEvent,
    signal: AbortSignal,
  ): Promise<Result<Failure>> {
    this.calls.push('replay');
    return this.onReplay(derivation, failed, onEvent, signal);
  }

  run(
    derivation: Derivation,
    selection: RunSelection,
    onEvent: OnEvent,
    signal: AbortSignal,
  ): Promise<Result<RunResult>> {
    this.calls.push('run');
    return this.onRun(derivation, selection, onEvent, signal);
  }

  build(
    derivation: Derivation,
    options: { readonly rebuild: boolean; readonly keepFailed: boolean },
    onEvent: OnEvent,
    signal: AbortSignal,
  ): Promise<Result<BuildResult>> {
    this.calls.push('build');
    this.keptFailed = options.keepFailed;
    return this.onBuild(derivation, onEvent, signal);
  }

  prepareShell(derivation: Derivation, wish: ShellWish): Promise<Result<ShellPreparation>> {
    this.calls.push('prepareShell');
    return this.onPrepareShell(derivation, wish);
  }

  environment(): Promise<Result<EnvironmentTold>> {
    this.calls.push('environment');
    return this.onEnvironment();
  }

  userEnvironment(): Promise<PhaseEnvironment> {
    this.calls.push('userEnvironment');
    const none = { phase: null, directory: null, umask: null, variables: [], options: [], functions: [] };
    return Promise.resolve({ ...none, at: 'terminal' });
  }

  enterShell(): Promise<never> {
    this.calls.push('enterShell');
    return Promise.reject(new Error('shells are entered by the command line'));
  }

  release(): Promise<void> {
    this.calls.push('release');
    return Promise.resolve();
  }

  buildInputs(derivation: Derivation, onEvent: OnEvent, signal: AbortSignal): Promise<Result<InputsResult>> {
    this.calls.push('buildInputs');
    return this.onBuildInputs(derivation, onEvent, signal);
  }

  log(storePath: string, onText: (text: string) => void): Promise<Result<{ readonly drvPath: string }>> {
    this.calls.push('log');
    return this.onLog(storePath, onText);
  }

  describe(drvPath: string, known: readonly Derivation[]): Promise<Result<DerivationDocument>> {
    this.calls.push('describe');
    return this.onDescribe(drvPath, known);
  }

  buildDirectory(): Promise<Result<BuildDirectory>> {
    this.calls.push('buildDirectory');
    return Promise.resolve(failure({ code: 'no-session', message: 'No phase was run.', advice: null }));
  }

  files(subject: SessionSubject, phase: string): Promise<Result<PhaseFiles>> {
    this.calls.push('files');
    return this.onFiles(subject, phase);
  }

  fileContent(subject: SessionSubject, wanted: WantedFile): Promise<Result<Uint8Array>> {
    this.calls.push('fileContent');
    return this.onFileContent(subject, wanted);
  }

  scriptPlaces(): Promise<Result<never>> {
    this.calls.push('scriptPlaces');
    return Promise.resolve(failure({ code: 'not-evaluated', message: 'Not evaluated.', advice: null }));
  }

  patch(): Promise<Result<SourcePatch>> {
    this.calls.push('patch');
    return Promise.resolve(failure({ code: 'no-session', message: 'No phase was run.', advice: null }));
  }

  dispose(): Promise<void> {
    this.calls.push('dispose');
    this.disposed = true;
    return Promise.resolve();
  }
}
