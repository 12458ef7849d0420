/** The severities that a user wants for checks: `phasewise.checks.severity`. */
import { lints } from '../derivation/lints';
import { checks } from './checks';
import type { Finding, Severity } from './finding';

/** From codes to `error`, `warning`, `information`, `hint` or `off`; what is none of these counts as not said. */
export type SeveritySettings = Readonly<Record<string, string>>;

const severities: readonly string[] = ['error', 'warning', 'information', 'hint'] satisfies Severity[];
const optional = new Set(
  [...checks, ...lints].filter(({ isOptional }) => isOptional === true).map(({ code }) => code),
);

/** The findings with the severities of the user, without those that are off. What Nix itself refuses stays an error. */
export function withSeverities(found: readonly Finding[], wanted: SeveritySettings): readonly Finding[] {
  return found.flatMap((each) => {
    if (each.source === 'nix') return [each];
    const severity = Object.hasOwn(wanted, each.code) ? wanted[each.code] : undefined;
    if (isSeverity(severity)) return [{ ...each, severity }];
    return severity === 'off' || optional.has(each.code) ? [] : [each];
  });
}

function isSeverity(text: string | undefined): text is Severity {
  return text !== undefined && severities.includes(text);
}
