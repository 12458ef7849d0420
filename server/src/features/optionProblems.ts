/** Definitions in modules of options that do not exist: asked after a pause on edits, at once on opening and saving, the newest version only. */
import { definitionsOf, type Definition } from '../analysis/modules/definitions';
import { finding, type Finding } from '../analysis/finding';
import { withSeverities } from '../analysis/severities';
import { isModule } from '../derivation/moduleShape';
import type { Documents, OpenDocument } from '../documents';
import type { Logger } from '../environment';
import { printAttrPath } from '../nix/attrPath';
import type { ToldStrangers } from '../nix/valueQuestion';
import { likeliest } from '../similarNames';
import { unwrapped } from '../syntax/walk';
import { Listeners } from './listeners';
import type { ModuleOptions } from './moduleOptions';
import { isPlainName, writing } from './nearNames';
import { ScheduledChecks } from './scheduledChecks';
import type { ShownDocuments } from './shownDocuments';
import { settingsOfEvaluation, type WorkspaceState } from './workspaceState';

/** Definitions of one text that are asked about. */
const mostAsked = 500;

export interface OptionProblemsParts {
  readonly documents: Documents;
  readonly shown: ShownDocuments;
  readonly options: ModuleOptions;
  readonly state: WorkspaceState;
  readonly log: Logger;
}

interface Known {
  readonly document: OpenDocument;
  readonly findings: readonly Finding[];
}

export class OptionProblems {
  /** Told of each document of which more is known. */
  readonly changed = new Listeners<string>();
  private readonly known = new Map<string, Known>();
  private readonly checks: ScheduledChecks;
  /** One is asked about after the other: of those that wait most are edited again meanwhile. */
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly parts: OptionProblemsParts) {
    const { documents, state } = parts;
    this.checks = new ScheduledChecks(parts.shown);
    const all = () => {
      for (const document of documents.all()) this.schedule(document, 0);
    };
    documents.opened.add((document) => this.schedule(document, 0));
    documents.changed.add(({ document }) =>
      this.schedule(document, state.settingsOf(document.file).evaluation.debounceMs),
    );
    // Another module may declare what this one defines.
    documents.saved.add(all);
    state.changed.add((touched) => {
      for (const document of documents.all())
        if (touched(document.file, settingsOfEvaluation)) this.schedule(document, 0);
    });
    documents.closed.add(({ uri }) => {
      this.checks.cancel(uri);
      this.known.delete(uri);
    });
  }

  /** In order of position; of another version than the one that was asked about nothing is known. */
  of(document: OpenDocument): readonly Finding[] {
    const known = this.known.get(document.uri);
    if (known?.document !== document) return [];
    return withSeverities(known.findings, this.parts.state.settingsOf(document.file).checks.severity);
  }

  dispose(): void {
    this.checks.dispose();
  }

  private schedule(document: OpenDocument, delayMs: number): void {
    this.checks.schedule(document.uri, delayMs, (signal) => {
      this.turn = this.turn.then(() => (signal.aborted ? undefined : this.look(document, signal)));
      return this.turn;
    });
  }

  private async look(document: OpenDocument, signal: AbortSignal): Promise<void> {
    const { documents, log } = this.parts;
    const release = document.retain();
    try {
      const findings = await this.findingsIn(document);
      if (signal.aborted || !documents.isCurrent(document)) return;
      const isNews = findings.length > 0 || this.of(document).length > 0;
      this.known.set(document.uri, { document, findings });
      if (isNews) this.changed.fire(document.uri);
    } catch (error) {
      if (!signal.aborted) log.error(`Which options of ${document.uri} there are could not be told`, error);
    } finally {
      release();
    }
  }

  private async findingsIn(document: OpenDocument): Promise<readonly Finding[]> {
    const { root, faults } = document.tree;
    const { options } = this.parts;
    if (root === null || faults.length > 0) return [];
    if (!isModule(unwrapped(root)) && !options.isTaken(document)) return [];
    const asked = definitionsOf(root).slice(0, mostAsked);
    const told = await options.strangers(document, asked.map(surePath));
    return told === null ? [] : strangersIn(asked, told);
  }
}

/** As far as its names, and what options there are, are sure. */
function surePath({ names, sureOf }: Definition): readonly string[] {
  const unknown = names.findIndex(({ name }) => name === null);
  const end = Math.min(sureOf, unknown < 0 ? names.length : unknown);
  return names.slice(0, end).map(({ name }) => name ?? '');
}

/** How much of a path that leads nowhere tells that the text is about these options at all. */
const tellingDepth = 2;

/** What no set has, where at least one definition of the text is an option or nearly one: else it may be a module of something else. */
function strangersIn(asked: readonly Definition[], told: readonly ToldStrangers[]): readonly Finding[] {
  const [first, ...others] = told;
  const isTelling = ({ known, unknown }: ToldStrangers): boolean =>
    known.length > 0 || unknown.some(({ depth }) => depth >= tellingDepth);
  if (first === undefined || !told.some(isTelling)) return [];
  const found = new Map<number, Finding>();
  for (const one of first.unknown) {
    const all = [one, ...others.flatMap(({ unknown }) => unknown.filter(({ place }) => place === one.place))];
    if (all.length < told.length) continue;
    // Of several sets the one that has most of the path.
    const { place, depth, names } = all.reduce((most, each) => (each.depth > most.depth ? each : most));
    const definition = asked[place];
    const name = definition?.names[depth];
    if (definition === undefined || name?.name == null) continue;
    const path = definition.names.slice(0, depth).map((each) => each.name ?? '');
    found.set(name.span.start, strangerFinding(path, name.name, name.span, names));
  }
  return [...found.values()].sort((a, b) => a.span.start - b.span.start);
}

function strangerFinding(
  path: readonly string[],
  name: string,
  span: Finding['span'],
  names: readonly string[],
): Finding {
  const near = likeliest(name, names);
  const meant = near.map((one) => `\`${printAttrPath([...path, one])}'`);
  const [last] = meant.slice(-1);
  const list = meant.length > 1 ? `${meant.slice(0, -1).join(', ')} or ${last ?? ''}` : (last ?? '');
  const message = `The option \`${printAttrPath([...path, name])}' does not exist.${list === '' ? '' : `\nDid you mean ${list}?`}`;
  const fixes = near.filter(isPlainName).map((one) => writing(one, [span]));
  return finding('unknown-option', 'warning', span, message, { fixes });
}
