/** The words of the status-bar item. Pure. */
import type { StatusParams } from '../../server/src/protocol/messages';
import { totalsWords } from './phases/buildView';
import type { DerivationActivity } from './phases/phaseStates';

export interface StatusText {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  readonly warning: boolean;
}

/** A click opens the item's menu. */
const stopWords = 'Click for the menu: its first entry stops this.';

/** What the item says; `server` is false while the language server does not run. */
export function statusText(
  status: StatusParams,
  running: readonly { readonly activity: DerivationActivity }[],
  server: boolean,
): StatusText {
  const [first] = running;
  const details = [status.message, status.advice].filter((part) => part !== null && part !== '');
  const tooltip = (head: string) => [head, ...details].join('\n\n');
  if (!server)
    return { text: '$(circle-slash) Nix', tooltip: 'The language server is not running.', warning: true };
  if (first !== undefined) {
    const { kind, phase, progress, notice } = first.activity;
    const doing = {
      run: 'preparing',
      build: 'building',
      inputs: 'building inputs',
      replay: 'looking for the failing line',
      evaluation: (notice ?? 'evaluating').split(',', 1)[0] ?? '',
    }[kind];
    const totals = phase === null ? totalsWords(progress) : '';
    const what =
      kind === 'replay' ? doing : [phase ?? doing, totals].filter((words) => words !== '').join(' · ');
    const more = running.length > 1 ? ` +${running.length - 1}` : '';
    return { text: `$(loading~spin) ${what}${more}`, tooltip: tooltip(stopWords), warning: false };
  }
  switch (status.state) {
    case 'unknown':
      return { text: '$(loading~spin) Nix', tooltip: tooltip('Looking for Nix.'), warning: false };
    case 'ready':
      return {
        text: `Nix ${status.nixVersion ?? ''}`.trim(),
        tooltip: tooltip('Phasewise uses this Nix.'),
        // In another folder of the workspace there is none.
        warning: status.message !== null,
      };
    case 'untrusted':
      return {
        text: '$(workspace-untrusted) Nix',
        tooltip: tooltip('Workspace not trusted: nothing is evaluated, built or run.'),
        warning: false,
      };
    case 'nixMissing':
      return { text: '$(warning) Nix not found', tooltip: tooltip('Nix was not found.'), warning: true };
    case 'nixUnusable':
      return { text: '$(warning) Nix unusable', tooltip: tooltip('Nix cannot be used.'), warning: true };
  }
}
