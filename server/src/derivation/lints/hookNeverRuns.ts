/** `hook-never-runs`: a hook whose phase is overridden and does not call it, or is skipped. */
import { finding, type Finding, type Severity } from '../../analysis/finding';
import { usualPhases, type UsualPhase } from '../../knowledge/stdenvPhases';
import type { StringLiteral } from '../../syntax/ast';
import { indentationAt, lineEnding } from '../../syntax/layout';
import type { TextFix } from '../../syntax/syntaxTree';
import { unwrapped } from '../../syntax/walk';
import type { FoundAttribute } from '../foundDerivation';
import type { Lint, Linted } from '../lint';
import { hookCallsIn } from '../phaseDrawing';
import { scriptOf } from './facts';
import { skippedPhase } from './skippedPhase';

export const hookNeverRuns: Lint = {
  code: 'hook-never-runs',
  of: (linted) => {
    const { attributes } = linted.derivation;
    return usualPhases.flatMap((phase) =>
      phase.hooks.flatMap((hook) => {
        const attribute = attributes.get(hook);
        return attribute === undefined ? [] : findingOf(linted, phase, attribute);
      }),
    );
  },
};

function findingOf(linted: Linted, phase: UsualPhase, hook: FoundAttribute): readonly Finding[] {
  const { derivation, tree } = linted;
  const told = (severity: Severity, why: string, fixes: readonly TextFix[] = []): readonly Finding[] => [
    finding('hook-never-runs', severity, hook.nameSpan, `\`${hook.name}\` never runs: ${why}.`, { fixes }),
  ];
  const skipped = skippedPhase(linted, phase.name);
  if (skipped !== null) return told(skipped.severity, `\`${phase.name}\` is skipped, as ${skipped.reason}`);
  const body = derivation.attributes.get(phase.name);
  const script = scriptOf(body, tree.text);
  if (body === undefined || script === null || callsHook(script, hook.name, derivation.attributes)) return [];
  const literal = body.value === null ? null : unwrapped(body.value);
  const fix = literal?.kind === 'string' ? withCall(tree.text, literal, hook.name) : null;
  return told('warning', `\`${phase.name}\` is written anew and does not call it`, fix === null ? [] : [fix]);
}

/** Also by a function of stdenv, or by anything of the derivation that a call from outside may reach. */
function callsHook(script: string, hook: string, attributes: ReadonlyMap<string, FoundAttribute>): boolean {
  if (hookCallsIn(script).includes(hook) || script.includes(hook)) return true;
  // What else is called may call it in turn: `genericBuild`, a function of a setup hook, another phase’s text.
  return /\b\w+(?:Phase|Hook)\b/.test(script.replaceAll(/\brunHook\s+\w+/g, '')) || attributes.has('phases');
}

/** Puts `runHook` at the begin or the end of a phase’s text. */
export function withCall(text: string, { style, content }: StringLiteral, hook: string): TextFix | null {
  if (style !== 'indented') return null;
  const inside = text.slice(content.start, content.end);
  const lead = /^[ \t]*\r?\n([ \t]*)/.exec(inside);
  if (lead === null) return null;
  const newLine = lineEnding(text);
  const indentation = lead[1] ?? indentationAt(text, content.start);
  const call = `runHook ${hook}`;
  const title = `Call it: \`${call}\``;
  if (hook.startsWith('pre')) {
    const at = content.start + lead[0].length;
    return { title, edits: [{ start: at, end: at, newText: `${call}${newLine}${indentation}` }] };
  }
  const at = content.start + inside.trimEnd().length;
  return { title, edits: [{ start: at, end: at, newText: `${newLine}${indentation}${call}` }] };
}
