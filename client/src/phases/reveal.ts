/** Opens the place where a phase, hook or derivation is defined. */
import { commands, Range, Uri, window } from 'vscode';
import type { FileRange } from '../../../server/src/protocol/model';
import type { ServerState } from '../serverState';
import { isInStore } from '../words';
import type { ActiveFile } from './activeFile';
import type { PhaseChooser } from './phaseChooser';

interface RevealParts {
  readonly state: ServerState;
  readonly active: ActiveFile;
  readonly chooser: PhaseChooser;
}

/** Reveals the definition of a row, or of a phase that the user picks; the tree keeps showing its own file. */
export async function revealDefinition(
  argument: unknown,
  preserveFocus: boolean,
  parts: RevealParts,
): Promise<void> {
  const row = parts.chooser.row(argument) ?? argument;
  const definition = definitionOf(row) ?? (await pickedDefinition(argument, parts));
  if (definition === null) {
    void window.showInformationMessage('It is not known where this is defined.');
    return;
  }
  await show(definition, preserveFocus, parts);
}

/** Shows stdenv's own function of a phase, beside what runs in its place. */
export async function revealStdenvDefault(argument: unknown, parts: RevealParts): Promise<void> {
  const chosen = await parts.chooser.phase(argument);
  if (chosen === undefined) return;
  const phases = parts.state.derivation(chosen.key)?.phases ?? [];
  const place = phases.find(({ name }) => name === chosen.phase)?.stdenvDefault ?? null;
  if (place === null) void window.showInformationMessage(`${chosen.phase} replaces nothing of stdenv's.`);
  else await show(place, false, parts);
}

async function show(definition: FileRange, preserveFocus: boolean, parts: RevealParts): Promise<void> {
  const { start } = definition.range;
  const uri = Uri.file(definition.file);
  parts.active.lookAt(uri.toString());
  await window.showTextDocument(uri, {
    // Only the cursor: what is selected would be lost with the next key.
    selection: new Range(start.line, start.character, start.line, start.character),
    preview: true,
    preserveFocus,
  });
  if (isInStore(definition.file))
    await commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
}

async function pickedDefinition(argument: unknown, parts: RevealParts): Promise<FileRange | null> {
  const chosen = await parts.chooser.phase(argument);
  if (chosen === undefined) return null;
  const derivation = parts.state.derivation(chosen.key);
  const origin = derivation?.phases.find((phase) => phase.name === chosen.phase)?.origin;
  if (origin?.file != null && origin.range !== null) return { file: origin.file, range: origin.range };
  return derivation?.attributes[chosen.phase] ?? null;
}

function definitionOf(argument: unknown): FileRange | null {
  if (typeof argument !== 'object' || argument === null || !('definition' in argument)) return null;
  const { definition } = argument;
  return isFileRange(definition) ? definition : null;
}

function isFileRange(value: unknown): value is FileRange {
  return typeof value === 'object' && value !== null && 'file' in value && 'range' in value;
}
