/** Where Nix has a derivation's build directory. */
import type { NixContext } from './commandLine';
import { optionArguments } from './commandLine';
import type { NixVersion } from './installation';

/** What Nix's own configuration says of its sandbox. */
export interface SandboxConfiguration {
  readonly enabled: boolean;
  /** The build directory in the sandbox (`sandbox-build-dir`). */
  readonly buildDirectory: string;
  /** What it shows of the machine beside the inputs (`sandbox-paths`), as it is written. */
  readonly paths: readonly string[];
}

/** Asks `nix config show` (`nix show-config` before 2.20); without an answer: no sandbox. */
export async function askSandbox(context: NixContext, signal: AbortSignal): Promise<SandboxConfiguration> {
  const { installation, runner, settings, environment } = context;
  const { major, minor } = installation.version;
  const command = major > 2 || minor >= 20 ? ['config', 'show'] : ['show-config'];
  const features = ['--extra-experimental-features', 'nix-command'];
  const args = [...features, ...command, ...optionArguments(settings)];
  const asked = await runner.run(installation.programs.nix, args, {
    env: environment,
    cwd: '/',
    timeoutMs: 10_000,
    signal,
  });
  return parseSandbox(asked.stdout);
}

export function parseSandbox(configuration: string): SandboxConfiguration {
  const value = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(configuration)?.[1] ?? '';
  return {
    enabled: /^(?:true|relaxed)$/.test(value('sandbox')),
    buildDirectory: value('sandbox-build-dir') || '/build',
    paths: value('sandbox-paths')
      .split(/\s+/)
      .filter((path) => path !== ''),
  };
}

/**
 * NIX_BUILD_TOP of a real build. Without a sandbox Nix takes `nix-build-NAME.drv-0` in the temporary directory; since 2.30
 * a folder of its own with a random name, for which the sandbox's name stands here.
 */
export function buildDirectoryOf(name: string, sandbox: SandboxConfiguration, version: NixVersion): string {
  const random = version.major > 2 || version.minor >= 30;
  return sandbox.enabled || random ? sandbox.buildDirectory : `/tmp/nix-build-${name}.drv-0`;
}
