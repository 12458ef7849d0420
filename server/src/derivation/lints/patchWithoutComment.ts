/** `patch-without-comment`: why a patch is there, and when it can go, is known to its author only. */
import { finding } from '../../analysis/finding';
import type { Lint } from '../lint';
import { elementsOf } from './facts';

export const patchWithoutComment: Lint = {
  code: 'patch-without-comment',
  isOfNixpkgs: true,
  of: ({ derivation: { attributes }, tree }) => {
    const attribute = attributes.get('patches');
    if (attribute === undefined) return [];
    const before = tree.text.slice(0, attribute.span.start).trimEnd().length;
    const commented = (from: number, to: number) => tree.comments.some(({ end }) => from <= end && end <= to);
    if (tree.comments.some(({ end }) => end === before)) return [];
    return elementsOf(attribute).elements.flatMap(({ expression: { span }, list }) => {
      const previous = list.elements.filter((other) => other.span.end <= span.start).at(-1);
      const from = previous?.span.end ?? list.span.start;
      const lineEnd = tree.text.indexOf('\n', span.end);
      if (commented(from, span.start) || commented(span.start, lineEnd < 0 ? tree.text.length : lineEnd))
        return [];
      return [finding('patch-without-comment', 'information', span, 'Say above this patch why it is there.')];
    });
  },
};
