/** The first row of a derivation: that its inputs are not built and the way to build them, or what is built and fetched for it now. Pure. */
import { duration, escapeMarkdown } from '../words';
import type { InputProgress } from '../../../server/src/protocol/buildProgress';
import { failedInputs, inputWords, runningInputs, totalsWords, type BuildView } from './buildView';
import type { ItemIcon, PhaseItem, Row } from './phaseItem';
import type { DerivationActivity } from './phaseStates';
import { stateIcons } from './stateWords';

type Where = Pick<PhaseItem, 'uri' | 'attr' | 'drvPath'>;

/** One row while inputs are missing or worked on, and after some failed; none else. */
export function inputsRows(where: Where, id: string, row: Row): readonly PhaseItem[] {
  const { derivation, shown } = row;
  const { activity } = shown;
  const children = inputItems(where, `${id}#inputs`, shown.current ? activity : undefined);
  const building = activity?.status === null && (activity.kind === 'inputs' || children.length > 0);
  const failed = activity?.status === 'failed' && (activity.kind === 'inputs' || children.length > 0);
  if (derivation.inputsMissing !== true && !building && children.length === 0) return [];
  const going = building && (activity.kind === 'inputs' || runningInputs(activity.progress).length > 0);
  const label = going
    ? 'Building inputs'
    : building
      ? 'Inputs'
      : failed
        ? 'Inputs failed to build'
        : 'Inputs not built';
  const description = building
    ? buildingWords(activity)
    : failed
      ? (activity.failure?.message ?? '')
      : 'click to build them';
  const missing = derivation.inputsMissing === true && activity?.status !== null;
  // A row that had nothing below it stays closed when it gets something, unless it is another row.
  const own = children.length === 0 ? `${id}#inputs` : `${id}#inputs+`;
  return [
    {
      ...{ kind: 'inputs', id: own, ...where, phase: null, label, description },
      icon: groupIcon(going, building, failed),
      tooltip: [
        `**${label}**`,
        escapeMarkdown(description),
        derivation.inputsMissing === true ? unknownHooks : '',
      ]
        .filter((text) => text !== '')
        .join('\n\n'),
      spoken: `${label}, ${description}`,
      context: `inputs;${building ? 'running;logged;' : missing ? 'missing;' : ''}`,
      ...{ dimmed: false, definition: null, stdenvDefault: null, expanded: true, children },
    },
  ];
}

function groupIcon(going: boolean, building: boolean, failed: boolean): ItemIcon {
  if (going) return stateIcons.running;
  if (building) return stateIcons.ok;
  return failed ? stateIcons.failed : { name: 'cloud-download', color: null };
}

const unknownHooks =
  'What is drawn below is what evaluation tells. Which hooks run, and what the setup hooks of inputs do, only the stdenv itself knows; it can be asked once all inputs are in the store.';

function buildingWords({ progress, notice }: DerivationActivity): string {
  if (progress.waiting !== null) return progress.waiting;
  const counts = countWords(progress);
  return counts === '' ? (notice ?? '').replace(/^building /, '') : counts;
}

/** e.g. `2 building, 1 downloading, 5 of 12 built`. */
export function countWords(view: BuildView): string {
  const running = runningInputs(view);
  const builds = running.filter(({ work }) => work === 'build').length;
  const counted = (count: number, word: string) => (count > 0 ? `${count} ${word}` : '');
  const totals = totalsWords(view);
  return [
    counted(builds, 'building'),
    counted(running.length - builds, 'downloading'),
    ...(totals === '' ? [counted(view.built, 'built'), counted(view.fetched, 'fetched')] : [totals]),
  ]
    .filter((words) => words !== '')
    .join(', ');
}

/** What goes on and what ended while the build runs, and what failed when it has. */
function inputItems(
  where: Where,
  id: string,
  activity: DerivationActivity | undefined,
): readonly PhaseItem[] {
  if (activity === undefined) return [];
  const { progress } = activity;
  const failed = failedInputs(progress);
  const others = [...progress.inputs.values()].filter(({ status }) => status !== 'failed');
  const shown = activity.status === null ? [...failed, ...others] : failed;
  return shown.map((input) => inputItem(where, `${id}/${input.path}`, input));
}

function inputItem(where: Where, id: string, input: InputProgress): PhaseItem {
  const description = inputWords(input, duration);
  const isBuild = input.work === 'build';
  return {
    ...{ kind: 'input', id, ...where, phase: null, label: input.name, description },
    drvPath: isBuild ? input.path : null,
    icon: inputIcon(input),
    tooltip: [
      `**${escapeMarkdown(input.name)}**`,
      escapeMarkdown(description),
      `\`${input.path}\``,
      input.first ? 'Of all that failed, this failed first.' : '',
    ]
      .filter((text) => text !== '')
      .join('\n\n'),
    spoken: `${isBuild ? 'input' : 'download'} ${input.name}, ${description}`,
    context: `input;${input.status};${isBuild ? 'build;instantiated;' : ''}`,
    ...{ dimmed: false, definition: null, stdenvDefault: null, expanded: false, children: [] },
  };
}

function inputIcon({ status, work }: InputProgress): ItemIcon {
  if (status === 'running' && work === 'download')
    return { name: 'cloud-download', color: 'progressBar.background' };
  return stateIcons[status];
}
