/** What a file is, and through which set it is evaluated. */
import { NotificationType, RequestType } from 'vscode-languageserver-protocol';

/** How a file is evaluated where it does not stand alone. */
export interface EntryTold {
  /** Of the file that gives the set, relative to the told file's folder. */
  readonly file: string;
  /** Attribute of the set; empty when only the set is known. */
  readonly attr: string;
  /** Who says so: the file's own comment, the settings, or the files that call it. */
  readonly from: 'comment' | 'setting' | 'found';
  /** False when it was tried and did not serve: the file was evaluated as it stands. */
  readonly serves: boolean;
}

export interface FileKindParams {
  readonly uri: string;
  readonly kind:
    'module' | 'flake' | 'package' | 'derivations' | 'overlay' | 'shell' | 'library' | 'expression';
  /** Of a module, the system that it is for; absent where nothing tells. */
  readonly system?: 'nixos' | 'home-manager' | 'nix-darwin';
  readonly entry: EntryTold | null;
  /** Arguments that its function needs and nobody gives; absent for none. */
  readonly missing?: readonly string[];
}
/** Server to client, for each open Nix file, when it is known and when it changes. */
export const fileKindNotification = new NotificationType<FileKindParams>('phasewise/fileKind');

export interface EntryChoices {
  /** The file's name in `phasewise.evaluation.entries` and `.arguments`. */
  readonly name: string;
  /** The file's own comment, which comes before the settings; null when it has none. */
  readonly comment: string | null;
  /** Values of the setting that make sense, the likeliest first. */
  readonly choices: readonly string[];
}
/** Client to server: how this file may be evaluated; null when there is no such file. */
export const entriesRequest = new RequestType<{ readonly uri: string }, EntryChoices | null, void>(
  'phasewise/entries',
);
