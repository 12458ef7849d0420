/** The rows of phases and hooks. Pure. */
import type { FileRange, Hook, Origin, Phase } from '../../../server/src/protocol/model';
import { phaseStem } from '../../../server/src/protocol/phaseStem';
import { keptOffer } from '../again/readOffer';
import { keyName } from '../serverState';
import { originWords } from '../words';
import type { ItemKind, PhaseItem, Row } from './phaseItem';
import { hookTooltip, phaseTooltip } from './phaseTooltips';
import { phaseIcon, phaseWords, spokenPhase } from './stateWords';

export function phaseRow(row: Row, phase: Phase, index: number): PhaseItem {
  const { drawing, derivation, shown } = row;
  const state = shown.phases.get(phase.name);
  const definition = definitionOf(phase.origin) ?? derivation.attributes[phase.name] ?? null;
  const origin = originWords(phase.origin);
  // A list of phases may name one twice.
  const again = derivation.phases.findIndex(({ name }) => name === phase.name) !== index;
  const id = `${keyName({ uri: drawing.uri, attr: derivation.attr })}/${phase.name}${again ? ` ${index}` : ''}`;
  return {
    ...{ kind: 'phase', id, uri: drawing.uri, attr: derivation.attr, phase: phase.name },
    label: phase.name,
    description: phaseWords(phase, state, origin),
    icon: phaseIcon(phase, state),
    tooltip: phaseTooltip(phase, state),
    spoken: spokenPhase(phase, state, origin),
    context: `${contextOf('phase', row, {
      running: state?.kind === 'running',
      runnable: phase.runs,
      definition,
    })}${phase.stdenvDefault == null ? '' : 'stdenvDefault;'}${phase.body === null ? '' : 'text;'}${state?.kind === 'failed' ? 'failed;' : ''}`,
    dimmed: !phase.runs || state?.kind === 'skipped',
    definition,
    stdenvDefault: phase.stdenvDefault ?? null,
    drvPath: derivation.drvPath,
    expanded: false,
    children: phase.hooks.map((hook, index) => hookRow(row, phase, hook, `${id}/${index}`)),
  };
}

function hookRow(row: Row, phase: Phase, hook: Hook, id: string): PhaseItem {
  const { drawing, derivation, shown } = row;
  const state = shown.phases.get(hook.name);
  const busy = shown.activity?.status === null;
  const runnable = !busy && derivation.structure === 'phases' && /^\w+$/.test(hook.name);
  const definition = definitionOf(hook.origin) ?? derivation.attributes[hook.name] ?? null;
  const idle = hook.runs === false || (!phase.runs && hook.when in ofPhase);
  const never = hook.runs === false ? 'does not run' : '';
  const description = [never, hookWords[hook.when], originWords(hook.origin)]
    .filter((part) => part !== '')
    .join(' · ');
  return {
    ...{ kind: 'hook', id, uri: drawing.uri, attr: derivation.attr, phase: phase.name },
    hook: hookOf(phase, hook),
    label: hook.name,
    description,
    icon:
      state?.kind === 'running'
        ? { name: 'loading~spin', color: null }
        : { name: 'symbol-event', color: idle ? 'disabledForeground' : 'descriptionForeground' },
    tooltip: hookTooltip(hook),
    spoken: `hook ${hook.name}, ${description}`,
    context: `hook;${runnable ? 'runnable;' : ''}${derivation.drvPath === null ? '' : 'logged;'}${definition === null ? '' : 'definition;'}`,
    dimmed: idle,
    definition,
    stdenvDefault: null,
    drvPath: derivation.drvPath,
    expanded: false,
    children: [],
  };
}

/** An entry of a hook array has a name of its own. */
function hookOf(phase: Phase, { kind, name, when }: Hook): string | null {
  if (kind !== 'array') return name;
  if (when !== 'pre' && when !== 'post') return null;
  return `${when}${phaseStem(phase.name)}`;
}

const ofPhase: Readonly<Record<string, true>> = { pre: true, during: true, post: true };

const hookWords = {
  pre: 'before',
  post: 'after',
  during: 'during',
  failure: 'on failure',
  exit: 'on exit',
  setup: 'at setup',
} as const;

export function contextOf(
  kind: ItemKind,
  row: Row,
  item: { readonly running: boolean; readonly runnable: boolean; readonly definition: FileRange | null },
): string {
  const busy = row.shown.activity?.status === null;
  const words = [
    kind,
    item.running ? 'running' : '',
    item.runnable && !busy ? 'runnable' : '',
    item.definition === null ? '' : 'definition',
    row.shown.activity === undefined ? '' : 'logged',
    keptOffer(row.shown.activity?.failure) === null ? '' : 'kept',
    row.derivation.drvPath === null ? '' : 'instantiated',
    row.derivation.inputsMissing === true ? 'inputsMissing' : '',
    kind === 'derivation' && wasUnchanged(row) ? 'unchanged' : '',
  ];
  return words
    .filter((word) => word !== '')
    .map((word) => `${word};`)
    .join('');
}

/** Whether a build had nothing to do, of the derivation as it is now. */
function wasUnchanged({ shown: { activity, current } }: Row): boolean {
  return current && activity?.validSince !== undefined;
}

function definitionOf(origin: Origin): FileRange | null {
  return origin.file === null || origin.range === null ? null : { file: origin.file, range: origin.range };
}
