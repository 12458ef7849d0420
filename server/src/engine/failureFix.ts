/** What mends a failure: the edits of the author's file that a rule's remedy means. */
import { dirname } from 'node:path';
import type { Explanation, Remedy, Wanted } from '../builds/explanations/rule';
import { findHashFix } from '../builds/hashFix';
import { remedyFix } from '../builds/remedyFix';
import { addPackage } from '../derivation/addPackage';
import { attributeAt } from '../derivation/attributeAt';
import { findDerivations } from '../derivation/findDerivations';
import { foundAt } from '../derivation/foundAt';
import type { FoundDerivation } from '../derivation/foundDerivation';
import { addPythonModule } from '../derivation/pythonModuleEdit';
import type { Derivation, FileRange, TextEdit } from '../protocol/model';
import { derivationName } from '../protocol/storePath';
import type { Replacement } from '../syntax/replacement';
import type { Span, SyntaxTree } from '../syntax/syntaxTree';
import { findPackage, mayHave } from './packageSearch';
import type { MissingIn, PackageSearch } from './packageQuestions';

export interface FailureFix {
  /** What the edits do, e.g. "Add pkg-config to nativeBuildInputs". */
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** There is none so far, and a package that would make one may be in what was not looked through. */
export const openFix = 'open';

/** A failed build or run of a derivation. */
export interface Failed {
  readonly derivation: Derivation;
  readonly drvPath: string;
  /** What failed: the derivation itself or one of its inputs. */
  readonly failedDrvPath: string;
  /** Attributes of the derivation that bring the failed input in. */
  readonly inputAttributes: readonly string[];
}

/** Null when there is no remedy, or the text does not show where it would go. */
export async function failureFix(
  search: PackageSearch,
  failed: Failed,
  explanation: Explanation | null,
  signal: AbortSignal,
): Promise<FailureFix | typeof openFix | null> {
  const remedy = explanation?.remedy ?? null;
  if (remedy === null || remedy.kind === 'untracked' || remedy.kind === 'rejects') return null;
  if (remedy.kind === 'hash') return hashFix(search, failed, remedy);
  const { derivation, drvPath, failedDrvPath } = failed;
  if (drvPath !== failedDrvPath && !isOwnInput(failed, remedy)) return null;
  if (remedy.kind === 'input') return inputFix(search, derivation, remedy, signal);
  if (remedy.kind === 'package') return packageFix(search, derivation, remedy, signal);
  return inText(search.sources, derivation, (tree, found, file) => {
    const fix = remedyFix(tree, found, remedy);
    return fix === null ? null : { title: fix.title, edits: editsOf(file, tree, fix.edits) };
  });
}

/** What a builder makes of the derivation's attributes has the derivation's name before its own, e.g. `buildGoModule`'s modules. */
function isOwnInput({ derivation, failedDrvPath }: Failed, { kind }: Remedy): boolean {
  return kind === 'attribute' && derivationName(failedDrvPath).startsWith(`${derivation.name}-`);
}

async function hashFix(
  { nix, sources }: PackageSearch,
  { derivation, failedDrvPath, inputAttributes }: Failed,
  { mismatch }: Extract<Remedy, { kind: 'hash' }>,
): Promise<FailureFix | null> {
  const read = await nix.readDerivation(failedDrvPath);
  const { name = '', env = {}, system = null } = read.ok ? read.value : {};
  const urls = [env['url'], env['urls']].flatMap((value) => value?.split(/\s+/) ?? []).filter(Boolean);
  const places = inputAttributes.flatMap((attribute) => derivation.attributes[attribute] ?? []);
  const files = [derivation.file, ...places.map(({ file }) => file)].filter(
    (file) => !isStored(file, derivation),
  );
  return sources.withTrees((treeOf) => {
    for (const file of new Set(files)) {
      const tree = treeOf(file);
      if (tree === null) continue;
      const place = places.find((one) => one.file === file);
      const owner = { name, urls, system, place: place === undefined ? null : bindingAt(tree, place) };
      const fix = findHashFix(tree, mismatch, owner);
      if (fix !== null) {
        return {
          title: `Replace the hash by ${fix.newText.slice(1, -1)}`,
          edits: editsOf(file, tree, [fix]),
        };
      }
    }
    return null;
  });
}

function bindingAt(tree: SyntaxTree, { range }: FileRange): Span | null {
  const name = { start: tree.lines.offsetAt(range.start), end: tree.lines.offsetAt(range.end) };
  return attributeAt(tree, name)?.span ?? null;
}

/** What brings what is missing, added to a list of inputs. */
export async function inputFix(
  search: PackageSearch,
  derivation: Derivation,
  { wanted, attribute }: Pick<Extract<Remedy, { kind: 'input' }>, 'wanted' | 'attribute'>,
  signal: AbortSignal,
): Promise<FailureFix | typeof openFix | null> {
  const question = missingIn(search.sources, derivation);
  if (question === null) return null;
  const { path, isGuess, isOpen } = await findPackage(search, question, wanted, signal);
  if (path === null) return isOpen ? openFix : null;
  return inText(search.sources, derivation, (tree, found, file) => {
    const added = addInput(tree, found, attribute, wanted, path);
    if (added === null) return null;
    const title = isGuess ? `${added.title} (a guess by its name)` : added.title;
    return { title, edits: editsOf(file, tree, added.edits) };
  });
}

/** The derivation in its text; null when it is not found in one. A tree lives no longer than its question, and a search takes a while. */
export function missingIn(sources: PackageSearch['sources'], derivation: Derivation): MissingIn | null {
  return inText(sources, derivation, ({ text }, found, file) => ({ file, text, found }));
}

/** A package that is known by its name; none where the set can be asked and does not have it. */
async function packageFix(
  search: PackageSearch,
  derivation: Derivation,
  { path, attribute }: Extract<Remedy, { kind: 'package' }>,
  signal: AbortSignal,
): Promise<FailureFix | null> {
  const question = missingIn(search.sources, derivation);
  if (question === null || !(await mayHave(search, question, path, signal))) return null;
  return inText(search.sources, derivation, (tree, found, file) => {
    const edits = addPackage(tree, found, attribute, path);
    const title = `Add ${path.join('.')} to ${attribute}`;
    return edits === null ? null : { title, edits: editsOf(file, tree, edits) };
  });
}

function addInput(
  tree: SyntaxTree,
  found: FoundDerivation,
  attribute: string,
  wanted: Wanted,
  path: readonly string[],
): { readonly title: string; readonly edits: readonly Replacement[] } | null {
  if (wanted.kind === 'pythonModule') return addPythonModule(tree, found, attribute, path);
  const edits = addPackage(tree, found, attribute, path);
  return edits === null ? null : { title: `Add ${path.join('.')} to ${attribute}`, edits };
}

/** Asks of the derivation in the text that makes it; null when it is not found in one. */
function inText<T>(
  sources: PackageSearch['sources'],
  derivation: Derivation,
  ask: (tree: SyntaxTree, found: FoundDerivation, file: string) => T | null,
): T | null {
  return sources.withTrees((treeOf) => {
    const own = treeOf(derivation.file);
    const found = own === null ? null : foundAt(own, derivation);
    if (own !== null && found !== null) return ask(own, found, derivation.file);
    // Its place may be where a set names it; what it is made of is written elsewhere.
    for (const [name, { file, range }] of Object.entries(derivation.attributes)) {
      const tree = file === derivation.file || isStored(file, derivation) ? null : treeOf(file);
      const start = tree?.lines.offsetAt(range.start);
      const made = tree === null ? [] : findDerivations(tree);
      const here = made.find(({ attributes }) => attributes.get(name)?.nameSpan.start === start);
      if (tree !== null && here !== undefined) return ask(tree, here, file);
    }
    return null;
  });
}

/** What is in the store is nobody's to edit. */
function isStored(file: string, { drvPath }: Derivation): boolean {
  return drvPath !== null && file.startsWith(`${dirname(drvPath)}/`);
}

function editsOf(file: string, tree: SyntaxTree, replacements: readonly Replacement[]): readonly TextEdit[] {
  return replacements.map(({ start, end, newText }) => ({
    file,
    range: tree.lines.rangeOf({ start, end }),
    newText,
  }));
}
