/** Turns what a rule says would mend a failure into edits of the derivation's text. Pure. */
import { addCompilerFlag, writeAttribute } from '../derivation/attributeEdit';
import type { FoundDerivation } from '../derivation/foundDerivation';
import { setFetcherArgument } from '../derivation/fetcherEdit';
import { hashSites } from '../derivation/hashSites';
import { listPlace } from '../derivation/listAttributeEdit';
import { removeListed } from '../derivation/listedEdit';
import { addToPostPatch } from '../derivation/postPatchEdit';
import { nixString } from '../nixString';
import type { Replacement } from '../syntax/replacement';
import type { SyntaxTree, TextFix } from '../syntax/syntaxTree';
import { namesAround } from './hashFix';
import type { TextRemedy } from './explanations/rule';

/** Behind which attributes flags are put where there are none yet. Source: nixpkgs' custom of their order. */
const flagsAfter = ['buildInputs', 'nativeBuildInputs', 'patches', 'src', 'version', 'pname', 'name'];

/** Null when the text does not show where it would go. */
export function remedyFix(tree: SyntaxTree, found: FoundDerivation, remedy: TextRemedy): TextFix | null {
  if (remedy.kind === 'fetcher') return fetcherFix(tree, found, remedy);
  const edit = edited(tree, found, remedy);
  return edit === null ? null : { title: titleOf(remedy), edits: [edit] };
}

function fetcherFix(
  { text, root }: SyntaxTree,
  found: FoundDerivation,
  { argument, value }: Extract<TextRemedy, { kind: 'fetcher' }>,
): TextFix | null {
  const edits = root === null ? null : setFetcherArgument(text, root, found, argument, value);
  if (edits === null) return null;
  const emptied = edits.length > 1 ? ', and empty the hash, so that the next build names the true one' : '';
  return { title: `Set ${argument} = ${value} in src${emptied}`, edits };
}

type OneEdit = Exclude<TextRemedy, { kind: 'fetcher' }>;

function edited(tree: SyntaxTree, found: FoundDerivation, remedy: OneEdit): Replacement | null {
  const { text } = tree;
  switch (remedy.kind) {
    case 'shebang':
      return addToPostPatch(text, found, 'patchShebangs', remedy.path);
    case 'executable':
      return addToPostPatch(text, found, 'chmod +x', remedy.path);
    case 'windowsLines':
      return addToPostPatch(text, found, `sed -i 's/\\r$//'`, remedy.path);
    case 'attribute':
      return writeAttribute(text, found, remedy.attribute, remedy.value);
    case 'flag':
      return listPlace(text, found, remedy.attribute, flagsAfter)?.write(nixString(remedy.flag)) ?? null;
    case 'compilerFlag':
      return addCompilerFlag(text, found, remedy.flag);
    case 'listed':
      return removeListed(text, found, remedy.attribute, remedy.name);
    case 'staleHash':
      return emptied(tree, found, remedy.attributes);
  }
}

function titleOf(remedy: OneEdit): string {
  switch (remedy.kind) {
    case 'shebang':
      return `Run patchShebangs on ${plain(remedy.path)} in postPatch`;
    case 'executable':
      return `Make ${plain(remedy.path)} executable in postPatch`;
    case 'windowsLines':
      return `End the lines of ${plain(remedy.path)} as on Unix in postPatch`;
    case 'attribute':
      return `Set ${remedy.attribute} = ${remedy.value}`;
    case 'flag':
      return `Add ${remedy.flag} to ${remedy.attribute}`;
    case 'compilerFlag':
      return `Add ${remedy.flag} to NIX_CFLAGS_COMPILE`;
    case 'listed':
      return `Take ${remedy.name} out of ${remedy.attribute}`;
    case 'staleHash':
      return 'Empty the hash, so that the next build names the true one';
  }
}

function plain(path: string): string {
  return path.replace(/^\.\//, '');
}

/** `""`, which every attribute of a hash takes and Nix refuses with the true one. Null when none or several are meant. */
function emptied(
  { text, root }: SyntaxTree,
  { call }: FoundDerivation,
  attributes: readonly string[],
): Replacement | null {
  if (root === null) return null;
  const [site, another] = hashSites({ text }, root).filter(
    ({ attribute, span, written }) =>
      written !== null &&
      call.start <= span.start &&
      span.end <= call.end &&
      [attribute, ...namesAround(root, span.start)].some((name) => attributes.includes(name)),
  );
  return site === undefined || another !== undefined ? null : { ...site.value.span, newText: '""' };
}
