/** Commands that a failure offers beside its edits: a kept directory to go on in, the refused part of a patch to look at. */
import {
  Position,
  Range,
  Uri,
  ViewColumn,
  window,
  workspace,
  type Disposable,
  type LogOutputChannel,
} from 'vscode';
import type { DerivationKey } from '../../../server/src/protocol/messages';
import type { Offer } from '../../../server/src/protocol/offers';
import type { LanguageServer } from '../languageServer';
import { registerCommand } from '../log';
import { commandArgument } from '../phases/phaseArgument';
import type { PhaseChooser } from '../phases/phaseChooser';
import type { Runs } from '../phases/runs';
import type { ServerState } from '../serverState';
import { candidates } from './rejectPlaces';
import { keptOffer, readOffer, type OfferOf } from './readOffer';

export interface OfferParts {
  readonly log: LogOutputChannel;
  readonly server: LanguageServer;
  readonly state: ServerState;
  readonly chooser: PhaseChooser;
  readonly runs: Runs;
}

const messageMs = 6000;

export function registerOfferCommands(parts: OfferParts): readonly Disposable[] {
  const { log, chooser } = parts;
  const register = (name: Offer['kind'], run: (key: DerivationKey, argument: unknown) => unknown) =>
    registerCommand(log, `phasewise.${name}`, async (...args) => {
      const argument = commandArgument(args);
      const key = await chooser.derivation(argument);
      return key === undefined ? null : run(key, argument);
    });
  return [
    register('goOnInKept', (key, argument) => goOn(parts, key, readOffer('goOnInKept', argument))),
    register('openReject', (key, argument) => openReject(parts, key, readOffer('openReject', argument))),
  ];
}

/** The kept directory becomes the session; one that Nix kept for somebody's own command is asked for. */
async function goOn({ state, runs }: OfferParts, key: DerivationKey, named: OfferOf<'goOnInKept'> | null) {
  const offer = named ?? keptOffer(state.activity(key)?.failure) ?? (await askForKept());
  if (offer === null) return null;
  const { folder, phase, drvPath } = offer;
  const adopt = { folder, phase, drvPath };
  const { uri, attr } = key;
  const result = await runs.run({ uri, attr, selection: 'none', phase: null, fresh: false, adopt });
  const at = phase === null ? '' : ` at ${phase}`;
  if (result !== null)
    window.setStatusBarMessage(`$(archive) The session stands in the kept directory${at}.`, messageMs);
  return result;
}

async function askForKept(): Promise<OfferOf<'goOnInKept'> | null> {
  const [folder] =
    (await window.showOpenDialog({
      ...{ canSelectFolders: true, canSelectFiles: false, title: 'Build Directory That Nix Kept' },
      ...{ openLabel: 'Go On Here', defaultUri: Uri.file('/tmp') },
    })) ?? [];
  if (folder === undefined) return null;
  return { kind: 'goOnInKept', folder: folder.fsPath, phase: null, drvPath: null };
}

/** Both are in the session's build directory: where they are not, the phase has to run there. */
async function openReject(
  parts: OfferParts,
  key: DerivationKey,
  offer: OfferOf<'openReject'> | null,
): Promise<readonly string[] | null> {
  if (offer === null) return null;
  const { phase } = offer;
  const found = await findReject(parts, key, offer);
  if (found !== null) return show(found, offer);
  const run = phase === null ? 'Run All Phases' : `Run ${phase}`;
  const words = `${offer.reject} is in no session: in a real build it went with the build directory.`;
  if ((await window.showInformationMessage(words, run)) !== run) return null;
  const selection = phase === null ? ('all' as const) : ('until' as const);
  await parts.runs.run({ ...key, selection, phase, fresh: false });
  const again = await findReject(parts, key, offer);
  return again === null ? null : show(again, offer);
}

interface FoundReject {
  readonly file: Uri;
  readonly reject: Uri;
}

async function findReject(
  { server }: OfferParts,
  { uri, attr }: DerivationKey,
  { file, reject }: OfferOf<'openReject'>,
): Promise<FoundReject | null> {
  const { directory } = await server.ask((requests) => requests.buildDirectory({ uri, attr }));
  if (directory === null) return null;
  for (const folder of await candidates(directory.folder)) {
    const [one, other] = [file, reject].map((path) => Uri.joinPath(Uri.file(folder), path));
    if (one !== undefined && other !== undefined && (await isThere(one)) && (await isThere(other)))
      return { file: one, reject: other };
  }
  return null;
}

async function isThere(uri: Uri): Promise<boolean> {
  return workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}

async function show(
  { file, reject }: FoundReject,
  { line }: OfferOf<'openReject'>,
): Promise<readonly string[]> {
  const at = new Position(Math.max(0, (line ?? 1) - 1), 0);
  const selection = new Range(at, at);
  await window.showTextDocument(file, { viewColumn: ViewColumn.Active, preview: false, selection });
  const beside = { viewColumn: ViewColumn.Beside, preview: false, preserveFocus: true };
  await window.showTextDocument(reject, beside);
  return [file.fsPath, reject.fsPath];
}
