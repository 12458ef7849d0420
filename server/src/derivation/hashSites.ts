/** Where a text writes hashes. Pure. */
import type { Binding, Expression } from '../syntax/ast';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { walk } from '../syntax/walk';
import { readHash, type WrittenHash } from './hashText';
import { writtenValue } from './writtenValue';

/** An attribute that takes a hash, and the expression that says it. */
export interface HashSite {
  readonly attribute: string;
  readonly value: Expression;
  /** As it is written; null for a stand-in: `lib.fakeHash`, `""`. */
  readonly written: WrittenHash | null;
  /** The attributes beside it. */
  readonly siblings: readonly Binding[];
  readonly span: Span;
  /** How a hash is written there. */
  readonly form: Pick<WrittenHash, 'form' | 'prefix'>;
}

const hashAttribute =
  /^(?:hash|sha1|sha256|sha512|md5|narHash|outputHash|(?:vendor|cargo|npmDeps|\w*Deps|\w*)Hash|(?:vendor|cargo)Sha256)$/;

/** The hash of nothing, in a form that every attribute takes. */
export const zeroHash = `sha256-${Buffer.alloc(32).toString('base64')}`;

/** All attributes of the text that say a hash, literally or by a stand-in; found through `let`, `inherit`, defaults of arguments. */
export function hashSites({ text }: Pick<SyntaxTree, 'text'>, root: Expression): HashSite[] {
  const sites: HashSite[] = [];
  const add = (
    attribute: string | null,
    span: Span,
    value: Expression,
    siblings: readonly Binding[],
  ): void => {
    if (attribute === null || !hashAttribute.test(attribute)) return;
    const written = writtenValue(root, value);
    if (written === null) return;
    const literal = literalText(text, written);
    const isStandIn = literal === '' || isFakeHash(written);
    const hash = literal === null ? null : readHash(literal);
    if (isStandIn || hash !== null)
      sites.push({ attribute, value: written, written: hash, siblings, span, form: formOf(attribute, hash) });
  };
  walk(root, (expression) => {
    if (expression.kind === 'set' || expression.kind === 'letIn') {
      for (const binding of expression.bindings) {
        if (binding.kind === 'binding') {
          add(binding.path.names.at(-1)?.name ?? null, binding.span, binding.value, expression.bindings);
        } else if (binding.from === null) {
          for (const { name, span } of binding.names) {
            add(name, span, { kind: 'variable', span, name: name ?? '' }, expression.bindings);
          }
        }
      }
    }
    return true;
  });
  return sites;
}

/** The text of a literal without splices; null for anything else. */
export function literalText(text: string, value: Expression): string | null {
  if (value.kind !== 'string' || value.interpolations.length > 0) return null;
  return text.slice(value.content.start, value.content.end).trim();
}

/** `lib.fakeHash`, `pkgs.lib.fakeSha256`, `fakeSha512`. */
export function isFakeHash(value: Expression): boolean {
  const name =
    value.kind === 'variable' ? value.name : value.kind === 'select' ? value.path.names.at(-1)?.name : null;
  return /^fake(?:Hash|Sha256|Sha512)$/.test(name ?? '');
}

/** What is fetched by it is told by the source, which has to be there first. */
export function isOfDependencies({ attribute }: HashSite): boolean {
  return /^(?:vendor|cargo|npmDeps|\w+Deps)/.test(attribute);
}

/** Attributes that take nothing but the form `sha256-…`. */
const wantsSri = /^hash$|[a-z]Hash$/;

/** The form of the hash that stands there, where the attribute takes it; else SRI. */
export function formOf(attribute: string, written: WrittenHash | null): Pick<WrittenHash, 'form' | 'prefix'> {
  const demandsSri = wantsSri.test(attribute) && attribute !== 'outputHash';
  return demandsSri || written === null ? { form: 'sri', prefix: '' } : written;
}

/** The hash that the text says at a place: in an attribute's binding, or behind the name that it is given by. */
export function hashFormAt(
  { text, root }: Pick<SyntaxTree, 'text' | 'root'>,
  offset: number,
): HashSite | null {
  const covers = ({ start, end }: Span): boolean => start <= offset && offset <= end;
  const sites = root === null ? [] : hashSites({ text }, root);
  return sites.find(({ value }) => covers(value.span)) ?? sites.find(({ span }) => covers(span)) ?? null;
}
