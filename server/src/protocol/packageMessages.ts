/** New packages, and the message that asks for one. Listed for readers in `docs/protocol.md`. */
import { RequestType } from 'vscode-languageserver-protocol';

export interface NewPackageParams {
  /** A URL, or the absolute path of a folder or archive. */
  readonly source: string;
  /** Absolute path of the folder that the text will be in. */
  readonly folder: string;
}

export interface NewPackage {
  readonly text: string;
  readonly name: string;
  readonly version: string;
  /** What builds it, for people; null where that was not found out. */
  readonly builder: string | null;
  /** Sentences on what is left to do. */
  readonly notes: readonly string[];
}

/** Client to server; cancelling ends the fetching. An error where the source cannot be had, or nothing may be fetched. */
export const newPackageRequest = new RequestType<NewPackageParams, NewPackage | null, void>(
  'phasewise/newPackage',
);
