/**
 * What a real build of a derivation sees of the machine. Source: Nix's `LocalDerivationGoal::startBuilder` (2.8, 2.26) and
 * `ChrootLinuxDerivationBuilder` (2.34). Pure.
 */
import { normalize } from 'node:path';
import type { StoreDerivation } from '../nix/derivationFile';
import type { SandboxConfiguration } from '../nix/sandbox';
import { isFixedOutput, isSet, listAttribute } from './builderEnvironment';
import { isAtLeast } from '../nix/nixVersion';

/** A file or folder of the machine that the sandbox shows. */
export interface SandboxPath {
  readonly target: string;
  readonly source: string;
}

export interface BuildSandbox {
  readonly paths: readonly SandboxPath[];
  /** Whether a path that is a link is shown as what it leads to (before Nix 2.22), else as the link that it is. */
  readonly followsLinks: boolean;
  readonly kvm: boolean;
  /** A program that may have it show more, which is not asked here; null: none. */
  readonly preBuildHook: string | null;
  /** The machine's certificates for a fixed-output derivation; null: none. */
  readonly certificates: string | null;
}

export interface BuildSurroundings {
  /** NIX_BUILD_TOP. */
  readonly buildDirectory: string;
  /** Null: it sees the whole machine. */
  readonly sandbox: BuildSandbox | null;
}

/** `ownStore`: whether its store is elsewhere on the disk, which only a sandbox can put in its place. */
export function surroundingsOf(
  derivation: StoreDerivation,
  configuration: SandboxConfiguration,
  ownStore: boolean,
): BuildSurroundings {
  const { buildDirectory, version } = configuration;
  if (ownStore || hasSandbox(derivation, configuration))
    return { buildDirectory, sandbox: sandboxOf(derivation, configuration) };
  // Without a sandbox Nix takes a temporary folder; since 2.30 with a random name, for which the sandbox's stands here.
  const random = isAtLeast(version, 2, 30);
  return {
    buildDirectory: random ? buildDirectory : `/tmp/nix-build-${derivation.name}.drv-0`,
    sandbox: null,
  };
}

function hasSandbox(derivation: StoreDerivation, { mode }: SandboxConfiguration): boolean {
  if (mode === 'relaxed') return !isFixedOutput(derivation) && !isSet(derivation, '__noChroot');
  return mode === 'on';
}

function sandboxOf(derivation: StoreDerivation, configuration: SandboxConfiguration): BuildSandbox {
  const { version, kvm, certificates, hostPrefixes } = configuration;
  const asked = listAttribute(derivation, '__impureHostDeps').filter((path) =>
    hostPrefixes.some((prefix) => isWithin(normalize(path), normalize(prefix))),
  );
  const paths = new Map(configuration.paths.map(parsePath));
  for (const path of asked) paths.set(path, path);
  return {
    paths: [...paths].map(([target, source]) => ({ target, source })).sort(byTarget),
    followsLinks: !isAtLeast(version, 2, 22),
    kvm,
    preBuildHook: configuration.preBuildHook,
    certificates: isFixedOutput(derivation) ? certificates : null,
  };
}

/** `target=source`, or one path for both; a question mark behind it allows that it is missing. */
function parsePath(word: string): readonly [string, string] {
  const path = word.replace(/\?$/, '');
  const at = path.indexOf('=');
  return at < 0 ? [path, path] : [path.slice(0, at), path.slice(at + 1)];
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** What is around something stands before it. */
function byTarget(a: SandboxPath, b: SandboxPath): number {
  return a.target < b.target ? -1 : a.target > b.target ? 1 : 0;
}
