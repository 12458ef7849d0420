import { lastSaid } from './cmakeSaid';
import { lastMatch, type Finding, type Rule } from './rule';

/** What a project says by `message(FATAL_ERROR …)`. */
const byProject = /^CMake Error at .* \(message\):$/;
/** An option that its words offer to switch off, as it is typed. */
const switchedOff = /-D\s?(?<name>\w+)(?::BOOL)?=(?<value>OFF|NO|FALSE|0|off|no|false)\b/;
/** Meson's `feature.require()`: nixpkgs' hook enables all features (`-Dauto_features=enabled`). */
const ofMeson = /\bERROR: Feature (?<name>[\w.+:-]+) cannot be enabled(?:: (?<words>.+?)\.?)?$/;

/** What misses something says itself how it is built without. */
export const offeredOption: Rule = ({ lines }) => {
  const said = lastSaid(lines, byProject);
  const option = said === null ? null : switchedOff.exec(said.text);
  if (said !== null && option?.groups !== undefined) {
    const { name = '', value = '' } = option.groups;
    const words = said.text.slice(said.text.indexOf('(message):') + '(message):'.length).trim();
    return switchOff(said.line + 1, withoutEnd(words), 'cmakeFlags', `-D${name}=${value}`);
  }
  const feature = lastMatch(lines, [ofMeson]);
  if (feature === null) return null;
  const { name = '', words = `${name} cannot be enabled` } = feature.match.groups ?? {};
  return switchOff(feature.line, words, 'mesonFlags', `-D${name}=disabled`);
};

function switchOff(
  line: number,
  words: string,
  attribute: 'cmakeFlags' | 'mesonFlags',
  flag: string,
): Finding {
  return {
    line,
    cause: `The configuration stopped: ${words}.`,
    advice: `Add what it misses to buildInputs, or build without it: "${flag}" in ${attribute}.`,
    remedy: { kind: 'flag', attribute, flag },
  };
}

function withoutEnd(words: string): string {
  return words.replace(/[.:]$/, '');
}
