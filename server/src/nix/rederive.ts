/** Makes a store derivation again with some of its attributes changed: everything else, its inputs above all, stays. */
import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result } from '../result';
import { failure, success } from '../result';
import { stripAnsi } from './ansi';
import type { NixContext } from './commandLine';
import { settingArguments } from './commandLine';
import type { StoreDerivation } from './derivationFile';
import { withoutPrefix } from './evaluationFailure';
import { makeOwnFolder } from './ownFolder';
import { parseJsonObject } from '../json';

/** Text, or with structured attributes also a list of texts. */
export type ChangedAttributes = Readonly<Record<string, string | readonly string[]>>;

/**
 * Path of the new store derivation. A fixed output gets another hash, so that nothing of it is valid; it keeps its network. Lists become
 * text with spaces where attributes are not structured. A Problem `not-rederived` in Nix's words.
 */
export async function rederive(
  context: NixContext,
  derivation: StoreDerivation,
  changes: ChangedAttributes,
  signal: AbortSignal,
): Promise<Result<string>> {
  const attributes = changedAttributes(derivation, changes);
  if (attributes === null)
    return failure({
      code: 'not-rederived',
      message: `The attributes of ${derivation.name} cannot be read.`,
      advice: null,
    });
  const { inputDerivations, inputSources } = derivation;
  const folder = await makeOwnFolder('rederive');
  try {
    const request = join(folder, 'request.json');
    await writeFile(request, JSON.stringify({ attributes, inputDerivations, inputSources }));
    const result = await context.runner.run(
      context.installation.programs.nixInstantiate,
      [
        ...settingArguments(context.settings),
        ...[join(context.expressionsFolder, 'rederive.nix'), '--argstr', 'request', request],
      ],
      { env: context.environment, cwd: '/', timeoutMs: 60_000, signal },
    );
    const path = result.stdout.trim().split('\n').at(-1) ?? '';
    if (result.exitCode === 0 && path.endsWith('.drv')) return success(path);
    const words = withoutPrefix(stripAnsi(result.stderr).trim());
    return failure({ code: 'not-rederived', message: words, advice: null });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What `builtins.derivation` is to be called with; null when the structured attributes are no JSON. Pure. */
export function changedAttributes(
  { path, env, args, name, system, builder, outputs }: StoreDerivation,
  changes: ChangedAttributes,
): Readonly<Record<string, unknown>> | null {
  const names = Object.keys(outputs);
  const fixed = Object.values(outputs).some(({ hash }) => hash !== '');
  const again = fixed
    ? { outputHash: createHash('sha256').update(path).digest('hex'), outputHashAlgo: 'sha256' }
    : {};
  const { __json: json, ...variables } = env;
  if (json !== undefined) {
    const structured = parseJsonObject(json);
    if (structured === null) return null;
    return { ...structured, ...again, ...changes, __structuredAttrs: true, args, name, system, builder };
  }
  const own = Object.entries(variables).filter(([variable]) => !names.includes(variable));
  // Text, where Nix makes a list of it; outputs that nobody named are not named again.
  const listed = variables['outputs'] === undefined ? {} : { outputs: variables['outputs'].split(' ') };
  const texts = Object.entries(changes).map(
    ([attribute, value]) => [attribute, typeof value === 'string' ? value : value.join(' ')] as const,
  );
  return {
    ...Object.fromEntries(own),
    ...listed,
    ...again,
    ...Object.fromEntries(texts),
    ...{ args, name, system, builder },
  };
}
