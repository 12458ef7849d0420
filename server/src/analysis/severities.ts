/** The severities that a user wants for checks: `phasewise.checks.severity`. */
import { lints } from '../derivation/lints';
import { checks } from './checks';
import type { Finding, Severity } from './finding';
import { codeOf } from './otherNames';

/** From codes to `error`, `warning`, `information`, `hint` or `off`; what is none of these counts as not said. */
export type SeveritySettings = Readonly<Record<string, string>>;

const severities: readonly string[] = ['error', 'warning', 'information', 'hint'] satisfies Severity[];
const ofNixpkgs = lints.filter(({ isOfNixpkgs }) => isOfNixpkgs === true).map(({ code }) => code);
const optional = new Set([
  ...checks.filter(({ isOptional }) => isOptional === true).map(({ code }) => code),
  ...ofNixpkgs,
]);
const asHints: SeveritySettings = Object.fromEntries(ofNixpkgs.map((code) => [code, 'hint']));

/** The findings with the severities of the user, without those that are off. What Nix itself refuses stays an error. */
export function withSeverities(found: readonly Finding[], wanted: SeveritySettings): readonly Finding[] {
  const others = Object.entries(wanted).map(([name, severity]) => [codeOf(name), severity] as const);
  // A check’s own name counts for more than what others call it.
  const byCode = new Map([...others, ...Object.entries(wanted)]);
  return found.flatMap((each) => {
    if (each.source === 'nix') return [each];
    const severity = byCode.get(each.code);
    if (isSeverity(severity)) return [{ ...each, severity }];
    return severity === 'off' || optional.has(each.code) ? [] : [each];
  });
}

/** With the rules of nixpkgs as hints, where they count and the user does not want them otherwise. */
export function withRulesOfNixpkgs(wanted: SeveritySettings): SeveritySettings {
  const said = new Set(Object.keys(wanted).map(codeOf));
  return { ...Object.fromEntries(Object.entries(asHints).filter(([code]) => !said.has(code))), ...wanted };
}

function isSeverity(text: string | undefined): text is Severity {
  return text !== undefined && severities.includes(text);
}
