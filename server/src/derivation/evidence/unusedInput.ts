/** `unused-input`: an input that a watched run of all phases did not use. Pure. */
import { finding, type Finding } from '../../analysis/finding';
import type { InputUse } from '../../protocol/model';
import type { FoundDerivation } from '../foundDerivation';
import { elementsOf, withoutElement } from '../lints/facts';
import { storePathName } from '../../protocol/storePath';

/** `inputs`: what is known of them, from a run of this very derivation; `phases`: how many were watched. */
export function unusedInputs(
  text: string,
  { attributes }: FoundDerivation,
  { inputs, phases }: { readonly inputs: readonly InputUse[]; readonly phases: number },
): readonly Finding[] {
  return ['nativeBuildInputs', 'buildInputs'].flatMap((list) => {
    const ofList = inputs.filter((input) => input.list === list);
    const { elements } = elementsOf(attributes.get(list));
    return elements.flatMap(({ name, expression: { span } }) => {
      const named = elements.filter((other) => other.name === name);
      const meant = ofList.filter(({ path }) => name !== null && isCalled(name, path));
      const [input] = meant;
      // A name that could mean another path is no evidence.
      if (input?.use !== null || meant.length > 1 || named.length > 1) return [];
      const element = text.slice(span.start, span.end);
      const message = `Nothing used \`${element}\` (${storePathName(input.path)}) when ${phases === 1 ? 'the phase' : `all ${phases} phases`} ran and were watched: none of its files was opened, executed or found by a search, no output refers to it, and it has no setup hook.`;
      const fixes = [
        { title: `Remove \`${element}\` from \`${list}\``, edits: [withoutElement(text, span)] },
      ];
      return [finding('unused-input', 'hint', span, message, { tag: 'unnecessary', fixes })];
    });
  });
}

/** Whether a package of this name in a set may have this store path: its name without version and output is the same. */
function isCalled(name: string, storePath: string): boolean {
  // As `builtins.parseDrvName` has it: the version begins at a dash before what is no letter.
  const package_ = /^(.*?)(?:-[^A-Za-z].*)?$/.exec(storePathName(storePath))?.[1] ?? '';
  return plain(name) === plain(package_);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
