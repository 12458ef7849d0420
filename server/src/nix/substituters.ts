/**
 * The configured substituters, and which of them did not answer, for as long as that is remembered. Nix forgets it with each process:
 * it tries each for five seconds, then goes on without one that it never asked before, and fails for one that it did.
 */
import type { NixContext } from './commandLine';
import { settingArguments } from './commandLine';
import { configurationCommand } from './nixVersion';

/** One that is down is left out for so long: it may be back, and what it has would be built. */
const memoryMs = 2 * 60_000;
/** Nix's own words (`filetransfer.cc`) when it gave up; before that they say when it tries again. */
const unreachable =
  /unable to download '([^']+)\/(?:nix-cache-info|[^/']+\.narinfo)': (?!HTTP error)(?!.*retrying in)/i;

export class Substituters {
  private configured: Promise<readonly string[]> | null = null;
  private readonly until = new Map<string, number>();

  constructor(
    private readonly context: NixContext,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** In Nix's order; `silent` are those that are down. */
  async list(
    signal: AbortSignal,
  ): Promise<{ readonly answering: readonly string[]; readonly silent: readonly string[] }> {
    this.configured ??= this.ask(signal);
    const all = await this.configured;
    const isSilent = (one: string): boolean => this.now() < (this.until.get(nameOf(one)) ?? 0);
    return { answering: all.filter((one) => !isSilent(one)), silent: all.filter(isSilent) };
  }

  /** Null while none is known to be down. */
  async withoutSilent(
    signal: AbortSignal,
  ): Promise<{ readonly answering: readonly string[]; readonly silent: readonly string[] } | null> {
    if (![...this.until.values()].some((until) => this.now() < until)) return null;
    const listed = await this.list(signal);
    return listed.silent.length === 0 ? null : listed;
  }

  fellSilent(substituter: string): void {
    this.until.set(nameOf(substituter), this.now() + memoryMs);
  }

  /** A message of Nix's, without colours. */
  heard(message: string): void {
    const substituter = unreachable.exec(message)?.[1];
    if (substituter !== undefined) this.fellSilent(substituter);
  }

  /** `nix config show` (`nix show-config` before 2.20); none without an answer. */
  private async ask(signal: AbortSignal): Promise<readonly string[]> {
    const { installation, runner, settings, environment } = this.context;
    const args = [...configurationCommand(installation.version), ...settingArguments(settings)];
    const asked = await runner.run(installation.programs.nix, args, { env: environment, cwd: '/', signal });
    if (asked.ended === 'cancelled') this.configured = null;
    return substitutersOf(asked.stdout);
  }
}

/** Without parameters such as a priority. */
function nameOf(substituter: string): string {
  return substituter.replace(/\?.*$/s, '').replace(/\/+$/, '');
}

/** From what `nix config show` prints. */
export function substitutersOf(configuration: string): readonly string[] {
  const value = /^substituters =(.*)$/m.exec(configuration)?.[1] ?? '';
  return value.split(/\s+/).filter((substituter) => substituter !== '');
}
