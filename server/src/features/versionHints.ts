/** The versions of packages in lists, as hints beside their names. */
import type { InlayHint } from 'vscode-languageserver/node';
import { askedExpression } from '../analysis/slices/asked';
import { overlaps } from '../analysis/semanticTokens';
import type { OpenDocument } from '../documents';
import type { Expression } from '../syntax/ast';
import { stepsThrough } from '../syntax/nodes';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import type { ValueAnswers } from './valueAnswers';

/** What is not known by then comes with a second look. */
const patienceMs = 600;
const againMs = 1500;
/** On one screen there are not more. */
const mostPackages = 80;

export class VersionHints {
  private again: NodeJS.Timeout | null = null;

  constructor(
    private readonly values: ValueAnswers,
    /** Lets the editor ask anew. */
    private readonly refresh: () => void,
  ) {}

  async of(document: OpenDocument, part: Span): Promise<readonly InlayHint[]> {
    const { tree } = document;
    const sets = await this.values.setsOf(document, patienceMs);
    if (sets === 'late') this.askAgain();
    if (sets === undefined || sets === 'late') return [];
    const told = await Promise.all(
      namedInLists(tree, part).map(async ({ span }) => {
        const places = askedExpression(tree, span, sets)?.places ?? [];
        return { span, answer: await this.values.ask(document, places, 'version', patienceMs) };
      }),
    );
    if (told.some(({ answer }) => answer === 'late')) this.askAgain();
    return told.flatMap(({ span, answer }) => {
      const version =
        answer === null || answer === 'late' ? null : (answer.value?.derivation?.version ?? null);
      return version === null ? [] : [hint(tree, span, version)];
    });
  }

  private askAgain(): void {
    this.again ??= setTimeout(() => {
      this.again = null;
      this.refresh();
    }, againMs);
    this.again.unref();
  }
}

function hint({ lines }: SyntaxTree, { end }: Span, label: string): InlayHint {
  return { position: lines.positionAt(end), label, paddingLeft: true };
}

/** Elements of lists that are names or attributes. */
function namedInLists({ root }: SyntaxTree, part: Span): readonly Expression[] {
  const found: Expression[] = [];
  for (const { node } of stepsThrough(root, ({ span }) => overlaps(span, part))) {
    if (node.kind !== 'list') continue;
    found.push(...node.elements.filter((one) => isNamed(one) && overlaps(one.span, part)));
    if (found.length >= mostPackages) break;
  }
  return found.slice(0, mostPackages);
}

function isNamed({ kind }: Expression): boolean {
  return kind === 'variable' || kind === 'select';
}
