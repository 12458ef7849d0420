/** Selected JSON as Nix. */
import { indentationAt } from '../../syntax/layout';
import type { SyntaxTree } from '../../syntax/syntaxTree';
import type { Span } from '../../syntax/syntaxTree';
import { checkedName } from '../rename';
import type { Offer } from './assist';
import { nixString } from '../../nixString';

/** None when what is selected is no JSON object or list, or reads the same in Nix. The text around need not parse. */
export function jsonToNix({ text }: SyntaxTree, { start, end }: Span): readonly Offer[] {
  const written = text.slice(start, end);
  if (!/^\s*[[{]/.test(written) || !/[,:]/.test(written)) return [];
  const value = parsed(written);
  if (value === undefined || typeof value !== 'object' || value === null) return [];
  const newText = nixOf(value, indentationAt(text, start));
  return [{ title: 'Convert JSON to Nix', kind: 'rewrite', edits: [{ start, end, newText }] }];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Most selections are none.
    return undefined;
  }
}

function nixOf(value: unknown, indentation: string): string {
  if (typeof value === 'string') return nixString(value);
  if (typeof value === 'number') return numberOf(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  const inner = `${indentation}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[ ]';
    const items = value.map(
      (item: unknown) => `${inner}${isNegative(item) ? `(${nixOf(item, inner)})` : nixOf(item, inner)}`,
    );
    return `[\n${items.join('\n')}\n${indentation}]`;
  }
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  if (entries.length === 0) return '{ }';
  const bindings = entries.map(([name, item]) => {
    return `${inner}${checkedName(name).ok ? name : nixString(name)} = ${nixOf(item, inner)};`;
  });
  return `{\n${bindings.join('\n')}\n${indentation}}`;
}

function isNegative(value: unknown): boolean {
  return typeof value === 'number' && (value < 0 || Object.is(value, -0));
}

/** Nix's floats have a point. */
function numberOf(value: number): string {
  const written = String(value);
  return /^-?\d+e/.test(written) ? written.replace('e', '.0e') : written;
}
