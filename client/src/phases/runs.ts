/** Asks the server for phase runs and stops what runs. */
import { CancellationTokenSource, window, type CancellationToken, type Disposable } from 'vscode';
import type { DerivationKey, RunParams } from '../../../server/src/protocol/messages';
import type { InputsResult, RunResult } from '../../../server/src/protocol/model';
import type { LanguageServer, ServerRequests } from '../languageServer';
import { keyName, type ServerState } from '../serverState';

export class Runs implements Disposable {
  private readonly asked = new Map<string, CancellationTokenSource>();

  constructor(
    private readonly server: LanguageServer,
    private readonly state: ServerState,
  ) {}

  /** Runs phases in the derivation's session; null when the server told the reason by other means. */
  run(params: RunParams): Promise<RunResult | null> {
    return this.ask(params, (requests, token) => requests.run(params, token));
  }

  /** Builds or fetches what the derivation needs; null as for `run`. */
  buildInputs({ uri, attr }: DerivationKey): Promise<InputsResult | null> {
    return this.ask({ uri, attr }, (requests, token) => requests.buildInputs({ uri, attr }, token));
  }

  /** What kept it from beginning stands at no line: it is told here. */
  private explain(key: DerivationKey): void {
    const failure = this.state.activity(key)?.failure ?? null;
    if (failure === null || failure.phase !== null) return;
    const { message, explanation } = failure;
    void window.showErrorMessage(explanation === null ? message : `${message} ${explanation}`);
  }

  private async ask<T>(
    key: DerivationKey,
    question: (requests: ServerRequests, token: CancellationToken) => Promise<T>,
  ): Promise<T | null> {
    const name = keyName(key);
    const source = new CancellationTokenSource();
    this.asked.set(name, source);
    try {
      const answer = await this.server.ask((requests) => question(requests, source.token));
      if (answer === null) this.explain(key);
      return answer;
    } catch (error: unknown) {
      if (source.token.isCancellationRequested) return null;
      throw error;
    } finally {
      if (this.asked.get(name) === source) this.asked.delete(name);
      source.dispose();
    }
  }

  /** Stops what runs for this derivation, whoever asked for it; false when nothing did. */
  async stop(key: DerivationKey): Promise<boolean> {
    const { uri, attr } = key;
    // By the time of the answer another may have been asked for.
    const asked = this.asked.get(keyName(key));
    const stopped = await this.server.ask((requests) => requests.stop({ uri, attr }));
    asked?.cancel();
    return stopped;
  }

  /** Stops everything that runs. */
  async stopAll(): Promise<void> {
    await Promise.all(this.state.running().map(({ key }) => this.stop(key)));
  }

  dispose(): void {
    for (const source of this.asked.values()) source.cancel();
  }
}
