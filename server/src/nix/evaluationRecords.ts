/** The records that `expressions/derivations.nix` emits, read with distrust: the text comes from an evaluation. */
import type { EvaluatedDerivation, NixPosition } from './nix';
import { printAttrPath } from './attrPath';
import type { PlaceMap } from './evaluationFailure';
import { isJsonObject, parseJsonObject, type JsonObject } from '../json';

export type EvaluationRecord =
  | { readonly type: 'source'; readonly folder: string }
  | { readonly type: 'value'; readonly kind: 'derivation' | 'set' | 'other' }
  /** The set that the file is called from has a value. */
  | { readonly type: 'entryKnown' }
  | { readonly type: 'entry'; readonly path: readonly string[] }
  | { readonly type: 'begin'; readonly path: readonly string[] }
  | { readonly type: 'failed'; readonly path: readonly string[] }
  | { readonly type: 'cut' }
  | { readonly type: 'derivation'; readonly json: JsonObject }
  | { readonly type: 'stopped'; readonly reason: Stop };

/** Why there is no value to look at. */
export type Stop =
  | { readonly kind: 'function' }
  | { readonly kind: 'entry' }
  /** Names that neither the set nor the call, as it is written, gives. */
  | { readonly kind: 'open'; readonly missing: readonly string[] }
  | {
      readonly kind: 'arguments';
      readonly missing: readonly string[];
      /** Names of the set, some of which may be meant. */
      readonly candidates: readonly string[];
      readonly nixpkgs: boolean;
      /** Whoever calls the file was asked. */
      readonly certain: boolean;
    }
  | {
      readonly kind: 'attribute';
      readonly attribute: string;
      readonly path: readonly string[];
      readonly candidates: readonly string[];
    };

/** Null when the text is no record: cut off by the line limit, or a user's own trace that begins like ours. */
export function decodeRecord(text: string): EvaluationRecord | null {
  const json = parseJsonObject(text);
  if (json === null) return null;
  if (typeof json['stopped'] === 'string') {
    const reason = toStop(json['stopped'], json);
    return reason === null ? null : { type: 'stopped', reason };
  }
  switch (json['type']) {
    case 'source':
      return { type: 'source', folder: textOf(json['folder']) };
    case 'value': {
      const kind = json['kind'];
      return kind === 'derivation' || kind === 'set' || kind === 'other' ? { type: 'value', kind } : null;
    }
    case 'entryKnown':
      return { type: 'entryKnown' };
    case 'entry':
      return { type: 'entry', path: textsOf(json['path']) };
    case 'begin':
      return { type: 'begin', path: textsOf(json['path']) };
    case 'failed':
      return { type: 'failed', path: textsOf(json['path']) };
    case 'cut':
      return { type: 'cut' };
    case 'derivation':
      return { type: 'derivation', json };
    default:
      return null;
  }
}

function toStop(stopped: string, json: JsonObject): Stop | null {
  switch (stopped) {
    case 'function':
      return { kind: 'function' };
    case 'entry':
      return { kind: stopped };
    case 'open':
      return { kind: stopped, missing: textsOf(json['missing']) };
    case 'arguments':
      return {
        kind: 'arguments',
        missing: textsOf(json['missing']),
        candidates: textsOf(json['candidates']),
        nixpkgs: json['nixpkgs'] === true,
        certain: json['certain'] === true,
      };
    case 'attribute':
      return {
        kind: 'attribute',
        attribute: textOf(json['attribute']),
        path: textsOf(json['path']),
        candidates: textsOf(json['candidates']),
      };
    default:
      return null;
  }
}

/** The derivation of a record, its places mapped to the user's files. */
export function toDerivation(json: JsonObject, storeDir: string, mapPlace: PlaceMap): EvaluatedDerivation {
  const attributes = isJsonObject(json['attributes']) ? json['attributes'] : {};
  const outputs: readonly unknown[] = Array.isArray(json['outputs']) ? json['outputs'] : [];
  const place = (value: unknown) => {
    const position = toPosition(value);
    return position === null ? null : mapPlace(position);
  };
  return {
    attr: printAttrPath(textsOf(json['path'])),
    name: textOf(json['name']),
    system: textOf(json['system']),
    drvPath: textOf(json['drvPath']),
    outputs: Object.fromEntries(
      outputs.filter(isJsonObject).map((output) => {
        const path = textOf(output['path']);
        return [textOf(output['name']), path.startsWith(`${storeDir}/`) ? path : null] as const;
      }),
    ),
    position: place(json['position']) ?? place(metaPosition(json['metaPosition'])),
    attributePositions: Object.fromEntries(
      Object.entries(attributes).flatMap(([name, value]) => {
        const position = place(value);
        return position === null ? [] : [[name, position] as const];
      }),
    ),
  };
}

/** nixpkgs writes `FILE:LINE`. */
export function metaPosition(value: unknown): JsonObject | null {
  const parts = typeof value === 'string' ? /^(.+):(\d+)$/.exec(value) : null;
  return parts === null ? null : { file: parts[1], line: Number(parts[2]), column: 1 };
}

export function toPosition(value: unknown): NixPosition | null {
  if (!isJsonObject(value)) return null;
  const { file, line, column } = value;
  if (typeof file !== 'string' || !file.startsWith('/') || file.includes('\n')) return null;
  if (typeof line !== 'number' || typeof column !== 'number' || line < 1) return null;
  return { file, line, column: Math.max(column, 1) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}
