/** The language server over an engine: who listens to whom, and in which order. */
import { CodeActionKind, TextDocumentSyncKind } from 'vscode-languageserver/node';
import type { Connection, InitializeParams, ServerCapabilities } from 'vscode-languageserver/node';
import { Documents } from './documents';
import type { ParseText } from './documents';
import type { Engine } from './engine/engine';
import type { Logger } from './environment';
import { Activities } from './features/activities';
import { registerBuild } from './features/build';
import { registerBuildInputs } from './features/buildInputs';
import { BashProblems } from './features/bashProblems';
import { BuildProblems } from './features/buildProblems';
import { registerCallHierarchy } from './features/callHierarchy';
import { registerCompletion } from './features/completion';
import { registerCodeAction } from './features/codeAction';
import { registerCodeLens } from './features/codeLens';
import { registerDefinition } from './features/definition';
import { registerEnvironment } from './features/environment';
import { registerDerivationDocument } from './features/derivationDocument';
import { DerivationLookup } from './features/derivationLookup';
import { DiagnosticsPublisher } from './features/diagnostics';
import { DiagnosticsOutlet } from './features/diagnosticsOutlet';
import { registerDocumentHighlight } from './features/documentHighlight';
import { registerDocumentLink } from './features/documentLink';
import { registerDocumentSymbol } from './features/documentSymbol';
import { Drawings } from './features/drawings';
import { EntryPoints } from './features/entryPoints';
import { EvaluationBuilds } from './features/evaluationBuilds';
import { EvaluationOutput } from './features/evaluationOutput';
import { Evaluations } from './features/evaluations';
import { registerExecuteCommand, serverCommands } from './features/executeCommand';
import { Failures } from './features/failures';
import { registerFailureReport } from './features/failureReport';
import { FileKinds } from './features/fileKinds';
import { registerExplain } from './features/explain';
import { registerFoldingRange } from './features/foldingRange';
import { FlakeLocks } from './features/flakeLocks';
import { registerFormatting } from './features/formatting';
import { guarded } from './features/handler';
import { registerHover } from './features/hover';
import { registerNewPackage } from './features/newPackage';
import { notify } from './features/outgoing';
import { registerInlayHint } from './features/inlayHint';
import { registerLog } from './features/log';
import { registerLogDocument } from './features/logDocument';
import { PhaseStates } from './features/phaseStates';
import { ChangedFiles } from './features/changedFiles';
import { registerBuildDirectory } from './features/buildDirectory';
import { DocumentEdits } from './features/packageEdits';
import { registerPhaseFiles } from './features/phaseFiles';
import { Pins } from './features/pins';
import { registerReferences } from './features/references';
import { registerRename } from './features/rename';
import { registerSelectionRange } from './features/selectionRange';
import { registerSignatureHelp } from './features/signatureHelp';
import { registerSourcePatch } from './features/sourcePatch';
import { registerReplay } from './features/replay';
import { Replays } from './features/replays';
import { SoughtFixes } from './features/soughtFixes';
import { registerRun } from './features/run';
import { registerSemanticTokens, semanticTokensOptions } from './features/semanticTokens';
import { registerSessions } from './features/sessions';
import { SessionProblems } from './features/sessionProblems';
import { ShownDocuments } from './features/shownDocuments';
import { ShellEvidence } from './features/shellEvidence';
import { SessionStates } from './features/sessionStates';
import { StatusReporter } from './features/status';
import { fixAllKind } from './features/textActions';
import { registerShell } from './features/shell';
import { registerStop } from './features/stop';
import { registerStored } from './features/stored';
import { ModuleOptions } from './features/moduleOptions';
import { ModuleSets } from './features/moduleSets';
import { OptionProblems } from './features/optionProblems';
import { ValueAnswers } from './features/valueAnswers';
import { Workbench } from './features/workbench';
import { WorkspaceProblems } from './features/workspaceProblems';
import { registerWorkspaceSymbol } from './features/workspaceSymbol';
import type { WorkspaceState } from './features/workspaceState';
import { Workspace } from './workspace/workspace';
import { activityNotification } from './protocol/messages';
import { shownNotification } from './protocol/shownMessages';
import type { Settings } from './protocol/settings';

export interface ServerParts {
  readonly connection: Connection;
  readonly engine: Engine;
  readonly parse: ParseText;
  /** Entries of the search path that Nix has by itself. */
  readonly nixPath: readonly string[];
  readonly state: WorkspaceState;
  readonly log: Logger;
  /** Absolute path of the guide to diagnostics; null when there is none to link to. */
  readonly guide: string | null;
  readonly client: InitializeParams['capabilities'];
  /** Commands of the client's own that an answer may name. */
  readonly commands: ReadonlySet<string>;
  /** The client asks for diagnostics instead of having them published. */
  readonly pullsDiagnostics: boolean;
  /** The client tells which documents are shown. */
  readonly tellsShown: boolean;
}

export const serverCapabilities: ServerCapabilities = {
  textDocumentSync: {
    openClose: true,
    change: TextDocumentSyncKind.Incremental,
    save: { includeText: false },
  },
  completionProvider: { triggerCharacters: ['.', '/', '<', '$'], resolveProvider: true },
  signatureHelpProvider: { triggerCharacters: ['{', ' '] },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  callHierarchyProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  selectionRangeProvider: true,
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  documentLinkProvider: { resolveProvider: false },
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  foldingRangeProvider: true,
  codeLensProvider: { resolveProvider: false },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.Refactor, fixAllKind] },
  inlayHintProvider: true,
  semanticTokensProvider: semanticTokensOptions,
  executeCommandProvider: { commands: [...serverCommands] },
};

/** For clients that ask. */
export const diagnosticProvider = {
  identifier: 'phasewise',
  interFileDependencies: true,
  workspaceDiagnostics: true,
};

function workspaceOf({ parse, state, nixPath, client }: ServerParts, documents: Documents): Workspace {
  const workspace = new Workspace({
    documents,
    parse,
    folders: () => state.folders,
    searchPath: (file) => [...state.settingsOf(file).nix.searchPath, ...nixPath],
    watched: client.workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
  });
  state.foldersChanged.add(() => workspace.files.changed());
  return workspace;
}

/** One server's working parts, from the client's `initialize` to its end. */
export class LanguageServer {
  private readonly documents: Documents;
  private readonly evaluations: Evaluations;
  private readonly workspace: Workspace;
  private readonly drawings: Drawings;
  private readonly evidence: ShellEvidence;
  private readonly activities = new Activities();
  private readonly status: StatusReporter;
  private pins: Pins | null = null;
  private readonly sessionStates: SessionStates;
  private readonly publisher: DiagnosticsPublisher;
  private readonly changedFiles: ChangedFiles;
  private readonly bash: BashProblems;
  private readonly outlet: DiagnosticsOutlet;
  private readonly others: WorkspaceProblems;
  private readonly values: ValueAnswers;
  private readonly options: ModuleOptions;
  private readonly sessionProblems: SessionProblems;
  private readonly optionProblems: OptionProblems;
  private readonly locks: FlakeLocks;

  constructor(private readonly parts: ServerParts) {
    const { connection, engine, parse, state, log, guide } = parts;
    const documents = new Documents(parse, log);
    this.documents = documents;
    this.workspace = workspaceOf(parts, documents);
    this.status = new StatusReporter(connection, engine, state, log);
    // What Nix is in use is settled before anything is evaluated with it.
    state.changed.add(() => this.probeAgain(state.allSettings.map(({ nix }) => nix)));
    documents.saved.add(() => {
      if (state.trusted && !this.status.ready) this.probeAgain(this.status.working);
    });
    const entries = new EntryPoints(documents, state, this.workspace);
    const trees = (file: string) => this.workspace.now(file);
    this.values = new ValueAnswers({ engine, state, entries, parse, trees });
    const sets = new ModuleSets({ engine, documents, parse, state, entries });
    this.options = new ModuleOptions({ values: this.values, sets, state, entries });
    const builds = new EvaluationBuilds(this.activities);
    const shown = new ShownDocuments(parts.tellsShown ? new Set() : null);
    connection.onNotification(
      shownNotification,
      guarded(log, 'What is shown', ({ uris }) => shown.set(uris)),
    );
    const evaluations = new Evaluations(documents, engine, state, log, builds, shown, entries);
    this.evaluations = evaluations;
    const { workspace } = this;
    this.others = new WorkspaceProblems({ documents, engine, workspace, parse, state, log });
    const { others } = this;
    new EvaluationOutput(connection, documents, evaluations);
    const failures = new Failures(documents);
    const world = { connection, documents, evaluations, workspace, entries, log };
    this.changedFiles = new ChangedFiles({ ...world, others, failures });
    new FileKinds({ connection, documents, evaluations, entries, state, log });
    this.bash = new BashProblems({ connection, documents, shown, engine, state, log });
    const sources = { documents, engine, evaluations, activities: this.activities, state, log };
    this.sessionProblems = new SessionProblems(sources);
    this.optionProblems = new OptionProblems({ documents, shown, options: this.options, state, log });
    const locked = () => this.pins?.drawFlakes();
    this.locks = new FlakeLocks({ connection, documents, engine, state, locked });
    const { bash, sessionProblems: sessions, optionProblems: options, locks } = this;
    const refreshes = parts.client.workspace?.diagnostics?.refreshSupport === true;
    this.outlet = new DiagnosticsOutlet(connection, parts.pullsDiagnostics, refreshes);
    const { outlet } = this;
    this.evidence = new ShellEvidence(engine, (uri) => this.drawings.of(uri));
    const { evidence } = this;
    const found = { failures, bash, sessions, options, locks, others, evidence };
    const diagnostics = { outlet, documents, engine, evaluations, state, ...found, guide, log };
    const publisher = new DiagnosticsPublisher(diagnostics);
    this.publisher = publisher;
    state.changed.add((touched) => publisher.checkAgain(touched));
    this.drawings = new Drawings({ connection, documents, engine, evaluations, state, log });
    const { drawings, activities } = this;
    drawings.changed.add((uri) => publisher.publishAgain(uri));
    const followed = { drawings, activities, state };
    this.sessionStates = new SessionStates({ connection, documents, engine, ...followed, log });
    this.register(failures);
    this.listen();
  }

  /** After `initialized`: tells the client which Nix there is. */
  begin(): Promise<void> {
    this.others.checkSoon();
    return this.status.probe();
  }

  /** Ends everything that runs and waits until it has ended. */
  async dispose(): Promise<void> {
    this.status.dispose();
    this.evaluations.dispose();
    this.bash.dispose();
    this.others.dispose();
    this.sessionProblems.dispose();
    this.optionProblems.dispose();
    this.drawings.dispose();
    this.pins?.dispose();
    this.sessionStates.dispose();
    await this.activities.dispose();
    await this.parts.engine.dispose();
    this.documents.dispose();
  }

  /** Which Nix there is; one that is called in one of these ways goes on. */
  private probeAgain(but: readonly Settings['nix'][]): void {
    this.parts.engine.forget(but);
    void this.status.probe();
  }

  private register(failures: Failures): void {
    const { connection, engine, state, log } = this.parts;
    const { documents, drawings, evaluations, activities } = this;
    const lookup = new DerivationLookup(documents, evaluations);
    const replays = new Replays({ engine, documents, state, activities, failures, lookup, log });
    new SoughtFixes({ connection, engine, documents, state, failures, lookup, log });
    const problems = new BuildProblems(this.outlet, documents, state, activities);
    const workbench = new Workbench({
      ...{ engine, state, lookup, activities, drawings, failures, replays, problems },
    });
    const phaseStates = new PhaseStates(activities, documents);
    activities.sent.add((params) => {
      void notify(connection, activityNotification, params);
    });
    drawings.register(async () => {
      engine.forget();
      await this.status.probe();
    });
    this.pins = new Pins({
      connection,
      documents,
      engine,
      drawings,
      evaluations,
      lookup,
      activities,
      state,
      log,
    });
    this.sessionStates.followPins(this.pins);
    registerRun(connection, workbench, log);
    registerBuild(connection, workbench, log);
    registerBuildInputs(connection, workbench, log);
    registerReplay(connection, replays, log);
    registerStop(connection, activities, log);
    registerSessions(connection, engine, this.sessionStates, log);
    registerShell({ connection, engine, state, lookup, log });
    registerEnvironment({ connection, engine, state, lookup, log });
    const gitChanged = (uri: string): void => {
      this.publisher.forgetFlake(uri);
      this.pins?.drawFlakes();
      this.changedFiles.gitChanged();
    };
    const edits = new DocumentEdits({ connection, documents, engine, evaluations, state });
    const given = { edits, locks: this.locks, gitChanged };
    registerExecuteCommand({ connection, engine, state, workbench, replays, ...given, log });
    registerLog({ connection, engine, state, drawings, lookup, log });
    registerLogDocument({ connection, engine, state, drawings, lookup, log });
    registerDerivationDocument({ connection, engine, state, drawings, log });
    registerBuildDirectory({ connection, engine, state, drawings, lookup, log });
    registerPhaseFiles({ connection, engine, state, drawings, lookup, log });
    registerSourcePatch({ connection, engine, state, lookup, log });
    registerFailureReport({ connection, engine, activities, drawings, log });
    registerStored({ connection, documents, engine, evaluations, state, lookup, log });
    this.registerLanguage(failures, phaseStates);
  }

  /** What is asked at a place in a text. */
  private registerLanguage(failures: Failures, phaseStates: PhaseStates): void {
    const { connection, engine, state, log, client } = this.parts;
    const { documents, drawings, workspace } = this;
    const { values, options } = this;
    registerHover({ connection, documents, engine, state, log, drawings, workspace, values, options });
    const snippets = client.textDocument?.completion?.completionItem?.snippetSupport === true;
    const { parse } = this.parts;
    const typing = {
      connection,
      documents,
      engine,
      state,
      log,
      workspace,
      parse,
      snippets,
      drawings,
      values,
      options,
    };
    registerCompletion(typing);
    registerSignatureHelp(typing);
    registerFormatting({ connection, documents, engine, state, log, parse });
    registerExplain({ connection, documents, values, log });
    registerNewPackage({ connection, engine, state, log });
    registerDefinition({ connection, documents, engine, workspace, drawings, values, options, log });
    registerDocumentSymbol(connection, documents, drawings, log);
    registerWorkspaceSymbol(connection, documents, workspace, log);
    const { commands } = this.parts;
    const { bash, sessionProblems: sessions, evidence } = this;
    const evaluated = (uri: string) => this.publisher.evaluated(uri);
    const found = {
      failures,
      bash,
      sessions,
      options: this.optionProblems,
      locks: this.locks,
      evidence,
      evaluated,
    };
    registerCodeAction({ connection, documents, ...found, values, commands, state, client, log });
    registerFoldingRange(connection, documents, log);
    registerReferences({ connection, documents, workspace, log });
    registerDocumentHighlight({ connection, documents, workspace, log });
    registerCallHierarchy({ connection, documents, workspace, log });
    registerDocumentLink({ connection, documents, workspace, log });
    registerRename({ connection, documents, workspace, log });
    registerSelectionRange(connection, documents, log);
    registerInlayHint({ connection, documents, state, values, drawings, client, log });
    registerSemanticTokens({ connection, documents, client, log });
    const refreshes = client.workspace?.codeLens?.refreshSupport === true;
    const { status } = this;
    registerCodeLens({ connection, documents, drawings, phaseStates, state, status, log, refreshes });
  }

  private listen(): void {
    const { connection, log } = this.parts;
    const { documents } = this;
    connection.onDidOpenTextDocument(guarded(log, 'Opening', (params) => documents.didOpen(params)));
    connection.onDidChangeTextDocument(guarded(log, 'A change', (params) => documents.didChange(params)));
    connection.onDidSaveTextDocument(guarded(log, 'Saving', (params) => documents.didSave(params)));
    connection.onDidCloseTextDocument(guarded(log, 'Closing', (params) => documents.didClose(params)));
  }
}
