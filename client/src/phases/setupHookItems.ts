/** The last rows of a derivation: what the setup hooks of its inputs did to the build. Pure. */
import type { Derivation, SetupHook } from '../../../server/src/protocol/model';
import { escapeMarkdown } from '../words';
import type { PhaseItem } from './phaseItem';

type Where = Pick<PhaseItem, 'uri' | 'attr' | 'drvPath'>;

/** The group "Setup hooks"; nothing before the stdenv was asked, and when no input has one. */
export function setupHookRows(
  { uri, attr, drvPath }: Where,
  id: string,
  derivation: Derivation,
): readonly PhaseItem[] {
  const hooks = derivation.setupHooks ?? [];
  if (hooks.length === 0) return [];
  const where = { uri, attr, drvPath };
  const counted = hooks.length === 1 ? 'of one input' : `of ${hooks.length} inputs`;
  return [
    {
      ...{ kind: 'group', id: `${id}#setupHooks`, ...where, phase: null },
      label: 'Setup hooks',
      description: counted,
      icon: { name: 'plug', color: null },
      tooltip:
        'What the setup hooks of its inputs did to this build, in the order in which stdenv sourced them.',
      spoken: `setup hooks ${counted}`,
      ...{ context: 'group;', dimmed: false, definition: null, stdenvDefault: null, expanded: false },
      children: hooks.map((hook, index) => setupHookRow(where, `${id}#setupHooks/${index}`, hook)),
    },
  ];
}

function setupHookRow(where: Where, id: string, hook: SetupHook): PhaseItem {
  const description = effects(hook).join('; ') || 'nothing to be seen';
  const start = { line: 0, character: 0 };
  return {
    ...{ kind: 'setupHook', id, ...where, phase: null },
    label: hook.name,
    description,
    icon: { name: 'plug', color: 'descriptionForeground' },
    tooltip: setupHookTooltip(hook),
    spoken: `setup hook of ${hook.name}, ${description}`,
    ...{ context: 'setupHook;definition;', dimmed: false, stdenvDefault: null },
    definition: { file: hook.file, range: { start, end: start } },
    ...{ expanded: false, children: [] },
  };
}

function effects({ phasesReplaced, phasesAdded, hooksAdded, variables }: SetupHook): string[] {
  const parts = [
    phasesReplaced.length === 0 ? '' : `replaces ${phasesReplaced.join(', ')}`,
    phasesAdded.length === 0 ? '' : `brings ${phasesAdded.join(', ')}`,
    hooksAdded.length === 0 ? '' : `adds to ${[...new Set(hooksAdded.map(({ array }) => array))].join(', ')}`,
    variables.length === 0 ? '' : `sets ${variables.map(({ name }) => name).join(', ')}`,
  ];
  return parts.filter((part) => part !== '');
}

const longestValue = 200;

function setupHookTooltip({ name, file, hooksAdded, variables, ...phases }: SetupHook): string {
  const said = (value: string | null): string => {
    if (value === null) return '*unset*';
    const text = value.length > longestValue ? `${value.slice(0, longestValue)}…` : value;
    return text === '' ? '*empty*' : escapeMarkdown(text.replace(/\s+/g, ' '));
  };
  return [
    `**${escapeMarkdown(name)}**`,
    `\`${file}\``,
    phasesSentence('Replaces', phases.phasesReplaced),
    phasesSentence('Brings', phases.phasesAdded),
    ...hooksAdded.map(({ array, entry }) => `- ${escapeMarkdown(array)}: ${said(entry)}`),
    ...variables.map((one) => `- ${escapeMarkdown(one.name)}: ${said(one.before)} → ${said(one.after)}`),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function phasesSentence(verb: string, phases: readonly string[]): string {
  return phases.length === 0 ? '' : `${verb} ${escapeMarkdown(phases.join(', '))}.`;
}
