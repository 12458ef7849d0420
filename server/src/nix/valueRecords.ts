/** The records that `expressions/values.nix` emits, read with distrust: the text comes from an evaluation. */
import { metaPosition, toPosition } from './evaluationRecords';
import type { NixPosition } from './nix';
import type {
  ToldDerivation,
  ToldFormal,
  ToldFunction,
  ToldOption,
  ToldStrangers,
  ToldValue,
  ValueAnswer,
} from './valueQuestion';
import { isJsonObject, parseJsonObject, type JsonObject } from '../json';

/** Whether a place is of a text that was written for the question. */
type IsOwn = (file: string) => boolean;

export class ValueRecords {
  private names: string[] | null = null;
  private readonly known: number[] = [];
  private readonly unknown: ToldStrangers['unknown'][number][] = [];
  private fields: JsonObject = {};
  private error: string | null = null;

  constructor(private readonly isOwn: IsOwn) {}

  /** A text without its tag. */
  take(text: string): void {
    const json = parseJsonObject(text);
    if (json?.['type'] === 'names') (this.names ??= []).push(...textsOf(json['names']));
    else if (json?.['type'] === 'known') this.known.push(numberOf(json['number']) ?? -1);
    else if (json?.['type'] === 'stranger') {
      const [place, depth] = [numberOf(json['number']) ?? -1, numberOf(json['depth']) ?? 0];
      this.unknown.push({ place, depth, names: textsOf(json['names']) });
    } else if (json?.['type'] === 'field' && isJsonObject(json['field'])) {
      this.fields = { ...this.fields, ...json['field'] };
    }
  }

  failed(message: string): void {
    this.error = message;
  }

  answer(): ValueAnswer {
    return {
      ...(this.names === null ? {} : { names: this.names }),
      ...(typeof this.fields['kind'] === 'string' ? { value: this.value(this.fields['kind']) } : {}),
      ...(this.fields['hasOptions'] === true ? { hasOptions: true } : {}),
      ...(this.fields['option'] === true ? { option: this.option() } : {}),
      ...(this.known.length + this.unknown.length === 0
        ? {}
        : { strangers: { known: this.known, unknown: this.unknown } }),
      ...(this.error === null ? {} : { error: this.error }),
    };
  }

  private value(kind: string): ToldValue {
    const { fields } = this;
    return {
      kind,
      attribute: textOf(fields['attribute']),
      place: this.place(fields['place']),
      derivation: fields['derivation'] === true ? this.derivation() : null,
      function: fields['function'] === true ? this.function() : null,
      shown: textOf(fields['shown']),
      count: numberOf(fields['count']),
    };
  }

  private derivation(): ToldDerivation {
    const { fields } = this;
    const paths = isJsonObject(fields['paths']) ? Object.entries(fields['paths']) : [];
    return {
      name: textOf(fields['name']),
      version: textOf(fields['version']),
      system: textOf(fields['system']),
      outputs: textsOf(fields['outputs']),
      place: this.packagePlace(),
      description: textOf(fields['description']),
      homepage: textOf(fields['homepage']),
      licenses: textsOf(fields['licenses']),
      platforms: textsOf(fields['platforms']),
      platformCount: numberOf(fields['platformCount']) ?? 0,
      supported: fields['supported'] !== false,
      broken: fields['broken'] === true,
      insecure: fields['insecure'] === true,
      mainProgram: textOf(fields['mainProgram']),
      drvPath: textOf(fields['drvPath']),
      paths: Object.fromEntries(
        paths.filter((entry): entry is [string, string] => textOf(entry[1]) !== null),
      ),
    };
  }

  /** `meta.position` names the line where something of the package's is written; a helper's file is not the package's. */
  private packagePlace(): NixPosition | null {
    const { fields } = this;
    const [called, written] = [this.place(fields['called']), this.place(fields['written'])];
    const told = this.place(metaPosition(fields['metaPosition']));
    if (called === null) return written ?? told;
    const ofFile = [written, told].find((one) => one?.file === called.file);
    return ofFile ?? called;
  }

  private option(): ToldOption {
    const { fields } = this;
    const declarations: readonly unknown[] = Array.isArray(fields['declarations'])
      ? fields['declarations']
      : [];
    return {
      count: fields['isSet'] === true ? (numberOf(fields['count']) ?? 0) : null,
      type: textOf(fields['type']),
      description: textOf(fields['description']),
      default: textOf(fields['default']),
      example: textOf(fields['example']),
      readOnly: fields['readOnly'] === true,
      internal: fields['internal'] === true,
      declarations: declarations.map((one) => this.place(one)).filter((one) => one !== null),
      values: textsOf(fields['values']),
      takesSet: fields['takesSet'] === true,
    };
  }

  private function(): ToldFunction {
    const { fields } = this;
    const formals: readonly unknown[] = Array.isArray(fields['formals']) ? fields['formals'] : [];
    return {
      formals: formals.filter(isJsonObject).flatMap((one): readonly ToldFormal[] => {
        const name = textOf(one['name']);
        const optional = one['optional'] === true;
        return name === null ? [] : [{ name, optional, place: this.place(one['place']) }];
      }),
      ellipsis: fields['ellipsis'] === true,
      argument: textOf(fields['argument']),
    };
  }

  private place(value: unknown): NixPosition | null {
    const position = toPosition(value);
    return position === null || position.file === null || this.isOwn(position.file) ? null : position;
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
