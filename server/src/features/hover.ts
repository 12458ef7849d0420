/** `textDocument/hover`: what a derivation is, over its attribute or call; what a phase or hook does; what any other name means. */
import { pathToFileURL } from 'node:url';
import { MarkupKind } from 'vscode-languageserver/node';
import type { Hover, HoverParams } from 'vscode-languageserver/node';
import type { OpenDocument } from '../documents';
import type { Engine } from '../engine/engine';
import { fileInStore } from '../engine/storeDocuments';
import type { Derivation, Position, Range } from '../protocol/model';
import { includes, writtenPhases } from './drawnPlaces';
import type { NamedPlace } from './drawnPlaces';
import type { Drawings } from './drawings';
import type { LanguageParts } from './completion';
import { requestHandler } from './handler';
import { bashHover } from './bashHover';
import { escaped } from './markdownText';
import { attributeHover, functionHover } from './knownHover';
import type { ModuleOptions } from './moduleOptions';
import { nameHover, type NameHover } from './nameHover';
import { noogleHover } from './noogleHover';
import { optionHover } from './optionHover';
import { shellsReading } from './shellEvidence';
import type { Workspace } from '../workspace/workspace';
import type { ValueAnswers } from './valueAnswers';
import { valueHover } from './valueHover';

export interface HoverParts extends LanguageParts {
  readonly drawings: Drawings;
  readonly workspace: Workspace;
  readonly values: ValueAnswers;
  readonly options: ModuleOptions;
}

export function registerHover(parts: HoverParts): void {
  const { connection, documents, engine, state, drawings, log } = parts;
  connection.onHover(
    requestHandler<HoverParams, Hover | null>(log, null, async ({ textDocument, position }, signal) => {
      const document = documents.get(textDocument.uri);
      if (document === null) return null;
      const derivations = drawings.of(textDocument.uri);
      const phase = phaseAt(derivations, document.file, position);
      const found = derivations.filter((derivation) => isAtHead(derivation, document.file, position));
      const [first] = found;
      const release = document.retain();
      try {
        const offset = document.tree.lines.offsetAt(position);
        const { lines } = document.tree;
        const known = attributeHover(document.tree, offset, (attribute, at) =>
          shellsReading(engine, derivations, attribute, lines.rangeOf(at)),
        );
        if (phase !== null) {
          const says = known === null ? [] : [known.markdown];
          return hover([phaseText(phase), ...says].join('\n\n---\n\n'), phase.range);
        }
        if (first !== undefined) {
          const fileOf = await inStore(engine, document.file, found, signal);
          const maker = functionHover(document.tree, offset);
          const texts = found.map((one) => derivationText(one, fileOf));
          const says = maker === null ? [] : [maker.markdown];
          return hover([...texts, ...says].join('\n\n---\n\n'), headOf(first));
        }
        const ask = () =>
          state.trusted ? engine.builtins(document.file, signal) : Promise.resolve(new Map<string, never>());
        const ofText = known ?? bashHover(engine, derivations, document.tree, offset);
        const told = ofText !== null ? [ofText] : await ofNameAt(parts, document, offset, ask, signal);
        return joined(told, document);
      } finally {
        release();
      }
    }),
  );
}

/** What the value there is, then what the text and nixpkgs' documentation tell of its name. */
async function ofNameAt(
  parts: HoverParts,
  document: OpenDocument,
  offset: number,
  ask: Parameters<typeof nameHover>[2],
  signal: AbortSignal,
): Promise<readonly NameHover[]> {
  const ofOption = await optionHover(parts, document, offset);
  if (ofOption !== null) return [ofOption];
  const ofValue = await valueHover(parts, document, offset, signal);
  const ofText =
    functionHover(document.tree, offset) ??
    (await nameHover(document, offset, ask)) ??
    noogleHover(document.tree, offset);
  return [...(ofValue === null ? [] : [ofValue]), ...(ofText === null ? [] : [ofText])];
}

function joined(found: readonly NameHover[], { tree }: OpenDocument): Hover | null {
  const [first] = found;
  if (first === undefined) return null;
  return hover(found.map(({ markdown }) => markdown).join('\n\n---\n\n'), tree.lines.rangeOf(first.span));
}

/** Where a store path lies on this disk. */
type FileOf = (storePath: string) => string;

/** Nix is asked only when it has told of a store derivation already: nobody waits for its first answer here. */
async function inStore(
  engine: Engine,
  file: string,
  derivations: readonly Derivation[],
  signal: AbortSignal,
): Promise<FileOf> {
  const nix = derivations.some(({ drvPath }) => drvPath !== null) ? await engine.nix(file, signal) : null;
  return (path) => (nix?.ok === true ? fileInStore(path, nix.value.installation) : path);
}

function phaseAt(
  derivations: readonly Derivation[],
  file: string,
  position: Position,
): (NamedPlace & { readonly range: Range }) | null {
  for (const derivation of derivations) {
    const place = writtenPhases(derivation, file).find(({ range }) => includes(range, position));
    if (place !== undefined) return place;
  }
  return null;
}

function hover(value: string, range: Range | null): Hover {
  return { contents: { kind: MarkupKind.Markdown, value }, range: range ?? undefined };
}

/** Over the first line only: the rest of a call belongs to what is written in it. */
function isAtHead(derivation: Derivation, file: string, position: Position): boolean {
  const head = headOf(derivation);
  return derivation.file === file && head !== null && includes(head, position);
}

function headOf({ range }: Derivation): Range | null {
  if (range === null || range.start.line === range.end.line) return range;
  return { start: range.start, end: { line: range.start.line, character: Number.MAX_SAFE_INTEGER } };
}

function derivationText(derivation: Derivation, fileOf: FileOf): string {
  const { name, attr, system, drvPath, outputs, note } = derivation;
  const title = name ?? (attr === '' ? 'A derivation' : attr);
  const lines = [`**${escaped(title)}**${system === null ? '' : ` (${escaped(system)})`}`];
  if (drvPath !== null) lines.push(`[${escaped(drvPath)}](${pathToFileURL(fileOf(drvPath)).href})`);
  const paths = Object.entries(outputs).map(
    ([output, path]) => `- ${escaped(output)}${path === null ? '' : `: \`${path}\``}`,
  );
  if (paths.length > 0) lines.push(paths.join('\n'));
  if (note !== null) lines.push(escaped(note));
  return lines.join('\n\n');
}

function phaseText({ derivation, phase, hook }: NamedPlace): string {
  const name = hook?.name ?? phase.name;
  const of = derivation.name === null ? '' : ` of ${escaped(derivation.name)}`;
  const role = hook === null ? `phase${of}` : `hook ${whenText(hook.when)} \`${phase.name}\`${of}`;
  const fate = phase.runs ? 'It runs.' : `It does not run: ${escaped(phase.skipReason ?? 'not known why')}.`;
  return `**${escaped(name)}**: ${role}\n\n${fate}`;
}

function whenText(when: 'pre' | 'post' | 'during' | 'failure' | 'exit' | 'setup'): string {
  const words = {
    pre: 'before',
    post: 'after',
    during: 'in',
    failure: 'on failure of',
    exit: 'at the exit of',
    setup: 'at the set-up of',
  };
  return words[when];
}
