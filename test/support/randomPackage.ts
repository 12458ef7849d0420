/** Packages that nobody would write, and edits of them: what tests feed to sessions and to real builds alike. */
import fc from 'fast-check';

export type AttributeValue = string | boolean | readonly string[];

/** A derivation of the examples' stdenv: what `phasesEdits.test.ts` writes down for Nix. */
export interface RandomPackage {
  readonly name: string;
  readonly structured: boolean;
  /** Whether an input has a setup hook that adds to this build. */
  readonly hook: boolean;
  /** Output names; `out` first. */
  readonly outputs: readonly string[];
  /** Texts of phases and hooks, a command an entry. */
  readonly texts: Readonly<Record<string, readonly string[]>>;
  readonly variables: Readonly<Record<string, AttributeValue>>;
  readonly passAsFile: readonly string[];
  /** Files of `src`. */
  readonly source: Readonly<Record<string, string>>;
}

/** `builtins.placeholder "out"`. */
const placeholderOut = '/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9';

const words = ['one', 'two words', "it's", '$dollar', 'a\\b', 'äö', '*', '', placeholderOut] as const;
const files = ['a', 'b', 'd/c', 'script'] as const;
const names = ['foo', 'BAR', 'list', 'made', 'version'] as const;

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
const word = fc.constantFrom(...words);
const file = fc.constantFrom(...files);
const name = fc.constantFrom(...names);

const plainCommands = [
  'helper() { echo helper one; }',
  'helper() { echo "helper $foo"; }',
  'if declare -F helper > /dev/null; then helper >> a; fi',
  '[[ ! -e script ]] || sh ./script >> b',
  'indirect=foo; echo "${!indirect-}" >> a',
  'printenv BAR >> a || :',
  'eval "${code-}"',
  'cat "${bigPath:-/dev/null}" >> b',
  'cat "${NIX_ATTRS_JSON_FILE:-/dev/null}" >> b',
  'mkdir -p d && cd d',
  'cd "$NIX_BUILD_TOP"',
  'mkdir gone && cd gone && rmdir ../gone',
  'umask 027',
  'shopt -s nocasematch; [[ A == a ]] && echo same >> a',
  'set -f',
  'set +f',
  'set -u',
  "trap 'echo traps >> b' USR1",
  'kill -USR1 $BASHPID 2> /dev/null || :',
  'runHook extra',
  'preBuildHooks+=("echo hooked >> a")',
  'postBuildHooks+=(helper)',
  'preInstallHooks=()',
  'local made=inside',
  'readonly fixed=1',
  'declare -gA map=([k]="v w" ["]"]=x)',
  'echo "${map[k]-unset} ${!map[*]}" >> a',
  'list+=(x "y z")',
  'echo "${#list[@]} ${list[*]-}" >> b',
  'appendToVar flags word',
  'prependToVar flags first',
  'local words=(); concatTo words flags list; printf "%s|" "${words[@]}" >> a',
  'export made',
  'unset -v foo',
  'echo "$out" >> a; mkdir -p "$out"',
  'mkdir -p "$out/bin"; echo "$out and $foo" >> "$out/bin/x"; chmod +x "$out/bin/x"',
  'rm -rf "$out"',
  'ln -sfn "$out/bin" link',
  'for one in *; do echo "$one"; done >> d.list',
  'stat -c "%n %a" * 2> /dev/null >> stats || :',
  'find . -type f ! -newermt @2000 -printf "%p %T@ %n %s\\n" | sort >> stats',
  '(sleep 0.01; echo late >> a) & wait',
  'exec 9>> b; echo nine >&9; exec 9>&-',
  'PATH=$PATH:/nonexistent',
  'substituteAll a substituted 2> /dev/null || :',
  'return 0',
] as const;
const failingCommands = ['false', 'exit 3', 'nosuchcommand', 'set -u; echo "$neverset"'] as const;

const command = fc.oneof(
  { weight: 24, arbitrary: fc.constantFrom(...plainCommands) },
  { weight: 1, arbitrary: fc.constantFrom(...failingCommands) },
  {
    weight: 6,
    arbitrary: fc.tuple(word, file).map(([text, to]) => `mkdir -p d; echo ${quoted(text)} >> ${to}`),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(name, file).map(([one, to]) => `mkdir -p d; echo "${one}=\${${one}-none}" >> ${to}`),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(name, fc.constantFrom('=', '+='), word)
      .map(([one, how, text]) => one + how + quoted(text)),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        file,
        fc.constantFrom(
          'chmod 640',
          'chmod +x',
          'chmod 000',
          'touch -d @1000.123456789',
          'ln -f F hard;:',
          'rm -f',
          'cp -p F copy;:',
          'mv F moved;:',
          'truncate -s 3',
        ),
      )
      .map(([one, how]) => `[[ ! -e ${one} ]] || ${how.replace('F', one)} ${one}`),
  },
);

const text = fc.array(command, { minLength: 1, maxLength: 4 });

/** Names of texts, those of phases and of hooks, of the default phases and of our own. */
const textNames = [
  ...['prePatch', 'postPatch', 'preConfigure', 'configurePhase', 'preBuild', 'buildPhase', 'postBuild'],
  ...[
    'checkPhase',
    'preInstall',
    'installPhase',
    'postInstall',
    'fixupPhase',
    'postFixup',
    'ownPhase',
    'extra',
  ],
  ...['postUnpack', 'failureHook', 'exitHook', 'code'],
];
const textName = fc.constantFrom(...textNames);

const flags = ['doCheck', 'dontBuild', 'dontFixup', 'dontUnpack', 'dontPatch', 'doInstallCheck'] as const;

const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  { weight: 3, arbitrary: word },
  { weight: 2, arbitrary: fc.array(fc.constantFrom('one', 'two', '-x=y', 'a*'), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.boolean() },
);

const variable = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom('foo', 'BAR', 'list', 'version', 'unused'), value) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom('flags', 'configureFlags', 'makeFlags', 'installFlags'), value),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...flags), fc.boolean()) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constant('big'), fc.constantFrom('big one\n', `big ${placeholderOut}`)),
  },
);

const scripts = ['echo script', 'echo "script $foo $BAR"', 'env | grep "^foo="', 'cat a'] as const;
const sourceFile = fc.oneof(
  fc.tuple(fc.constantFrom('a', 'b', 'e'), fc.constantFrom('text\n', 'other\n', '@foo@ @version@\n')),
  fc.tuple(fc.constant('script'), fc.constantFrom(...scripts)),
);

export const randomPackage: fc.Arbitrary<RandomPackage> = fc.record({
  name: fc.constant('random'),
  structured: fc.boolean(),
  hook: fc.boolean(),
  outputs: fc.constantFrom(['out'], ['out', 'dev']),
  texts: fc.array(fc.tuple(textName, text), { maxLength: 7 }).map((entries) => Object.fromEntries(entries)),
  variables: fc.array(variable, { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  passAsFile: fc.constantFrom([], ['big']),
  source: fc.array(sourceFile, { maxLength: 3 }).map((entries) => ({
    Makefile: 'all:\n\techo made >> a\ninstall:\n\t:\n',
    ...Object.fromEntries(entries),
  })),
});

export interface Edit {
  /** For a failing test's words. */
  readonly what: string;
  readonly apply: (before: RandomPackage) => RandomPackage;
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([one]) => one !== key));
}

/** Prints itself in a counter-example. */
function edit(what: string, apply: Edit['apply']): Edit {
  return { what, apply, [fc.toStringMethod]: () => what } as Edit;
}

const textEdit = fc.oneof(
  fc
    .tuple(textName, text)
    .map(([one, lines]) =>
      edit(`${one} = ${JSON.stringify(lines)}`, (old) => ({ ...old, texts: { ...old.texts, [one]: lines } })),
    ),
  fc.tuple(textName, command).map(([one, line]) =>
    edit(`${one} += ${JSON.stringify(line)}`, (old) => ({
      ...old,
      texts: { ...old.texts, [one]: [...(old.texts[one] ?? []), line] },
    })),
  ),
  fc.nat(6).map((at) =>
    edit(`text ${at} away`, (old) => {
      const names = Object.keys(old.texts);
      return { ...old, texts: without(old.texts, names[at % Math.max(1, names.length)] ?? '') };
    }),
  ),
  fc.nat(6).map((at) =>
    edit(`a comment in text ${at}`, (old) => {
      const [one, lines] = Object.entries(old.texts)[at % Math.max(1, Object.keys(old.texts).length)] ?? [];
      return one === undefined || lines === undefined
        ? old
        : { ...old, texts: { ...old.texts, [one]: [...lines, '# a comment'] } };
    }),
  ),
);

const variableEdit = fc.oneof(
  {
    weight: 3,
    arbitrary: variable.map(([one, now]) =>
      edit(`${one} = ${JSON.stringify(now)}`, (old) => ({
        ...old,
        variables: { ...old.variables, [one]: now },
      })),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('foo', 'BAR', 'flags', ...flags)
      .map((one) => edit(`no ${one}`, (old) => ({ ...old, variables: without(old.variables, one) }))),
  },
);

const otherEdit = fc.oneof(
  {
    weight: 4,
    arbitrary: sourceFile.map(([path, content]) =>
      edit(`src/${path} = ${JSON.stringify(content)}`, (old) => ({
        ...old,
        source: { ...old.source, [path]: content },
      })),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constant(
      edit('passAsFile', (old) => ({ ...old, passAsFile: old.passAsFile.length > 0 ? [] : ['big'] })),
    ),
  },
  { weight: 1, arbitrary: fc.constant(edit('hook', (old) => ({ ...old, hook: !old.hook }))) },
  {
    weight: 1,
    arbitrary: fc.constant(edit('structured', (old) => ({ ...old, structured: !old.structured }))),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      edit('outputs', (old) => ({ ...old, outputs: old.outputs.length > 1 ? ['out'] : ['out', 'dev'] })),
    ),
  },
  { weight: 1, arbitrary: fc.constant(edit('name', (old) => ({ ...old, name: `${old.name}s` }))) },
);

export const randomEdit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: textEdit },
  { weight: 4, arbitrary: variableEdit },
  { weight: 2, arbitrary: otherEdit },
);
