/** The tree of one Nix file: its derivations, their phases in running order, their hooks. Pure. */
import type { DrawingParams, StatusParams } from '../../../server/src/protocol/messages';
import type { Derivation } from '../../../server/src/protocol/model';
import { keyName } from '../serverState';
import { derivationName, type PhaseItem, type Row } from './phaseItem';
import { contextOf, phaseRow } from './phaseRows';
import { inputsRows } from './inputsItem';
import { derivationTooltip } from './phaseTooltips';
import { derivationWords } from './sessionWords';
import { setupHookRows } from './setupHookItems';
import type { Shown } from './shownStates';
import { derivationIcon } from './stateWords';

/** The rows of a drawing; `shownOf` gives how the phases of a derivation stand. */
export function phaseItems(
  drawing: DrawingParams,
  status: StatusParams,
  shownOf: (derivation: Derivation) => Shown,
): readonly PhaseItem[] {
  const derivations = drawing.derivations.map((derivation) =>
    derivationItem({ drawing, derivation, shown: shownOf(derivation) }),
  );
  const notice = noticeItem(drawing.uri, status);
  return notice === null || derivations.length === 0 ? derivations : [notice, ...derivations];
}

function noticeItem(uri: string, status: StatusParams): PhaseItem | null {
  const texts = {
    untrusted: ['Restricted: nothing is run', 'manage trust', 'workspace-untrusted'],
    nixMissing: ['Nix was not found', 'what to do', 'warning'],
    nixUnusable: ['Nix cannot be used', 'what to do', 'warning'],
  } as const;
  if (status.state === 'ready' || status.state === 'unknown') return null;
  const [label, description, icon] = texts[status.state];
  const words = [status.message, status.advice].filter((text) => text !== null).join('\n\n');
  return {
    ...{ kind: 'notice', id: `${uri}#notice`, uri, attr: '', phase: null, label, description },
    icon: { name: icon, color: status.state === 'untrusted' ? null : 'list.warningForeground' },
    tooltip: words === '' ? label : words,
    spoken: `${label}. ${words}`,
    ...{ context: `notice;${status.state};`, dimmed: false, definition: null },
    ...{ stdenvDefault: null, drvPath: null },
    ...{ expanded: false, children: [] },
  };
}

/** The row of one derivation with all below it. */
export function derivationItem(row: Row): PhaseItem {
  const { drawing, derivation, shown } = row;
  const name = derivationName(derivation);
  const definition = derivation.range && { file: derivation.file, range: derivation.range };
  const description = [derivationWords(shown), derivation.attr]
    .filter((part) => part !== '' && part !== name)
    .join(' · ');
  const id = keyName({ uri: drawing.uri, attr: derivation.attr });
  const where = { uri: drawing.uri, attr: derivation.attr, drvPath: derivation.drvPath };
  return {
    ...{ kind: 'derivation', id, uri: drawing.uri, attr: derivation.attr, phase: null },
    ...{ label: name, description },
    icon: derivationIcon(shown),
    tooltip: derivationTooltip(derivation, shown),
    spoken: `derivation ${name}, ${description}`,
    context: contextOf('derivation', row, {
      running: shown.activity?.status === null || shown.replayed === true,
      runnable: true,
      definition,
    }),
    dimmed: false,
    definition,
    stdenvDefault: null,
    drvPath: derivation.drvPath,
    expanded: drawing.derivations.length <= 3,
    children: [
      ...inputsRows(where, id, row),
      ...derivation.phases.map((phase, index) => phaseRow(row, phase, index)),
      ...setupHookRows(where, id, derivation),
    ],
  };
}
