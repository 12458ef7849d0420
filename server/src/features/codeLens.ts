/**
 * `textDocument/codeLens`: run and build above each derivation, run above each phase and hook that is written here. Where
 * Nix is missing, only what does not run: the status says what to do.
 */
import { CodeLensRefreshRequest } from 'vscode-languageserver/node';
import type { CodeLens, CodeLensParams, Connection } from 'vscode-languageserver/node';
import type { Documents } from '../documents';
import type { Logger } from '../environment';
import type { Derivation, Range } from '../protocol/model';
import type { Drawings } from './drawings';
import { writtenPhases } from './drawnPlaces';
import type { NamedPlace } from './drawnPlaces';
import { requestHandler } from './handler';
import { quietly } from './outgoing';
import type { PhaseStates } from './phaseStates';
import type { StatusReporter } from './status';
import type { WorkspaceState } from './workspaceState';

export interface CodeLensParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly drawings: Drawings;
  readonly phaseStates: PhaseStates;
  readonly state: WorkspaceState;
  readonly status: StatusReporter;
  readonly log: Logger;
  /** Whether the client can be told to ask for lenses again. */
  readonly refreshes: boolean;
}

export function registerCodeLens(parts: CodeLensParts): void {
  const { connection, documents, drawings, phaseStates, state, status, log } = parts;
  connection.onCodeLens(
    requestHandler<CodeLensParams, CodeLens[]>(log, [], ({ textDocument: { uri } }) => {
      const document = documents.get(uri);
      if (document === null || !state.trusted || !state.settingsOf(document.file).codeLens.enable) return [];
      const all = lenses(parts, uri, document.file);
      return status.isMissing(document.file) ? all.filter(({ command }) => command?.command === '') : all;
    }),
  );
  if (!parts.refreshes) return;
  const refresh = createRefresh(connection);
  drawings.changed.add(refresh);
  phaseStates.changed.add(refresh);
  status.changed.add(refresh);
}

/** Asks the client at most a few times a second: drawings and phases come in bursts. */
function createRefresh(connection: Connection): () => void {
  let timer: NodeJS.Timeout | null = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      void quietly(() => connection.sendRequest(CodeLensRefreshRequest.type));
    }, 150).unref();
  };
}

function lenses(parts: CodeLensParts, uri: string, file: string): CodeLens[] {
  const derivations = parts.drawings.of(uri);
  const shared = new Set<string>();
  const seen = new Set<string>();
  for (const { range } of derivations) {
    const place = JSON.stringify(range);
    if (seen.has(place)) shared.add(place);
    seen.add(place);
  }
  return derivations.flatMap((derivation) => {
    const suffix = shared.has(JSON.stringify(derivation.range)) ? ` ${derivation.attr}` : '';
    const places = writtenPhases(derivation, file);
    return [
      ...derivationLenses(derivation, uri, file, suffix),
      ...places.map((place) => phaseLens(parts, uri, place, place.range, suffix)),
    ];
  });
}

function derivationLenses(derivation: Derivation, uri: string, file: string, suffix: string): CodeLens[] {
  const { attr, range } = derivation;
  if (derivation.file !== file || range === null) return [];
  const argument = { uri, attr, phase: null };
  return [
    lens(range, `▶ Run all phases${suffix}`, 'phasewise.run', argument),
    lens(range, `Build${suffix}`, 'phasewise.build', argument),
  ];
}

function phaseLens(
  { phaseStates }: CodeLensParts,
  uri: string,
  { derivation, phase }: NamedPlace,
  range: Range,
  suffix: string,
): CodeLens {
  const { attr } = derivation;
  if (!phase.runs) {
    const reason = phase.skipReason === null ? '' : `: ${phase.skipReason}`;
    return lens(range, `${phase.name} does not run${reason}`, '', null);
  }
  const state = phaseStates.of({ uri, attr }, phase.name);
  // The time stands beside the text, in the editor's own mark.
  const mark = state === null ? '' : marks[state.status];
  return lens(range, `▶ ${phase.name}${suffix}${mark}`, 'phasewise.run', { uri, attr, phase: phase.name });
}

const marks = { running: ' …', ok: ' ✓', failed: ' ✗', skipped: ' skipped', cancelled: ' stopped' };

interface LensArgument {
  readonly uri: string;
  readonly attr: string;
  readonly phase: string | null;
}

function lens(range: Range, title: string, command: string, argument: LensArgument | null): CodeLens {
  return { range, command: { title, command, arguments: argument === null ? undefined : [argument] } };
}
