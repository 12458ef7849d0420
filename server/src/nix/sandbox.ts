/** What Nix's configuration says of the sandbox that real builds have. */
import type { NixContext } from './commandLine';
import { optionArguments } from './commandLine';
import type { NixVersion } from './installation';
import { configurationCommand } from './nixVersion';

export interface SandboxConfiguration {
  /** `relaxed`: but for fixed-output derivations and those that ask for none. */
  readonly mode: 'on' | 'relaxed' | 'off';
  /** The build directory in the sandbox (`sandbox-build-dir`). */
  readonly buildDirectory: string;
  /** What it shows of the machine beside the inputs (`sandbox-paths`), as it is written. */
  readonly paths: readonly string[];
  /** Below which a derivation may ask for more (`allowed-impure-host-deps`). */
  readonly hostPrefixes: readonly string[];
  /** Whether it shows `/dev/kvm`. */
  readonly kvm: boolean;
  /** What newer Nix shows fixed-output derivations as their certificates (`ssl-cert-file`); null: nothing. */
  readonly certificates: string | null;
  /** A program that Nix asks for more paths before each build (`pre-build-hook`); null: none. */
  readonly preBuildHook: string | null;
  /** Of the Nix that builds. */
  readonly version: NixVersion;
}

/** Asks `nix config show` (`nix show-config` before 2.20); without an answer: no sandbox. */
export async function askSandbox(context: NixContext, signal: AbortSignal): Promise<SandboxConfiguration> {
  const { installation, runner, settings, environment } = context;
  const { version } = installation;
  const args = [...configurationCommand(version), ...optionArguments(settings)];
  const asked = await runner.run(installation.programs.nix, args, {
    env: environment,
    cwd: '/',
    timeoutMs: 10_000,
    signal,
  });
  return parseSandbox(asked.stdout, version);
}

export function parseSandbox(configuration: string, version: NixVersion): SandboxConfiguration {
  const value = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(configuration)?.[1] ?? '';
  const words = (name: string) =>
    value(name)
      .split(/\s+/)
      .filter((word) => word !== '');
  const sandbox = value('sandbox');
  return {
    mode: sandbox === 'true' ? 'on' : sandbox === 'relaxed' ? 'relaxed' : 'off',
    buildDirectory: value('sandbox-build-dir') || '/build',
    paths: words('sandbox-paths'),
    hostPrefixes: words('allowed-impure-host-deps'),
    kvm: words('system-features').includes('kvm'),
    certificates: value('ssl-cert-file') || null,
    preBuildHook: value('pre-build-hook') || null,
    version,
  };
}
