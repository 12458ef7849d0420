/** A value of Nix as a debug client shows it: what is asked of the debugger, and its answer read. Pure. */
import { nixString } from '../../nixString';
import { parseJsonObject, type JsonObject } from '../../json';

export interface DescribedValue {
  readonly type: string;
  /** In one line. */
  readonly text: string;
  /** Of a set its names, of a list its length. */
  readonly names: readonly string[];
  readonly length: number;
}

/** Names of a set beyond these are counted, not shown. */
export const mostNames = 2000;
const longestText = 1000;

const describer = `value: let
  inherit (builtins) attrNames elemAt functionArgs genList isAttrs length stringLength substring toJSON typeOf;
  type = typeOf value;
  plain = builtins.unsafeDiscardStringContext;
  first = count: list: if length list <= count then list else genList (elemAt list) count;
  cut = text: if stringLength text <= ${longestText} then text else substring 0 ${longestText} text + "…";
in toJSON ({ inherit type; } // (
  if isAttrs value then { count = length (attrNames value); names = first ${mostNames} (attrNames value); }
    // (if value ? type && value.type == "derivation" then { name = plain value.name or ""; } else { })
  else if type == "list" then { length = length value; }
  else if type == "lambda" then { arguments = functionArgs value; }
  else if type == "string" then { text = cut (plain value); size = stringLength value; }
  else if type == "path" then { text = toString value; }
  else { text = toJSON value; }
))`.replaceAll(/\s*\n\s*/g, ' ');

/** An expression whose value is the description of another's, as JSON. What is in a set or list is not evaluated. */
export function describing(expression: string): string {
  // A comment at its end ends with the line.
  return `(${describer}) (${expression}\n)`;
}

/** What the debugger answered; null when it is not what was asked for. */
export function readDescription(json: string): DescribedValue | null {
  const value = parseJsonObject(json);
  if (value === null || typeof value['type'] !== 'string') return null;
  const names = Array.isArray(value['names']) ? value['names'].map(String) : [];
  const length = typeof value['length'] === 'number' ? value['length'] : 0;
  return { type: value['type'], text: textOf(value), names, length };
}

function textOf(value: JsonObject): string {
  const text = typeof value['text'] === 'string' ? value['text'] : '';
  switch (value['type']) {
    case 'set':
      if (typeof value['name'] === 'string') return `«derivation ${value['name']}»`;
      return value['count'] === 0 ? '{ }' : `{ ${String(value['count'])} attributes }`;
    case 'list':
      return value['length'] === 0 ? '[ ]' : `[ ${String(value['length'])} elements ]`;
    case 'lambda':
      return `«function${argumentsOf(value['arguments'])}»`;
    case 'string':
      return JSON.stringify(text);
    default:
      return text;
  }
}

function argumentsOf(formals: unknown): string {
  const names = Object.entries(typeof formals === 'object' ? (formals ?? {}) : {});
  if (names.length === 0) return '';
  return ` { ${names.map(([name, hasDefault]) => (hasDefault === true ? `${name}?` : name)).join(', ')} }`;
}

/** The expression for a member of a set, or an element of a list. */
export function memberOf(expression: string, name: string): string {
  return `(${expression}).${nixString(name)}`;
}

export function elementOf(expression: string, index: number): string {
  return `builtins.elemAt (${expression}) ${index}`;
}
