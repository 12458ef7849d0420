/** What hovering a row of the tree tells: Markdown with the bash that runs. Pure. */
import type { Derivation, Hook, Origin, Phase, PhaseFlag } from '../../../server/src/protocol/model';
import { codeBlock, duration, escapeMarkdown, originWords } from '../words';
import type { PhaseState } from './phaseStates';
import { sessionSentences } from './sessionWords';
import type { Shown } from './shownStates';

const bodyLines = 40;

export function derivationTooltip(derivation: Derivation, { activity, current, session }: Shown): string {
  const outputs = Object.entries(derivation.outputs).map(
    ([name, path]) => `- ${escapeMarkdown(name)}${path === null ? '' : `: \`${path}\``}`,
  );
  const lines = [
    `**${escapeMarkdown(derivation.name ?? derivation.attr)}**`,
    derivation.system === null ? '' : escapeMarkdown(derivation.system),
    derivation.drvPath === null ? '' : `\`${derivation.drvPath}\``,
    outputs.length === 0 ? '' : `Outputs\n${outputs.join('\n')}`,
    current && activity?.failure != null ? escapeMarkdown(activity.failure.message) : '',
    ...sessionSentences(session),
    sourceSentence(derivation),
    derivation.note === null ? '' : escapeMarkdown(derivation.note),
  ];
  return paragraphs(lines);
}

export function phaseTooltip(phase: Phase, state: PhaseState | undefined): string {
  const reason = phase.skipReason === null ? '' : `: ${escapeMarkdown(phase.skipReason)}`;
  return paragraphs([
    `**${escapeMarkdown(phase.name)}**${stateSentence(state)}`,
    phase.runs ? '' : `Does not run${reason}.`,
    state?.reason === undefined
      ? ''
      : `${escapeMarkdown(state.reason)} It runs again before anything after it.`,
    originSentence(phase.origin),
    flagsSentence(phase.flags ?? []),
    phase.body === null ? '' : codeBlock(phase.body, 'bash', bodyLines),
  ]);
}

export function hookTooltip(hook: Hook): string {
  const kinds = { attribute: 'a string', array: 'an entry of a hook array', function: 'a bash function' };
  return paragraphs([
    `**${escapeMarkdown(hook.name)}**, ${kinds[hook.kind]}`,
    hook.runs === false ? `Does not run: ${escapeMarkdown(hook.reason ?? 'nothing calls it')}.` : '',
    originSentence(hook.origin),
    hook.body === null ? '' : codeBlock(hook.body, 'bash', bodyLines),
  ]);
}

const longestFlag = 120;

function flagsSentence(flags: readonly PhaseFlag[]): string {
  if (flags.length === 0) return '';
  const lines = flags.map(({ name, value }) => {
    const text = value.replace(/\s+/g, ' ').trim();
    const shown = text.length > longestFlag ? `${text.slice(0, longestFlag)}…` : text;
    return `- ${escapeMarkdown(name)}: ${escapeMarkdown(shown)}`;
  });
  return `Reads\n${lines.join('\n')}`;
}

function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

function stateSentence(state: PhaseState | undefined): string {
  if (state === undefined || state.kind === 'waiting') return '';
  const time = state.seconds === null ? '' : ` in ${duration(state.seconds)}`;
  const words = {
    running: 'runs now',
    ok: `succeeded${time}`,
    failed: state.seconds === null ? 'failed' : `failed after ${duration(state.seconds)}`,
    skipped: 'was skipped',
    cancelled: 'was stopped',
    stale: `is stale${state.seconds === null ? '' : `; it took ${duration(state.seconds)}`}`,
  };
  return ` ${words[state.kind]}`;
}

function originSentence(origin: Origin): string {
  switch (origin.kind) {
    case 'attribute':
      return origin.file === null
        ? 'Written as an attribute.'
        : `Written at ${escapeMarkdown(originWords(origin))}.`;
    case 'setup':
      return "Comes from stdenv's setup script.";
    case 'setupHook':
      return origin.input === null
        ? "Comes from an input's setup hook."
        : `Comes from the setup hook of \`${origin.input}\`.`;
    case 'absent':
      return 'Nothing defines it.';
  }
}

function sourceSentence(derivation: Derivation): string {
  switch (derivation.source) {
    case 'static':
      return 'Drawn from the text; not evaluated yet.';
    case 'evaluated':
      return 'Drawn from the evaluated derivation; its stdenv was not asked yet.';
    case 'stdenv':
      return derivation.structure === 'builder'
        ? 'Its builder is a program of its own, without stdenv and phases.'
        : "Drawn as the derivation's own stdenv says.";
  }
}
