/** What Nix's parser refuses although its grammar fits. */
import type { AttributeName, Binding, Expression } from './ast';
import { AttributeTable } from './exact/attributeTable';
import type { MeaningRefusal } from './exact/reductions';
import type { Span } from './syntaxTree';

/** What Nix's parser refuses in this node although the grammar fits. */
export function meaningRefusals(node: Expression | Binding): readonly MeaningRefusal[] {
  if (node.kind === 'set') return duplicates(node.bindings);
  if (node.kind === 'letIn') return [...duplicates(node.bindings), ...dynamicNames(node.bindings)];
  return node.kind === 'function' ? duplicateFormals(node) : none;
}

const none: readonly MeaningRefusal[] = [];

/** Most sets name each attribute once; only others are looked at closely. */
function duplicates(bindings: readonly Binding[]): readonly MeaningRefusal[] {
  if (bindings.length < 2 && bindings[0]?.kind !== 'inherit') return none;
  const seen = new Set<string>();
  let count = 0;
  const note = (name: string | null | undefined): void => {
    if (name === null || name === undefined) return;
    seen.add(name);
    count++;
  };
  for (const binding of bindings) {
    if (binding.kind === 'binding') note(binding.path.names[0]?.name);
    else for (const { name } of binding.names) note(name);
  }
  return seen.size < count ? duplicatesAmong(bindings) : none;
}

function duplicatesAmong(bindings: readonly Binding[]): readonly MeaningRefusal[] {
  const found: MeaningRefusal[] = [];
  tableOf(bindings, (refusal) => found.push(refusal));
  return found;
}

function tableOf(bindings: readonly Binding[], onRefusal: (refusal: MeaningRefusal) => void): AttributeTable {
  const table = new AttributeTable();
  for (const binding of bindings) {
    const duplicate =
      binding.kind === 'binding'
        ? table.bind(binding.path.names, nestedTable(binding.value))
        : table.inherit(binding.names);
    if (duplicate !== null) onRefusal({ kind: 'duplicateAttribute', ...duplicate });
  }
  return table;
}

/** The table of a set that is written out; what is wrong within it was told when it was looked at itself. */
function nestedTable(value: Expression): AttributeTable | null {
  let inner = value;
  while (inner.kind === 'parenthesized') inner = inner.expression;
  return inner.kind === 'set' && inner.form !== 'let' ? tableOf(inner.bindings, () => undefined) : null;
}

function dynamicNames(bindings: readonly Binding[]): readonly MeaningRefusal[] {
  for (const binding of bindings) {
    const first: AttributeName | undefined = binding.kind === 'binding' ? binding.path.names[0] : undefined;
    if (first?.name === null) return [{ kind: 'dynamicLet', span: first.span }];
  }
  return none;
}

function duplicateFormals({
  argument,
  formals,
}: Extract<Expression, { kind: 'function' }>): readonly MeaningRefusal[] {
  if (formals === null) return none;
  const seen = new Map<string, Span>();
  const names = formals.formals.map(({ name }) => name);
  for (const { name, span } of argument === null ? names : [...names, argument]) {
    const previous = seen.get(name);
    if (previous !== undefined) return [{ kind: 'duplicateFormal', name, span, previous }];
    seen.set(name, span);
  }
  return none;
}
