/** Launch configurations: completes what the user wrote, and makes one where F5 is pressed without any. */
import {
  Uri,
  window,
  workspace,
  type DebugConfiguration,
  type DebugConfigurationProvider,
  type WorkspaceFolder,
} from 'vscode';
import { debugType } from '../../../server/src/protocol/debug';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import { serverSettings } from '../config';
import { pathInWorkspace } from '../files/folderAtHand';
import type { PhaseChooser } from '../phases/phaseChooser';
import { derivationName } from '../phases/phaseItem';
import type { ServerState } from '../serverState';

/**
 * A configuration for a derivation; `from` names the phase to begin with. Without `stopOnEntry` it stops where a breakpoint or
 * a failure is.
 */
export function configurationFor(
  key: DerivationKey,
  name: string,
  from: string | null,
  stopOnEntry = from !== null,
): DebugConfiguration {
  return {
    type: debugType,
    request: 'launch',
    name: from === null ? `Debug ${name}` : `Debug ${from} of ${name}`,
    program: Uri.parse(key.uri).fsPath,
    ...(key.attr === '' ? {} : { attr: key.attr }),
    ...(from === null ? {} : { from, stopOnEntry }),
  };
}

/** What Nix evaluates for a derivation, under Nix's debugger. */
export function evaluationOf(key: DerivationKey, name: string): DebugConfiguration {
  return { ...configurationFor(key, name, null), name: `Evaluate ${name}`, evaluate: true };
}

/** The text of a file in its editor, where that is not saved. */
function unsavedText(file: string): string | undefined {
  const open = workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === file);
  return open?.isDirty === true ? open.getText() : undefined;
}

export class Configurations implements DebugConfigurationProvider {
  constructor(
    private readonly state: ServerState,
    private readonly chooser: PhaseChooser,
  ) {}

  /** Without a configuration (F5): the derivation of the file in front. */
  async resolveDebugConfiguration(
    _folder: WorkspaceFolder | undefined,
    config: DebugConfiguration,
  ): Promise<DebugConfiguration | undefined> {
    if (!workspace.isTrusted) {
      void window.showInformationMessage('Phases are debugged in trusted workspaces only.');
      return undefined;
    }
    if (typeof config['program'] === 'string') return config;
    const key = await this.chooser.derivation(undefined);
    return key && { ...config, ...configurationFor(key, this.nameOf(key), null) };
  }

  resolveDebugConfigurationWithSubstitutedVariables(
    folder: WorkspaceFolder | undefined,
    config: DebugConfiguration,
  ): DebugConfiguration {
    const program = String(config['program'] ?? '');
    const file = program === '' ? program : pathInWorkspace(program, folder);
    const { nix, evaluation, phases } = serverSettings(file === '' ? null : Uri.file(file));
    const settings = { nix, callPackage: evaluation.callPackage, isolation: phases.isolation };
    const unsaved = config['evaluate'] === true ? unsavedText(file) : undefined;
    return { ...config, program: file, settings, ...(unsaved === undefined ? {} : { unsaved }) };
  }

  private nameOf(key: DerivationKey): string {
    const derivation = this.state.derivation(key);
    return derivation === undefined ? 'derivation' : derivationName(derivation);
  }
}
