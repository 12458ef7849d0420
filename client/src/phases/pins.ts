/** The derivations that the user pinned in this workspace, told to the server whenever one starts or files change. */
import { EventEmitter, Uri, workspace, type Disposable, type LogOutputChannel, type Memento } from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { LanguageServer } from '../languageServer';
import { detached } from '../log';
import { keyName } from '../serverState';

const storedName = 'phasewise.pins';
/** Many files change together, as when a branch is checked out. */
const pauseMs = 500;

export class Pins implements Disposable {
  private readonly changed = new EventEmitter<void>();
  private readonly subscriptions: readonly Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private pinned: readonly DerivationKey[];

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly memory: Memento,
    private readonly server: LanguageServer,
    private readonly log: LogOutputChannel,
  ) {
    this.pinned = readPins(memory.get<unknown>(storedName));
    const watcher = workspace.createFileSystemWatcher('**/{*.nix,flake.lock}');
    const later = (): void => this.tellLater();
    this.subscriptions = [
      ...[
        this.changed,
        watcher,
        watcher.onDidChange(later),
        watcher.onDidCreate(later),
        watcher.onDidDelete(later),
      ],
      server.onDidChange(() => {
        if (server.running) this.tell();
      }),
    ];
    this.tell();
  }

  get all(): readonly DerivationKey[] {
    return this.pinned;
  }

  has(key: DerivationKey): boolean {
    return this.pinned.some((pin) => keyName(pin) === keyName(key));
  }

  async pin({ uri, attr }: DerivationKey): Promise<void> {
    if (!this.has({ uri, attr })) await this.keep([...this.pinned, { uri, attr }]);
  }

  async unpin(key: DerivationKey): Promise<void> {
    await this.keep(this.pinned.filter((pin) => keyName(pin) !== keyName(key)));
  }

  /** Has all of them drawn anew. */
  tell(): void {
    if (this.pinned.length === 0 && !this.told) return;
    this.told = this.pinned.length > 0;
    detached(
      this.log,
      'pinned derivations',
      this.server.ask((requests) => requests.pins({ pins: this.pinned })),
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private told = false;

  private tellLater(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), pauseMs);
  }

  private async keep(pins: readonly DerivationKey[]): Promise<void> {
    this.pinned = pins;
    this.changed.fire();
    this.tell();
    await this.memory.update(storedName, pins);
  }
}

/** What another version, or another program, may have left there counts only where it is understood. */
function readPins(stored: unknown): readonly DerivationKey[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((pin: unknown) => {
    if (typeof pin !== 'object' || pin === null || !('uri' in pin) || !('attr' in pin)) return [];
    const { uri, attr } = pin;
    return typeof uri === 'string' && typeof attr === 'string'
      ? [{ uri: Uri.parse(uri).toString(), attr }]
      : [];
  });
}
