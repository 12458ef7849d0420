/** `phase-without-hooks`: a phase in the author’s own words that does not call its hooks, which setup hooks of inputs, and overrides, use. */
import { finding } from '../../analysis/finding';
import { usualPhases } from '../../knowledge/stdenvPhases';
import type { TextFix } from '../../syntax/syntaxTree';
import { unwrapped } from '../../syntax/walk';
import type { Lint } from '../lint';
import { hookCallsIn } from '../phaseDrawing';
import { scriptOf } from './facts';
import { hookCall } from './phaseCalls';

export const phaseWithoutHooks: Lint = {
  code: 'phase-without-hooks',
  of: ({ derivation, tree }) =>
    usualPhases.flatMap(({ name, hooks }) => {
      const attribute = derivation.attributes.get(name);
      const script = scriptOf(attribute, tree.text);
      if (attribute?.value == null || script === null || script.trim() === '') return [];
      // A text that hands over to another does not need to.
      if (/\b\w+Phase\b/.test(script)) return [];
      const called = hookCallsIn(script);
      const missing = hooks.filter((hook) => /^(?:pre|post)/.test(hook) && !called.includes(hook));
      if (missing.length === 0 || derivation.attributes.has('phases')) return [];
      const literal = unwrapped(attribute.value);
      const calls =
        literal.kind === 'string' ? missing.flatMap((hook) => hookCall(tree.text, literal, hook) ?? []) : [];
      const fixes: TextFix[] =
        calls.length === missing.length ? [{ title: `Call ${words(missing)}`, edits: calls }] : [];
      const message = `This \`${name}\` does not call ${words(missing)}: hooks of inputs, and those that an override adds, do not run.`;
      return [finding('phase-without-hooks', 'hint', attribute.nameSpan, message, { fixes })];
    }),
};

function words(hooks: readonly string[]): string {
  return hooks.map((hook) => `\`runHook ${hook}\``).join(' and ');
}
