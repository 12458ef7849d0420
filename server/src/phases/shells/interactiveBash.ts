/** Which bash a person gets at a moment of a session: the builder's own where it can edit lines, else theirs. */
import { realpath } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import type { ProcessRunner } from '../../nix/process';
import type { StorePlace } from '../../nix/storePlace';
import { physicalPath } from '../../nix/storePlace';

export interface ChosenBash {
  /** Absolute, as it is found where the builder runs. */
  readonly program: string;
  /** Why it is not the builder's own, or lacks something; null when there is nothing to say. */
  readonly note: string | null;
}

/** nixpkgs builds its stdenv's bash without readline: there the builtin `bind` is missing. */
const probe = 'type -t bind > /dev/null && echo "$BASH_VERSION"';

const usualPlaces = ['/run/current-system/sw/bin/bash', '/usr/bin/bash', '/bin/bash', '/usr/local/bin/bash'];

/** `environment` is the user's: its SHELL and PATH are looked through. Null when there is no bash at all. */
export async function chooseBash(
  builder: string,
  nix: StorePlace,
  environment: Readonly<Record<string, string>>,
  runner: ProcessRunner,
  signal: AbortSignal,
): Promise<ChosenBash | null> {
  const editsLines = async (program: string) => {
    const ran = await runner.run(program, ['--norc', '--noprofile', '-c', probe], {
      signal,
      timeoutMs: 5000,
    });
    return ran.exitCode === 0 && ran.stdout.trim() !== '' ? ran.stdout.trim() : null;
  };
  const own = basename(builder) === 'bash' ? builder : null;
  if (own !== null && (await editsLines(physicalPath(own, nix))) !== null)
    return { program: own, note: null };
  const folders = (environment['PATH'] ?? '').split(':').filter(isAbsolute);
  const theirs = [
    environment['SHELL'] ?? '',
    ...folders.map((folder) => join(folder, 'bash')),
    ...usualPlaces,
  ];
  for (const candidate of theirs.filter((one) => basename(one) === 'bash')) {
    const program = await realpath(candidate).catch(() => null);
    const version = program === null ? null : await editsLines(program);
    if (program === null || version === null) continue;
    const reason = own === null ? 'The builder is not bash' : "The builder's own bash cannot edit lines";
    return { program, note: `${reason}: this is ${program}, ${version}.` };
  }
  return own === null ? null : { program: own, note: 'This bash cannot edit lines, and no other was found.' };
}
