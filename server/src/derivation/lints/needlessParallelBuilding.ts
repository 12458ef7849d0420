/** `needless-parallel-building`: the setup hooks of cmake and meson say so themselves when they configure. */
import { finding } from '../../analysis/finding';
import type { Lint, Linted } from '../lint';
import { elementsOf, truthOf, without } from './facts';

export const needlessParallelBuilding: Lint = {
  code: 'needless-parallel-building',
  of: (linted) => {
    const { derivation, tree } = linted;
    const attribute = derivation.attributes.get('enableParallelBuilding');
    if (attribute === undefined || truthOf(derivation, attribute.name, tree.text) !== true) return [];
    const tool = tools.find((each) => configures(linted, each));
    if (tool === undefined) return [];
    const fixes = [{ title: 'Remove it', edits: [without(tree.text, attribute.span)] }];
    const message = `The setup hook of \`${tool.name}\` sets this already.`;
    return [
      finding('needless-parallel-building', 'hint', attribute.nameSpan, message, {
        tag: 'unnecessary',
        fixes,
      }),
    ];
  },
};

interface Tool {
  readonly name: string;
  /** Sets it to be a program only. */
  readonly disables: string;
  /** Only its hook reads it. */
  readonly flags: string;
}

/** Ninja's hook sets nothing: where it builds it does so side by side, but where make builds after all nothing would. */
const tools: readonly Tool[] = [
  { name: 'cmake', disables: 'dontUseCmakeConfigure', flags: 'cmakeFlags' },
  { name: 'meson', disables: 'dontUseMesonConfigure', flags: 'mesonFlags' },
];

/**
 * Whether the tool's hook configures, and not only its program is there: a set may bring the hook by `cmake` itself or by
 * `cmake.configurePhaseHook` alone. So the hook has to be named, or its flags.
 */
function configures({ derivation: { attributes }, tree: { text } }: Linted, tool: Tool): boolean {
  if (attributes.has('configurePhase') || attributes.has(tool.disables) || attributes.has('dontConfigure'))
    return false;
  const { elements } = elementsOf(attributes.get('nativeBuildInputs'));
  const written = elements.map(({ name, expression: { span } }) => ({
    name,
    text: text.slice(span.start, span.end),
  }));
  const namesHook = written.some((each) =>
    new RegExp(`\\b${tool.name}\\.configurePhaseHook$`).test(each.text),
  );
  if (namesHook) return true;
  // Where one tool's hook is named the set has such hooks, and what is not named does not configure.
  if (written.some(({ name }) => name === 'configurePhaseHook')) return false;
  return attributes.has(tool.flags) && written.some(({ name }) => name === tool.name);
}
