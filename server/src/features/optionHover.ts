/** What a hover tells of the option of a module system whose name stands at a place. */
import { optionAt } from '../analysis/modules/optionPath';
import type { OpenDocument } from '../documents';
import type { ModuleOptions } from './moduleOptions';
import type { NameHover } from './nameHover';
import { optionMarkdown } from './optionText';
import { placeMarkdown } from './valueText';
import type { WorkspaceState } from './workspaceState';
import { nameInSettings } from './writtenEntries';

/** Reading all modules of a system takes seconds, once. */
const patienceMs = 5000;

export interface OptionHoverParts {
  readonly options: ModuleOptions;
  readonly state: WorkspaceState;
}

/** Null where no option is named, or none is known. */
export async function optionHover(
  { options, state }: OptionHoverParts,
  document: OpenDocument,
  offset: number,
): Promise<NameHover | null> {
  const place = optionAt(document.tree, offset, options.isTaken(document));
  if (place?.kind !== 'name' || place.path.at(-1) === '') return null;
  const { path, span } = place;
  const told = await options.ask(document, path, 'option', patienceMs);
  if (told === null || told === 'late' || told.option === undefined) return null;
  const folder = state.folderOf(document.file);
  const shortened = (file: string): string => nameInSettings(file, folder);
  const declared = told.option.declarations.map((one) =>
    placeMarkdown(one, shortened).replace('defined', 'declared'),
  );
  return { markdown: [optionMarkdown(path, told.option), ...declared].join('\n\n'), span };
}
