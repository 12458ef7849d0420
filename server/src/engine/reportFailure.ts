/** A failure as Markdown, with what of this machine is to be left out of it. */
import { homedir, hostname, userInfo } from 'node:os';
import { failureReport } from '../builds/failureReport';
import type { NixProbe } from '../nix/nix';
import type { Derivation, Failure } from '../protocol/model';
import { version } from '../version';
import { derivationName } from '../protocol/storePath';

export function reportFailure(
  derivation: Derivation | null,
  failure: Failure,
  nix: NixProbe,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const reported = {
    name: derivation?.name ?? nameOf(failure.drvPath),
    ...{ system: derivation?.system ?? null, drvPath: derivation?.drvPath ?? null },
    nixVersion: nix.ok ? nix.value.installation.version.text : null,
    ...{ version, failure },
  };
  const home = environment['HOME'] ?? homedir();
  return failureReport(reported, { home, user: userName(), host: hostname() });
}

function nameOf(drvPath: string | null): string {
  return drvPath === null ? 'A derivation' : derivationName(drvPath);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // An id without an entry, as in a container.
    return '';
  }
}
