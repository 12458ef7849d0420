/**
 * A derivation's own tests in the Test Explorer: `passthru.tests` as builds, `checkPhase` and `installCheckPhase` as phases of its session.
 * Found when somebody looks; nothing is evaluated for it in a workspace that is not trusted, as there nothing is drawn as evaluated.
 */
import {
  Location,
  Range,
  TestMessage,
  TestRunProfileKind,
  tests,
  Uri,
  type CancellationToken,
  type Disposable,
  type LogOutputChannel,
  type TestController,
  type TestItem,
  type TestRun,
  type TestRunRequest,
} from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { Derivation, Failure } from '../../../server/src/protocol/model';
import type { LanguageServer } from '../languageServer';
import { detached } from '../log';
import { derivationName } from '../phases/phaseItem';
import { keyName, type ServerState } from '../serverState';

/** Where stdenv runs a package's own tests. */
const checkPhases = ['checkPhase', 'installCheckPhase'];

type Subject =
  | { readonly kind: 'derivation'; readonly key: DerivationKey }
  | { readonly kind: 'build'; readonly key: DerivationKey }
  | { readonly kind: 'phase'; readonly key: DerivationKey; readonly phase: string };

export class TestExplorer implements Disposable {
  private readonly controller: TestController;
  private readonly subjects = new WeakMap<TestItem, Subject>();
  private readonly subscriptions: readonly { dispose(): unknown }[];
  private shown = '';

  constructor(
    private readonly server: LanguageServer,
    private readonly state: ServerState,
    log: LogOutputChannel,
  ) {
    this.controller = tests.createTestController('phasewise', 'Nix Derivations');
    this.controller.resolveHandler = (item) => (item === undefined ? this.sync() : this.resolve(item));
    const profile = this.controller.createRunProfile(
      'Run',
      TestRunProfileKind.Run,
      (request, token) => detached(log, 'tests', this.run(request, token)),
      true,
    );
    this.subscriptions = [this.controller, profile, state.onDidChange(() => this.sync())];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** One item for each evaluated derivation of the open files; their tests are found when they are opened. */
  private sync(): void {
    const found = this.state
      .allDrawings()
      .flatMap(({ uri, derivations }) => derivations.map((derivation) => ({ uri, derivation })))
      .filter(({ derivation }) => derivation.drvPath !== null);
    const shown = JSON.stringify(
      found.map(({ uri, derivation }) => [uri, derivation.attr, derivation.drvPath]),
    );
    if (shown === this.shown) return;
    this.shown = shown;
    const items = found.map(({ uri, derivation }) => {
      const key = { uri, attr: derivation.attr };
      const known = this.controller.items.get(keyName(key));
      const item = known ?? this.item(keyName(key), derivationName(derivation), { kind: 'derivation', key });
      item.canResolveChildren = true;
      if (derivation.range !== null) item.range = toRange(derivation.range);
      if (known !== undefined) this.addPhases(item, key, derivation);
      return item;
    });
    this.controller.items.replace(items);
  }

  private async resolve(item: TestItem): Promise<void> {
    const subject = this.subjects.get(item);
    const derivation = subject && this.state.derivation(subject.key);
    if (subject?.kind !== 'derivation' || derivation === undefined) return;
    item.busy = true;
    try {
      const { uri, attr } = subject.key;
      const found = await this.server.ask((requests) => requests.tests({ uri, attr }));
      const builds = found.tests.map((test) =>
        this.item(`${item.id}/${test.attr}`, test.name, { kind: 'build', key: { uri, attr: test.attr } }),
      );
      item.children.replace(builds);
      this.addPhases(item, subject.key, derivation);
    } finally {
      item.busy = false;
    }
  }

  private addPhases(item: TestItem, key: DerivationKey, derivation: Derivation): void {
    const phases = derivation.phases.filter(({ name, runs }) => runs && checkPhases.includes(name));
    for (const { name, origin } of phases) {
      const id = `${item.id}/${name}`;
      const child = item.children.get(id) ?? this.item(id, name, { kind: 'phase', key, phase: name });
      if (origin.range !== null && origin.file === Uri.parse(key.uri).fsPath)
        child.range = toRange(origin.range);
      item.children.add(child);
    }
  }

  private item(id: string, label: string, subject: Subject): TestItem {
    const item = this.controller.createTestItem(id, label, Uri.parse(subject.key.uri));
    this.subjects.set(item, subject);
    return item;
  }

  private async run(request: TestRunRequest, token: CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    try {
      const wanted = request.include ?? [...this.controller.items].map(([, item]) => item);
      for (const item of wanted) await this.runItem(item, request, run, token);
    } finally {
      run.end();
    }
  }

  private async runItem(
    item: TestItem,
    request: TestRunRequest,
    run: TestRun,
    token: CancellationToken,
  ): Promise<void> {
    if (request.exclude?.includes(item) === true) return;
    const subject = this.subjects.get(item);
    if (token.isCancellationRequested || subject === undefined) return run.skipped(item);
    if (subject.kind !== 'derivation') return this.perform(item, subject, run, token);
    await this.resolve(item);
    for (const [, child] of item.children) await this.runItem(child, request, run, token);
  }

  private async perform(
    item: TestItem,
    subject: Exclude<Subject, { kind: 'derivation' }>,
    run: TestRun,
    token: CancellationToken,
  ): Promise<void> {
    const begun = Date.now();
    const name = keyName(subject.key);
    const listening = this.state.onActivity(({ key, event }) => {
      if (keyName(key) !== name) return;
      const text = event.type === 'output' ? event.text : event.type === 'notice' ? `${event.text}\n` : '';
      if (text !== '') run.appendOutput(text.replace(/\r?\n/g, '\r\n'), undefined, item);
    });
    run.started(item);
    try {
      const failure = await this.ask(subject, token);
      if (token.isCancellationRequested) run.skipped(item);
      else if (failure === null) run.passed(item, Date.now() - begun);
      else run.failed(item, messageOf(failure), Date.now() - begun);
    } catch (error: unknown) {
      if (token.isCancellationRequested) run.skipped(item);
      else run.errored(item, new TestMessage(error instanceof Error ? error.message : String(error)));
    } finally {
      listening.dispose();
    }
  }

  /** Null when it went well. */
  private async ask(
    subject: Exclude<Subject, { kind: 'derivation' }>,
    token: CancellationToken,
  ): Promise<Failure | string | null> {
    const { uri, attr } = subject.key;
    if (subject.kind === 'build') {
      const result = await this.server.ask((requests) =>
        requests.build({ uri, attr, rebuild: false, keepFailed: false }, token),
      );
      if (result === null) return this.lastFailure(subject.key);
      return result.status === 'failed' ? (result.failure ?? 'It failed.') : null;
    }
    const { phase } = subject;
    // A test that passed before is run again when it is asked for.
    const wanted = { uri, attr, phase, selection: 'only', fresh: false } as const;
    const result = await this.server.ask((requests) => requests.run(wanted, token));
    if (result === null) return this.lastFailure(subject.key);
    const failed = result.phases.find(({ status }) => status === 'failed');
    return failed === undefined ? null : (failed.failure ?? `${failed.name} failed.`);
  }

  private lastFailure(key: DerivationKey): Failure | string {
    return this.state.activity(key)?.failure ?? 'It could not be run; the log of the extension says why.';
  }
}

function messageOf(failure: Failure | string): TestMessage {
  if (typeof failure === 'string') return new TestMessage(failure);
  const words = [failure.message, failure.explanation, failure.tail.slice(-10).join('\n')];
  const message = new TestMessage(words.filter((part) => part !== null && part !== '').join('\n\n'));
  if (failure.file !== null && failure.range !== null)
    message.location = new Location(Uri.file(failure.file), toRange(failure.range));
  return message;
}

function toRange({ start, end }: NonNullable<Derivation['range']>): Range {
  return new Range(start.line, start.character, end.line, end.character);
}
