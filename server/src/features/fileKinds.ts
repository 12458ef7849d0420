/** `phasewise/fileKind`, `phasewise/entries`: what each open file is, and how it is and may be evaluated. */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Connection } from 'vscode-languageserver/node';
import type { FileUse } from '../analysis/across/fileUses';
import { thisSystem } from '../analysis/across/entryPoint';
import { configurationsIn } from '../analysis/modules/flakeConfigurations';
import { fileKind } from '../derivation/fileKind';
import type { Documents, OpenDocument } from '../documents';
import type { Logger } from '../environment';
import { printAttrPath } from '../nix/attrPath';
import {
  entriesRequest,
  fileKindNotification,
  type EntryChoices,
  type EntryTold,
  type FileKindParams,
} from '../protocol/kindMessages';
import { foldersUpTo } from '../workspace/folders';
import type { ChosenEntry, EntryPoints } from './entryPoints';
import type { EvaluationOutcome, Evaluations } from './evaluations';
import { requestHandler } from './handler';
import { notify } from './outgoing';
import type { WorkspaceState } from './workspaceState';
import { entryComment, entryText, nameInSettings } from './writtenEntries';

export interface FileKindsParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly evaluations: Evaluations;
  readonly entries: EntryPoints;
  readonly state: WorkspaceState;
  readonly log: Logger;
}

/** Files that usually give a set. */
const usualEntries = ['default.nix', 'flake.nix', 'release.nix', 'pkgs.nix'];

export class FileKinds {
  private readonly told = new Map<string, FileKindParams>();
  private readonly uses = new Map<string, FileUse | null>();

  constructor(private readonly parts: FileKindsParts) {
    const { connection, documents, evaluations, log } = parts;
    documents.opened.add((document) => {
      this.tell(document, null);
      this.used(document).catch((error: unknown) =>
        log.error(`What ${document.uri} is taken for could not be told`, error),
      );
    });
    documents.changed.add(({ document }) => {
      const before = this.told.get(document.uri);
      this.tell(document, before?.entry ?? null, before?.missing);
    });
    documents.closed.add(({ uri }) => {
      this.told.delete(uri);
      this.uses.delete(uri);
    });
    evaluations.finished.add((outcome) => {
      this.evaluated(outcome).catch((error: unknown) =>
        log.error(`How ${outcome.document.uri} was evaluated could not be told`, error),
      );
    });
    connection.onRequest(
      entriesRequest,
      requestHandler(log, null, ({ uri }: { readonly uri: string }, signal) => this.choices(uri, signal)),
    );
  }

  private tell(document: OpenDocument, entry: EntryTold | null, missing: readonly string[] = []): void {
    const { root } = document.tree;
    const { uri } = document;
    // While the text is broken it is what it was.
    const shape = root === null ? (this.told.get(uri)?.kind ?? 'expression') : fileKind(root).kind;
    const kind = kindOf(shape, this.uses.get(uri) ?? null);
    const params: FileKindParams = { uri, ...kind, entry, ...(missing.length === 0 ? {} : { missing }) };
    if (JSON.stringify(params) === JSON.stringify(this.told.get(uri))) return;
    this.told.set(uri, params);
    void notify(this.parts.connection, fileKindNotification, params);
  }

  /** Who names the file is found out after it is shown. */
  private async used(document: OpenDocument): Promise<void> {
    const { documents, entries } = this.parts;
    const use = await entries.use(document, new AbortController().signal);
    if (documents.get(document.uri) === null) return;
    this.uses.set(document.uri, use);
    const now = documents.get(document.uri) ?? document;
    const configured = use?.as === 'module' ? await this.configurationOf(now) : null;
    const before = this.told.get(document.uri);
    if (documents.get(document.uri) !== null) this.tell(now, before?.entry ?? configured, before?.missing);
  }

  /** The first of a flake that a module is in. */
  private async configurationOf(document: OpenDocument): Promise<EntryTold | null> {
    const [one] = await this.parts.entries.configurations(document, new AbortController().signal);
    if (one === undefined) return null;
    const { flake, output, name, from } = one;
    const file = relative(dirname(document.file), flake);
    return { file, attr: printAttrPath([output, name]), from, serves: true };
  }

  private async evaluated({ document, evaluated }: EvaluationOutcome): Promise<void> {
    const { documents, entries } = this.parts;
    this.uses.set(document.uri, await entries.use(document, new AbortController().signal));
    const chosen = await entries.chosen(document, new AbortController().signal);
    const isModule = this.uses.get(document.uri)?.as === 'module';
    const told =
      chosen === null && isModule
        ? await this.configurationOf(document)
        : toldEntry(document, chosen, evaluated.entryAttr);
    if (documents.isCurrent(document)) this.tell(document, told, evaluated.missing);
  }

  private async choices(uri: string, signal: AbortSignal): Promise<EntryChoices | null> {
    const { documents, entries, state } = this.parts;
    const document = documents.get(uri);
    if (document === null) return null;
    const { file, tree } = document;
    const folder = state.folderOf(file);
    const found = await entries.found(document, signal);
    const known = this.told.get(uri)?.entry?.attr ?? '';
    const texts = found === null ? [] : [entryText(found.entry.file, attrOf(found, known), folder)];
    texts.push(...(await this.configurationTexts(document)));
    for (const around of foldersUpTo(state.topOf(file), file)) {
      for (const name of usualEntries) {
        const path = join(around, name);
        if (path !== file && existsSync(path)) texts.push(entryText(path, '', folder));
      }
    }
    return { name: nameInSettings(file, folder), comment: entryComment(tree), choices: [...new Set(texts)] };
  }

  /** Of a module, the configurations of the flake around; those that its importers are in come first. */
  private async configurationTexts(document: OpenDocument): Promise<readonly string[]> {
    const { entries, state } = this.parts;
    const signal = new AbortController().signal;
    if ((await entries.use(document, signal))?.as !== 'module') return [];
    const flake = await entries.flakeAround(document.file);
    if (flake === null) return [];
    const bringing = await entries.configurations(document, signal);
    return [...bringing, ...configurationsIn(flake)].map(({ output, name }) =>
      entryText(flake.file, printAttrPath([output, name]), state.folderOf(document.file)),
    );
  }
}

/** What others take the file for comes before what it looks like, where it may be that. */
function kindOf(shape: FileKindParams['kind'], use: FileUse | null): Pick<FileKindParams, 'kind' | 'system'> {
  if (use === null || shape === 'flake') return { kind: shape };
  if (use.as === 'module') return { kind: 'module', ...(use.system === null ? {} : { system: use.system }) };
  return { kind: shape === 'module' ? shape : 'overlay' };
}

/** What of several attributes Nix took is known after an evaluation. */
function attrOf({ entry }: ChosenEntry, known: string): string {
  return entry.sure ? printAttrPath(entry.attrs[0] ?? []) : known;
}

/** Before an evaluation; that of another system is no name to show. */
function likeliest({ entry }: ChosenEntry): readonly string[] {
  const [first = []] = entry.attrs;
  return first.includes(thisSystem) ? [] : first;
}

function toldEntry(
  { file }: OpenDocument,
  chosen: ChosenEntry | null,
  attr: readonly string[] | null | undefined,
): EntryTold | null {
  // A guess of ours that did not serve is nothing to tell.
  if (chosen === null || (attr === null && !chosen.entry.sure)) return null;
  return {
    file: relative(dirname(file), chosen.entry.file),
    attr: printAttrPath(attr ?? likeliest(chosen)),
    from: chosen.from,
    serves: attr !== null,
  };
}
