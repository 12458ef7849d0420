/** What is at an address, put into the store, and its hash: `nix-prefetch-url`, which every Nix has. */
import { dirname, join } from 'node:path';
import { failure, stopped, success, type Problem, type Result } from '../result';
import { stripAnsi } from './ansi';
import { settingArguments, type NixContext } from './commandLine';
import { withoutPrefix } from './evaluationFailure';
import { physicalPath } from './storePlace';

export interface Download {
  readonly address: string;
  /** The archive's tree, without the one folder it holds, is what is kept and hashed; else the file. */
  readonly unpack: boolean;
  /** As the store calls it. */
  readonly name: string;
}

export interface Prefetched {
  /** SHA-256 as Nix prints it. */
  readonly hash: string;
  /** Where it can be read. */
  readonly path: string;
}

/** Fails with `not-fetched` and Nix's own words, or `cancelled`. */
export async function prefetch(
  { installation, runner, settings, environment }: NixContext,
  { address, unpack, name }: Download,
  signal: AbortSignal,
): Promise<Result<Prefetched>> {
  const program = join(dirname(installation.programs.nixStore), 'nix-prefetch-url');
  const how = [...settingArguments(settings), '--print-path', '--type', 'sha256', '--name', name];
  const args = [...how, ...(unpack ? ['--unpack'] : []), address];
  const { exitCode, ended, stdout, stderr } = await runner.run(program, args, {
    env: environment,
    cwd: '/',
    signal,
  });
  if (ended === 'cancelled') return failure(stopped);
  const [hash = '', path = ''] = stdout.trim().split('\n').slice(-2);
  if (exitCode === 0 && path !== '') return success({ hash, path: physicalPath(path, installation) });
  return failure(notFetched(address, withoutPrefix(stripAnsi(stderr).trim())));
}

/** A folder, copied into the store under its name, and its hash. Fails with `not-added` and Nix's own words, or `cancelled`. */
export async function addTree(
  { installation, runner, settings, environment }: NixContext,
  folder: string,
  signal: AbortSignal,
): Promise<Result<Prefetched>> {
  const ask = (...args: readonly string[]) =>
    runner.run(installation.programs.nixStore, [...settingArguments(settings), ...args], {
      env: environment,
      cwd: '/',
      signal,
    });
  const added = await ask('--add', folder);
  const storePath = added.stdout.trim();
  const asked = added.exitCode === 0 ? await ask('--query', '--hash', storePath) : added;
  if (asked.ended === 'cancelled') return failure(stopped);
  if (asked.exitCode !== 0) {
    const words = withoutPrefix(stripAnsi(asked.stderr).trim());
    return failure({
      code: 'not-added',
      message: `${folder} could not be added to the store: ${words}`,
      advice: null,
    });
  }
  return success({ hash: asked.stdout.trim(), path: physicalPath(storePath, installation) });
}

function notFetched(address: string, words: string): Problem {
  return {
    code: 'not-fetched',
    message: `${address} could not be fetched: ${words === '' ? 'Nix does not say why.' : words}`,
    advice: 'Check the address and the network.',
  };
}
