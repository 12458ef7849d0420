import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EditReach, ResumeQuestion } from '../../../server/src/derivation/editReach';
import { compareForResume } from '../../../server/src/derivation/editReach';
import type { StoreDerivation } from '../../../server/src/nix/derivationFile';

type Texts = NonNullable<ResumeQuestion['texts']>;

const store = '/nix/store';
const hash = (character: string) => character.repeat(32);
const setupFile = `${store}/${hash('s')}-stdenv/setup`;

function derivation(own: string, env: Readonly<Record<string, string>>, more: Partial<StoreDerivation> = {}) {
  const out = `${store}/${hash(own)}-hello`;
  const base: StoreDerivation = {
    path: `${store}/${hash('d')}-hello.drv`,
    name: 'hello',
    outputs: { out: { path: out, hashAlgo: '', hash: '' } },
    inputDerivations: {},
    inputSources: [],
    system: 'x86_64-linux',
    builder: '/bin/bash',
    args: ['-e', `${store}/${hash('x')}-source-stdenv.sh`],
    env: { name: 'hello', system: 'x86_64-linux', out, stdenv: `${store}/${hash('s')}-stdenv`, ...env },
  };
  return { ...base, ...more };
}

const fn = (name: string, body: string, file: string = setupFile) => ({ name, body, file, line: 1 });

const phases = [
  'unpackPhase',
  'patchPhase',
  'configurePhase',
  'buildPhase',
  'checkPhase',
  'installPhase',
  'fixupPhase',
];

/** As nixpkgs' setup says it, shortened. */
const texts: Texts = {
  structure: 'phases',
  setupFile,
  phases: phases.map((name) => ({
    name,
    runs: true,
    flags: name === 'checkPhase' ? [{ name: 'doCheck', runsWhen: 'set' as const }] : [],
  })),
  functions: [
    fn('unpackPhase', 'runHook preUnpack\nfor i in $srcs $src; do unpackFile "$i"; done\nrunHook postUnpack'),
    fn('unpackFile', 'curSrc="$1"; eval "$unpackCmd"; runHook unpackCmd'),
    fn(
      'patchPhase',
      'runHook prePatch; concatTo flagsArray patchFlags=-p1; echo ${patches[*]}; runHook postPatch',
    ),
    fn('configurePhase', 'runHook preConfigure; concatTo flagsArray configureFlags; runHook postConfigure'),
    fn('buildPhase', 'runHook preBuild; concatTo flagsArray makeFlags buildFlags; runHook postBuild'),
    fn('checkPhase', 'runHook preCheck; concatTo flagsArray makeFlags checkFlags; runHook postCheck'),
    fn('installPhase', 'runHook preInstall; concatTo flagsArray makeFlags installFlags; runHook postInstall'),
    fn('fixupPhase', 'runHook preFixup; runHook fixupOutput; runHook postFixup'),
    fn('concatTo', 'local -n targetref="$1"; for arg in "$@"; do local -n nameref="$arg"; done'),
    fn('runHook', 'for hook in "${!hooksSlice}"; do _eval "$hook"; done; echo $doCheck'),
    fn(
      'runPhase',
      'if [[ $curPhase = checkPhase && -z ${doCheck-} ]]; then return; fi; eval "${!curPhase:-$curPhase}"',
    ),
  ],
  variables: {},
  hookArrays: {},
};

function reach(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  more: Partial<ResumeQuestion> = {},
): EditReach {
  return compareForResume({
    before: derivation('a', before),
    after: derivation('b', after),
    phases,
    texts,
    ...more,
  });
}

function told(answer: EditReach): string {
  return answer.kind === 'from' ? `from ${answer.phase}` : answer.kind;
}

/** What a change of one variable reaches. */
function reachOf(
  variable: string,
  more: Partial<ResumeQuestion> = {},
  env: Readonly<Record<string, string>> = {},
) {
  return reach({ ...env, [variable]: 'one' }, { ...env, [variable]: 'two' }, more);
}

describe('what an edit can reach', () => {
  it("is nothing when only the derivation's own paths changed", () => {
    const of = (own: string) =>
      derivation(own, { installPhase: `cp x ${store}/${hash(own)}-hello/bin; echo ${hash(own)}` });
    assert.deepEqual(compareForResume({ before: of('a'), after: of('b'), phases, texts }), {
      kind: 'same',
      reasons: [],
    });
    const structured = (own: string) => {
      const out = `${store}/${hash(own)}-hello`;
      return derivation(own, { __json: JSON.stringify({ a: [out], env: { B: out } }) });
    };
    const answer = compareForResume({ before: structured('a'), after: structured('b'), phases, texts });
    assert.deepEqual(answer, { kind: 'same', reasons: [] });
  });

  it('is nothing when an input is another derivation with the same output', () => {
    const before = derivation('a', {}, { inputDerivations: { '/nix/store/1.drv': ['out'] } });
    const after = derivation('b', {}, { inputDerivations: { '/nix/store/2.drv': ['out'] } });
    assert.equal(compareForResume({ before, after, phases, texts }).kind, 'same');
  });

  it('begins with the phase whose text, hook or flag was edited, and says why', () => {
    const expected: Readonly<Record<string, string>> = {
      installPhase: 'installPhase',
      preBuild: 'buildPhase',
      postPatch: 'patchPhase',
      unpackCmd: 'unpackPhase',
      src: 'unpackPhase',
      sourceRoot: 'unpackPhase',
      patches: 'patchPhase',
      configureFlags: 'configurePhase',
      cmakeFlags: 'configurePhase',
      makeFlags: 'buildPhase',
      checkFlags: 'checkPhase',
      doCheck: 'checkPhase',
      dontBuild: 'buildPhase',
      dontInstall: 'installPhase',
      installFlags: 'installPhase',
      dontStrip: 'fixupPhase',
      failureHook: 'fixupPhase',
      exitHook: 'fixupPhase',
    };
    for (const [variable, phase] of Object.entries(expected)) {
      const answer = reachOf(variable);
      assert.equal(told(answer), `from ${phase}`, variable);
    }
    const answer = reachOf('installPhase');
    assert.ok(answer.kind === 'from');
    assert.equal(answer.index, 5);
    assert.deepEqual(answer.reasons, ['installPhase was edited; it is read first in installPhase.']);
    assert.deepEqual(answer.changed, [{ variable: 'installPhase', from: 'one', to: 'two' }]);
  });

  it('is nothing, with the reason, when only comments of a phase or hook changed that nobody reads as a text', () => {
    const commented = (more: Partial<ResumeQuestion> = {}, env: Readonly<Record<string, string>> = {}) =>
      reach({ ...env, preBuild: 'a\n' }, { ...env, preBuild: '# why\na # how\n' }, more);
    assert.deepEqual(commented(), {
      kind: 'same',
      reasons: ['Only comments or indentation of preBuild changed.'],
    });
    const readers = [
      'echo "$preBuild"',
      'env > $out',
      'cp $NIX_ATTRS_JSON_FILE $out',
      'declare -p',
      'export',
    ];
    for (const installPhase of readers) {
      assert.equal(told(commented({}, { installPhase })), 'from buildPhase', installPhase);
    }
    assert.equal(commented({ texts: null }).kind, 'from');
    assert.equal(commented({ texts: { ...texts, structure: 'builder' } }).kind, 'everything');
    assert.equal(told(reach({ preBuild: '' }, { preBuild: '# why' })), 'from buildPhase');
    assert.equal(told(reach({ makeFlags: 'a' }, { makeFlags: 'a # b' })), 'from buildPhase');
    const both = reach({ preBuild: 'a', installPhase: 'b' }, { preBuild: 'a # c', installPhase: 'b; d' });
    assert.equal(told(both), 'from installPhase');
  });

  it('begins with the first of several', () => {
    const answer = reach({ installPhase: 'a', postPatch: 'a' }, { installPhase: 'b', postPatch: 'b' });
    assert.equal(told(answer), 'from patchPhase');
    assert.ok(answer.kind === 'from');
    assert.match(answer.reasons[0] ?? '', /^postPatch was edited/);
  });

  it('begins with an earlier phase that names the variable, through hooks and functions too', () => {
    const installFlags = 'installFlags';
    assert.equal(told(reachOf(installFlags, {}, { postPatch: 'echo $installFlags' })), 'from patchPhase');
    const functions = [
      ...texts.functions,
      fn('_hook', '_deeper', '/nix/store/h/hook'),
      fn('_deeper', ': $installFlags'),
    ];
    const hooked = { ...texts, functions, hookArrays: { postConfigureHooks: ['_hook'] } };
    assert.equal(told(reachOf(installFlags, { texts: hooked })), 'from configurePhase');
  });

  it('of an unknown variable begins where it is named first, before or after the edit', () => {
    assert.equal(told(reachOf('greeting', {}, { buildPhase: 'echo $greeting' })), 'from buildPhase');
    const answer = reach({ buildPhase: 'true' }, { buildPhase: 'echo $greeting', greeting: 'hi' });
    assert.equal(told(answer), 'from buildPhase');
  });

  it('is everything when no phase names the variable, or programs may read it', () => {
    const answer = reachOf('greeting');
    assert.ok(answer.kind === 'everything');
    assert.match(answer.reasons.join(), /no phase names it/);
    assert.equal(reachOf('greeting', {}, { installPhase: 'eval "$x"' }).kind, 'everything');
    assert.equal(reachOf('CFLAGS', {}, { installPhase: 'echo $CFLAGS' }).kind, 'everything');
    assert.equal(reachOf('installPhase', { phases: ['buildPhase'] }).kind, 'everything');
  });

  it('counts what reads variables without naming them', () => {
    for (const text of [
      'eval "echo \\$x"',
      'echo ${!which}',
      'source ./x.sh',
      '. ./x.sh',
      'env',
      'export -p',
      'local -n r=$1',
      'substituteAll a b',
    ]) {
      assert.equal(told(reachOf('installFlags', {}, { postPatch: text })), 'from patchPhase', text);
      assert.equal(told(reachOf('installPhase', {}, { postPatch: text })), 'from installPhase', text);
    }
    assert.equal(told(reachOf('installFlags', {}, { postPatch: 'echo ${!array[@]}' })), 'from installPhase');
  });

  it('trusts the functions of stdenv and of its own hooks to read what they are told to', () => {
    const functions = [...texts.functions, fn('patchShebangs', 'echo ${!pathName} env', '/nix/store/h/hook')];
    const hookArrays = { postUnpackHooks: ['patchShebangs .; echo ${!outputBin}/bin'] };
    const answer = reachOf('installFlags', { texts: { ...texts, functions, hookArrays } });
    assert.equal(told(answer), 'from installPhase');
  });

  it('is everything for what is read before the first phase', () => {
    for (const name of [
      'stdenv',
      'nativeBuildInputs',
      'buildInputs',
      'phases',
      'prePhases',
      'preHook',
      'outputs',
      'passAsFile',
      'hardeningDisable',
    ]) {
      assert.equal(reachOf(name).kind, 'everything', name);
    }
    const before = derivation('a', {});
    for (const more of [
      { system: 'aarch64-linux' },
      { builder: '/bin/sh' },
      { args: ['-x'] },
      { name: 'hello2' },
      {
        outputs: {
          ...before.outputs,
          dev: { path: `${store}/${hash('c')}-hello-dev`, hashAlgo: '', hash: '' },
        },
      },
    ] as const) {
      const answer = compareForResume({ before, after: derivation('b', {}, more), phases, texts });
      assert.ok(answer.kind === 'everything');
      assert.ok(answer.reasons.length > 0);
    }
    assert.equal(
      reachOf('long', {}, { passAsFile: 'long', buildPhase: 'cat $longPath; echo $long' }).kind,
      'everything',
    );
  });

  it("is everything when a phase's text comes or goes and a setup hook may have asked for it", () => {
    assert.equal(told(reach({}, { buildPhase: 'make' })), 'from buildPhase');
    const hooked = { ...texts, functions: [...texts.functions, fn('_hook', ':', '/nix/store/h/hook')] };
    assert.equal(reach({}, { buildPhase: 'make' }, { texts: hooked }).kind, 'everything');
    assert.equal(told(reach({ buildPhase: 'a' }, { buildPhase: 'b' }, { texts: hooked })), 'from buildPhase');
  });

  it('is everything for what is one step', () => {
    assert.equal(reachOf('buildCommand', { phases: ['buildCommand'] }).kind, 'everything');
    assert.equal(reachOf('x', { texts: { ...texts, structure: 'builder' } }).kind, 'everything');
  });

  it("knows only stdenv's own variables before the stdenv was asked", () => {
    assert.equal(told(reachOf('makeFlags', { texts: null })), 'from buildPhase');
    assert.equal(
      told(reachOf('makeFlags', { texts: null }, { postPatch: 'echo $makeFlags' })),
      'from patchPhase',
    );
    assert.equal(reachOf('greeting', { texts: null }, { buildPhase: 'echo $greeting' }).kind, 'everything');
  });

  it('gives new values with the output paths that the session keeps', () => {
    const text = (own: string, word: string) => `${word} ${store}/${hash(own)}-hello`;
    const answer = reach({ installPhase: text('a', 'one') }, { installPhase: text('b', 'two') });
    assert.ok(answer.kind === 'from');
    assert.deepEqual(answer.changed, [
      { variable: 'installPhase', from: text('a', 'one'), to: text('a', 'two') },
    ]);
  });

  it('compares structured attributes one by one', () => {
    const of = (own: string, attributes: object) => derivation(own, { __json: JSON.stringify(attributes) });
    const compare = (from: object, to: object) =>
      compareForResume({ before: of('a', from), after: of('b', to), phases, texts });
    assert.equal(told(compare({ makeFlags: ['a'] }, { makeFlags: ['a', 'b'] })), 'from buildPhase');
    assert.equal(compare({ env: { CFLAGS: '1' } }, { env: { CFLAGS: '2' } }).kind, 'everything');
    const phase = 'echo ${WORDS[@]}';
    assert.equal(
      told(compare({ buildPhase: phase, WORDS: ['a'] }, { buildPhase: phase, WORDS: [] })),
      'from buildPhase',
    );
  });

  it('takes any names and values', () => {
    const names = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(names, names, (before, after) => {
        const answer = reach(before, after);
        assert.ok(['same', 'from', 'everything'].includes(answer.kind));
        assert.equal(reach(before, before).kind, 'same');
      }),
      { numRuns: 100 },
    );
  });

  it('never keeps a phase that names a changed variable', () => {
    const variables = ['alpha', 'beta', 'gamma', 'installFlags', 'makeFlags', 'patches'];
    const functions = ['one', 'two', 'three', 'four'];
    const hooks = phases.map((phase) => `pre${phase.charAt(0).toUpperCase()}${phase.slice(1, -5)}`);
    const word = fc.constantFrom(
      ...variables.map((name) => `"$${name}"`),
      ...functions,
      ...hooks.map((hook) => `runHook ${hook}`),
    );
    const body = fc.array(word, { maxLength: 3 });
    const model = fc.record({
      phases: fc.array(body, { minLength: phases.length, maxLength: phases.length }),
      functions: fc.array(body, { minLength: functions.length, maxLength: functions.length }),
      hooks: fc.array(body, { minLength: hooks.length, maxLength: hooks.length }),
      changed: fc.uniqueArray(fc.constantFrom(...variables), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(model, (made) => {
        const bodies = new Map<string, readonly string[]>();
        phases.forEach((name, at) => bodies.set(name, made.phases[at] ?? []));
        functions.forEach((name, at) => bodies.set(name, made.functions[at] ?? []));
        hooks.forEach((name, at) => bodies.set(name, made.hooks[at] ?? []));
        const text = (name: string) => (bodies.get(name) ?? []).join('; ') || ':';
        const given: Texts = {
          ...texts,
          functions: functions.map((name) => fn(name, text(name))),
          variables: Object.fromEntries([...phases, ...hooks].map((name) => [name, text(name)])),
        };
        const env = Object.fromEntries([...phases, ...hooks].map((name) => [name, text(name)]));
        const edited = Object.fromEntries(made.changed.map((name) => [name, 'new']));
        const answer = reach(env, { ...env, ...edited }, { texts: given });
        if (answer.kind !== 'from') return;
        for (const phase of phases.slice(0, answer.index)) {
          const seen = reachable(phase, bodies);
          for (const name of made.changed) assert.ok(!seen.has(`"$${name}"`), `${phase} reads ${name}`);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** All words that running a name can come to. */
function reachable(name: string, bodies: ReadonlyMap<string, readonly string[]>, seen = new Set<string>()) {
  for (const word of bodies.get(name) ?? []) {
    if (seen.has(word)) continue;
    seen.add(word);
    reachable(word.replace('runHook ', ''), bodies, seen);
  }
  return seen;
}
