/** `incomplete-meta`: what nixpkgs asks of every package. */
import { finding } from '../../analysis/finding';
import { unwrapped } from '../../syntax/walk';
import { writtenNames } from '../takenAttributes';
import type { Lint } from '../lint';

const wanted = ['description', 'license', 'maintainers'];

export const incompleteMeta: Lint = {
  code: 'incomplete-meta',
  isOptional: true,
  of: ({ derivation }) => {
    if (derivation.maker.startsWith('mkShell')) return [];
    const meta = derivation.attributes.get('meta');
    if (meta === undefined)
      return [
        finding(
          'incomplete-meta',
          'information',
          derivation.head,
          'There is no `meta`, which tells what the package is, and its license.',
        ),
      ];
    const value = meta.value === null ? null : unwrapped(meta.value);
    const set = value?.kind === 'with' ? unwrapped(value.body) : value;
    if (set?.kind !== 'set') return [];
    const written = writtenNames(set);
    const missing = wanted.filter(
      (name) => !written.has(name) && !(name === 'maintainers' && written.has('teams')),
    );
    if (missing.length === 0) return [];
    const message = `\`meta\` lacks ${missing.map((name) => `\`${name}\``).join(', ')}.`;
    return [finding('incomplete-meta', 'information', meta.nameSpan, message)];
  },
};
