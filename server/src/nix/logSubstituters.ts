/**
 * Logs that substituters have (`nix log`; `nix-store -l` asks the store alone). Each is asked by itself, so that one that is down
 * neither hides nor delays the others, and is not waited for twice.
 */
import type { NixContext } from './commandLine';
import { settingArguments } from './commandLine';

/** Without a byte of a log after so long it is taken for down. */
const patienceMs = 10_000;
/** One that is down is left alone for so long. */
const silenceMs = 10 * 60_000;
/** Nix's own words (`filetransfer.cc`) when a substituter could not be reached at all. */
const unreachable = /unable to download|could not connect|couldn't connect|timed? ?out|could not resolve/i;
const features = ['--extra-experimental-features', 'nix-command'] as const;
/** Nix would try five times, with pauses. */
const impatient = ['--option', 'connect-timeout', '5', '--option', 'download-attempts', '1'] as const;

export class LogSubstituters {
  private configured: Promise<readonly string[]> | null = null;
  /** Of each that is down, until when it is left alone. */
  private readonly silent = new Map<string, number>();

  constructor(
    private readonly context: NixContext,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Streams the log from the first that has it; false when none has. */
  async read(storePath: string, onChunk: (chunk: Uint8Array) => void, signal: AbortSignal): Promise<boolean> {
    this.configured ??= this.ask(signal);
    for (const substituter of await this.configured) {
      if (signal.aborted) return false;
      if (this.now() < (this.silent.get(substituter) ?? 0)) continue;
      const { found, down } = await this.readFrom(substituter, storePath, onChunk, signal);
      if (found) return true;
      if (down) this.silent.set(substituter, this.now() + silenceMs);
    }
    return false;
  }

  private async readFrom(
    substituter: string,
    storePath: string,
    onChunk: (chunk: Uint8Array) => void,
    signal: AbortSignal,
  ): Promise<{ readonly found: boolean; readonly down: boolean }> {
    const { installation, runner, settings } = this.context;
    const own = ['--option', 'substituters', substituter];
    const args = [...features, 'log', ...settingArguments(settings), ...own, ...impatient, storePath];
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), patienceMs);
    const result = await runner.run(installation.programs.nix, args, {
      ...this.options(AbortSignal.any([signal, patience.signal])),
      onStdout: (chunk) => {
        clearTimeout(timer);
        onChunk(chunk);
      },
    });
    clearTimeout(timer);
    const found = result.exitCode === 0;
    const gaveUp = patience.signal.aborted || unreachable.test(result.stderr);
    return { found, down: !found && !signal.aborted && gaveUp };
  }

  /** `nix config show` (`nix show-config` before 2.20); none without an answer. */
  private async ask(signal: AbortSignal): Promise<readonly string[]> {
    const { installation, runner, settings } = this.context;
    const { major, minor } = installation.version;
    const command = major > 2 || minor >= 20 ? ['config', 'show'] : ['show-config'];
    const args = [...features, ...command, ...settingArguments(settings)];
    const asked = await runner.run(installation.programs.nix, args, this.options(signal));
    if (asked.ended === 'cancelled') this.configured = null;
    return substitutersOf(asked.stdout);
  }

  private options(signal: AbortSignal) {
    const env = { ...this.context.environment, PAGER: 'cat', NIX_PAGER: 'cat' };
    return { env, cwd: '/', signal };
  }
}

/** From what `nix config show` prints. */
export function substitutersOf(configuration: string): readonly string[] {
  const value = /^substituters =(.*)$/m.exec(configuration)?.[1] ?? '';
  return value.split(/\s+/).filter((substituter) => substituter !== '');
}
