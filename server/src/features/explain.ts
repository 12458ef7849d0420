/** `phasewise/explain`: the value of an expression, or what it means and which names are in scope there. */
import type { Connection } from 'vscode-languageserver/node';
import { expressionWords } from '../analysis/expressionWords';
import { askedExpression, type AskedExpression } from '../analysis/slices/asked';
import type { PackageSets } from '../analysis/slices/packageSets';
import { scopesAt } from '../analysis/slices/scopes';
import type { Documents, OpenDocument } from '../documents';
import type { Logger } from '../environment';
import type { ValueAnswer } from '../nix/valueQuestion';
import { explainRequest, type ExplainAnswer, type ExplainParams } from '../protocol/valueMessages';
import type { Problem } from '../result';
import { requestHandler } from './handler';
import { problemError } from './problemError';
import { scopeLine } from './scopeText';
import type { ValueAnswers } from './valueAnswers';
import { detailOf, fenced, valueMarkdown } from './valueText';

/** Somebody waits for it. */
const patienceMs = 20_000;
const namesMs = 5000;
const longestTitle = 60;
const mostScopes = 40;

export interface ExplainParts {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly values: ValueAnswers;
  readonly log: Logger;
}

export function registerExplain({ connection, documents, values, log }: ExplainParts): void {
  const none: ExplainAnswer = { title: '', text: '' };
  connection.onRequest(
    explainRequest,
    requestHandler<ExplainParams, ExplainAnswer>(log, none, async ({ uri, range, about }) => {
      const document = documents.get(uri);
      if (document === null) throw problemError(nothingHere);
      const release = document.retain();
      try {
        const { lines } = document.tree;
        const span = { start: lines.offsetAt(range.start), end: lines.offsetAt(range.end) };
        const told = await values.setsOf(document, patienceMs);
        const sets = told === 'late' ? undefined : told;
        if (about === 'value' && sets === undefined) throw problemError(notEvaluated);
        const asked = askedExpression(document.tree, span, sets ?? { callers: [], packages: '{ }' });
        if (asked === null) throw problemError(nothingHere);
        const of = { values, document, asked, sets };
        return { title: titleOf(of), text: about === 'value' ? await valuePage(of) : await meaningPage(of) };
      } finally {
        release();
      }
    }),
  );
}

interface Explained {
  readonly values: ValueAnswers;
  readonly document: OpenDocument;
  readonly asked: AskedExpression;
  readonly sets: PackageSets | undefined;
}

function titleOf({ document, asked: { span } }: Pick<Explained, 'document' | 'asked'>): string {
  const written = document.tree.text.slice(span.start, span.end).replace(/\s+/g, ' ');
  return written.length > longestTitle ? `${written.slice(0, longestTitle)}…` : written;
}

/** Nix, with a comment on what it is. */
async function valuePage(of: Explained): Promise<string> {
  const { values, document, asked } = of;
  const told = await values.ask(document, asked.places, 'whole', patienceMs);
  return `# ${titleOf(of)}\n${valueText(told)}\n`;
}

function valueText(told: ValueAnswer | null | 'late'): string {
  if (told === 'late') return '# The evaluation takes long; ask again.';
  if (told === null) return '# What it depends on is known only where it is called.';
  const { value, error } = told;
  const failed = error === undefined ? [] : error.split('\n').map((line) => `# ${line}`);
  if (value === undefined)
    return [...failed, ...(failed.length === 0 ? ['# It has no value here.'] : [])].join('\n');
  const { derivation, shown } = value;
  if (derivation !== null) {
    const { name, version, drvPath, paths } = derivation;
    const rows = Object.entries({ name, version, drvPath, ...paths }).flatMap(([key, text]) =>
      text === null ? [] : [`  ${key} = ${JSON.stringify(text)};`],
    );
    return [`# derivation`, ...failed, '{', ...rows, '}'].join('\n');
  }
  const kind = shown === null ? [`# ${detailOf(value)}`] : [];
  return [...kind, ...failed, ...(shown === null ? [] : [shown])].join('\n');
}

/** Markdown. */
async function meaningPage(of: Explained): Promise<string> {
  const { values, document, asked, sets } = of;
  const { tree } = document;
  const told = await values.ask(document, asked.places, 'value', namesMs);
  const value =
    told === null || told === 'late' || told.value === undefined
      ? ''
      : valueMarkdown(told.value, { built: null });
  const scopes = scopesAt(tree, asked.inside, sets ?? { callers: [], packages: '{ }' }).slice(0, mostScopes);
  const lines = await Promise.all(
    scopes.map(async (scope) => {
      const names = scope.names ?? (await namesOf(of, scope.places));
      return scopeLine(tree, scope, names);
    }),
  );
  const written = tree.text.slice(asked.span.start, asked.span.end);
  return [
    fenced(written.length > 2000 ? `${written.slice(0, 2000)}…` : written),
    expressionWords(asked.expression),
    ...(value === '' ? [] : ['## Its value', value]),
    '## Names in scope here, the nearest first',
    ...(lines.length === 0 ? ['None but those that Nix itself defines.'] : lines),
    '',
  ].join('\n\n');
}

async function namesOf(
  { values, document }: Explained,
  places: Parameters<ValueAnswers['ask']>[1],
): Promise<readonly string[] | null> {
  const told = await values.ask(document, places, 'names', namesMs);
  return told === null || told === 'late' ? null : (told.names ?? null);
}

const nothingHere: Problem = {
  code: 'no-expression',
  message: 'No expression stands here.',
  advice: 'Select a whole expression, or put the cursor on one.',
};

const notEvaluated: Problem = {
  code: 'not-evaluated',
  message: 'Nothing is evaluated here: the workspace is not trusted, or evaluation is turned off.',
  advice: 'Trust the workspace; see phasewise.evaluation.enable and phasewise.evaluation.keepWarm.',
};
