/** `check-without-tests`: a phase of tests that ran and, as its log says, tried nothing. Pure. */
import { finding, type Finding } from '../../analysis/finding';
import { usualPhase } from '../../knowledge/stdenvPhases';
import type { SyntaxTree, TextFix } from '../../syntax/syntaxTree';
import { unwrapped } from '../../syntax/walk';
import type { FoundDerivation } from '../foundDerivation';
import { attributePlace } from '../listAttributeEdit';
import { isInherited, without } from '../lints/facts';

export const testPhases = ['checkPhase', 'installCheckPhase'] as const;

interface TestRunner {
  /** A line that says that there was nothing to try. */
  readonly nothing: RegExp;
  /** A line of the same program that says otherwise. */
  readonly something?: RegExp;
}

const runners: readonly TestRunner[] = [
  // nixpkgs' pkgs/stdenv/generic/setup.sh, and the setup hooks of ninja and scons
  { nothing: /^no (?:check\/test|installcheck) target (?:in .*|found), doing nothing$/ },
  { nothing: /^no Makefile or custom (?:check|installCheck)Phase, doing nothing$/ },
  { nothing: /^no installcheck target or custom installCheckPhase, doing nothing$/ },
  // ctest, Source/CTest/cmCTestTestHandler.cxx
  { nothing: /^No tests were found!!!$/, something: /^\d+% tests passed/ },
  // meson, mesonbuild/mtest.py
  { nothing: /^No tests defined\.$/, something: /^Ok:\s+\d/ },
  // Python's unittest/runner.py
  { nothing: /^Ran 0 tests in [\d.]+s$/, something: /^Ran [1-9]\d* tests? in / },
  // pytest, _pytest/terminal.py
  { nothing: /^=*\s*no tests ran in [\d.]+s/, something: /\b\d+ passed\b/ },
  // Rust's library/test/src/console.rs
  { nothing: /^running 0 tests$/, something: /^running [1-9]\d* tests?$/ },
  // go, cmd/go/internal/test
  { nothing: /\t\[no test files\]$/, something: /^(?:ok|FAIL|---|===)\s/ },
];

/** The line that tells; null where anything was tried, or no program that is known here says that nothing was. `lines`: the whole log. */
export function nothingTried(lines: readonly string[]): string | null {
  for (const { nothing, something } of runners) {
    const said = lines.find((line) => nothing.test(line));
    if (said === undefined) continue;
    if (something === undefined || !lines.some((line) => something.test(line))) return said.trim();
  }
  return null;
}

/** `said`: what the log of the phase tells. */
export function checkWithoutTests(
  { text }: Pick<SyntaxTree, 'text'>,
  derivation: FoundDerivation,
  phase: (typeof testPhases)[number],
  said: string,
): Finding {
  const flag = usualPhase(phase)?.flag?.name ?? '';
  const written = derivation.attributes.get(flag);
  const message = `\`${phase}\` tried nothing when it ran last. Its log says: “${said}”`;
  const fix = switchedOff(text, derivation, flag);
  return finding('check-without-tests', 'information', written?.nameSpan ?? derivation.head, message, {
    fixes: fix === null ? [] : [fix],
  });
}

/** Builders of languages test unless they are told not to; `mkDerivation` does not. */
function switchedOff(text: string, derivation: FoundDerivation, flag: string): TextFix | null {
  const written = derivation.attributes.get(flag);
  const binding = `${flag} = false;`;
  if (written === undefined) {
    const place = attributePlace(text, derivation, before);
    return place === null ? null : { title: `Write \`${binding}\``, edits: [place(() => binding)] };
  }
  const value = written.value === null ? null : unwrapped(written.value);
  if (value?.kind !== 'variable' || value.name !== 'true' || isInherited(written)) return null;
  if (derivation.maker === 'mkDerivation')
    return { title: `Remove \`${flag}\``, edits: [without(text, written.span)] };
  return { title: `Write \`${binding}\``, edits: [{ ...value.span, newText: 'false' }] };
}

const before = [
  'nativeCheckInputs',
  'checkInputs',
  'dependencies',
  'buildInputs',
  'src',
  'version',
  'pname',
  'name',
];
