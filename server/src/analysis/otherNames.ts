/** What other linters call our checks, so that their names are understood in comments and settings. */

/** nixpkgs-hammering’s checks (its folder `explanations/`), where ours is called otherwise. */
const hammering: Readonly<Record<string, string>> = {
  'attribute-typo': 'misspelt-attribute',
  'build-tools-in-build-inputs': 'build-tool-in-build-inputs',
  'duplicate-check-inputs': 'input-twice',
  'environment-variables-go-to-env': 'environment-outside-env',
  'fixup-phase': 'replaced-phase',
  'license-missing': 'incomplete-meta',
  'maintainers-missing': 'incomplete-meta',
  'meson-cmake': 'meson-and-cmake',
  'missing-patch-comment': 'patch-without-comment',
  'missing-phase-hooks': 'phase-without-hooks',
  'name-and-version': 'hard-coded-name',
  'no-python-tests': 'check-without-tests',
  'no-flags-array': 'flags-array',
  'no-flags-spaces': 'flag-with-spaces',
  'no-uri-literals': 'url-literal',
  'patch-phase': 'replaced-phase',
  'python-explicit-check-phase': 'python-check-phase',
  'python-imports-check-typo': 'misspelt-attribute',
  'python-include-tests': 'python-without-tests',
  'stale-substitute': 'substitute-nothing',
  'unnecessary-parallel-building': 'needless-parallel-building',
  'unused-argument': 'unused-formal',
};

/** The code that is meant by a name that a user writes. */
export function codeOf(name: string): string {
  return Object.hasOwn(hammering, name) ? (hammering[name] ?? name) : name;
}
