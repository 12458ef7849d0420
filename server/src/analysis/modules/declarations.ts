/** What a module that is being written declares, as a module of its own: as much as is whole, whatever the rest of the text is like. Pure. */
import { basename, dirname } from 'node:path';
import type { Binding, Expression } from '../../syntax/ast';
import { absolutePaths } from '../../syntax/pathLiterals';
import type { Span, SyntaxTree } from '../../syntax/syntaxTree';

/** Parts of a module that tell which options there are. */
const telling = new Set(['options', 'imports', 'freeformType']);

/**
 * A closed text, whose paths are those of the file, for a module with the declarations and imports of this one; null when the text declares
 * nothing that is whole.
 */
export function declarationsText(
  { root, text }: Pick<SyntaxTree, 'root' | 'text'>,
  file: string,
  parse: (text: string) => SyntaxTree,
): string | null {
  const whole = root === null ? null : new Writer(text, parse).module(root);
  if (whole === null) return null;
  const tree = parse(whole);
  try {
    return tree.faults.length > 0 ? null : absolutePaths(tree, dirname(file), basename(file)).text;
  } finally {
    tree.dispose();
  }
}

class Writer {
  constructor(
    private readonly text: string,
    private readonly parse: (text: string) => SyntaxTree,
  ) {}

  /** Functions and names around stay as they are written. */
  module(expression: Expression): string | null {
    const { kind, span } = expression;
    if (kind === 'parenthesized') return this.module(expression.expression);
    if (kind === 'function' || kind === 'with' || kind === 'assert') {
      const body = this.module(expression.body);
      return body === null
        ? null
        : `${this.slice({ start: span.start, end: expression.body.span.start })}${body}`;
    }
    if (kind === 'letIn') {
      const body = this.module(expression.body);
      return body === null ? null : `let\n${this.written(expression.bindings)}\nin\n${body}`;
    }
    if (kind !== 'set') return null;
    const parts = this.written(expression.bindings.filter((binding) => telling.has(firstName(binding))));
    return parts === '' ? null : `{\n${parts}\n}\n`;
  }

  private written(bindings: readonly Binding[]): string {
    return bindings
      .map(({ span }) => this.slice(span))
      .filter((one) => this.isWhole(one))
      .join('\n');
  }

  private isWhole(binding: string): boolean {
    const tree = this.parse(`{ ${binding}\n}`);
    const { faults } = tree;
    tree.dispose();
    return faults.length === 0;
  }

  private slice({ start, end }: Span): string {
    return this.text.slice(start, end);
  }
}

function firstName(binding: Binding): string {
  return binding.kind === 'binding' ? (binding.path.names[0]?.name ?? '') : '';
}
