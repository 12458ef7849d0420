import assert from 'node:assert/strict';
import { drawStdenv } from '../../../server/src/derivation/drawStdenv';
import type { StdenvInspection } from '../../../server/src/derivation/inspection';
import type { Derivation } from '../../../server/src/protocol/model';

const setupFile = '/nix/store/00000000000000000000000000000000-stdenv/setup';
const hookFile = '/nix/store/11111111111111111111111111111111-cmake/nix-support/setup-hook';
const place = {
  file: '/p/a.nix',
  range: { start: { line: 1, character: 2 }, end: { line: 1, character: 12 } },
};

const base: Derivation = {
  name: 'a',
  attr: '',
  system: null,
  drvPath: null,
  outputs: {},
  file: '/p/a.nix',
  range: null,
  source: 'evaluated',
  structure: 'phases',
  phases: [],
  attributes: { buildPhase: place, preBuild: place },
  note: 'inputs are not built',
};
const fn = (name: string, body: string, file: string | null = setupFile) => ({
  name,
  body: `${name} () \n{ \n${body}\n}`,
  file,
  line: file === null ? null : 10,
});

const inspection: StdenvInspection = {
  structure: 'phases',
  setupFile,
  phases: [
    { name: 'unpackPhase', runs: true, flags: [{ name: 'dontUnpack', runsWhen: 'unset' }] },
    { name: 'configurePhase', runs: false, flags: [{ name: 'dontConfigure', runsWhen: 'unset' }] },
    { name: 'buildPhase', runs: true, flags: [] },
    { name: 'checkPhase', runs: false, flags: [{ name: 'doCheck', runsWhen: 'set' }] },
    { name: 'fixupPhase', runs: true, flags: [] },
    { name: 'ghostPhase', runs: true, flags: [] },
    { name: 'distPhase', runs: false, flags: [{ name: 'doDist', runsWhen: 'set' }] },
  ],
  functions: [
    fn('unpackPhase', '    runHook preUnpack;\n    unpackFile "$x";\n    runHook postUnpack'),
    fn('unpackFile', '    runOneHook unpackCmd'),
    fn('_tryTar', ':'),
    fn('configurePhase', '    runHook preConfigure', hookFile),
    fn(
      'fixupPhase',
      '    runHook preFixup;\n    for o in x; do\n  prefix=$o runHook fixupOutput;\n done;\n    runHook postFixup',
    ),
    fn('_moveDocs', ':', hookFile),
    fn('postFixup', 'echo function'),
    fn('runHook', 'local hook="$1"; for hook in "_callImplicitHook 0 $hookName"; do :; done'),
    fn('distPhase', ':', null),
  ],
  variables: {
    buildPhase: 'runHook preBuild\nmake\n',
    preBuild: 'echo pre',
    dontConfigure: '1',
    failureHook: 'echo failed',
    preHook: 'echo setup',
    postBuild: 'never',
  },
  values: {},
  attributes: [
    'buildPhase',
    'preBuild',
    'dontConfigure',
    'failureHook',
    'preHook',
    'postBuild',
    'buildCommand',
  ],
  setupHooks: [],
  setupFunctions: {},
  named: new Set(),
  optional: [],
  builder: { files: [], variables: {} },
  hookArrays: {
    preBuildHooks: ['_arrayEntry --x', 'if [ -z "${dontX-}" ]; then y; fi'],
    unpackCmdHooks: ['_tryTar'],
    fixupOutputHooks: ['_moveDocs'],
    exitHooks: ['echo bye'],
  },
};

const drawn = drawStdenv(base, inspection);
const phase = (name: string) => drawn.phases.find((one) => one.name === name);
const hooks = (name: string): string[] =>
  phase(name)?.hooks.map(
    (h) => `${h.when} ${h.kind} ${h.name} (${h.origin.kind})${h.runs === false ? ` never: ${h.reason}` : ''}`,
  ) ?? [];

describe('drawStdenv', () => {
  it('keeps the order that stdenv gave and forgets the note', () => {
    assert.deepEqual(
      drawn.phases.map(({ name }) => name),
      inspection.phases.map(({ name }) => name),
    );
    assert.deepEqual([drawn.source, drawn.note], ['stdenv', null]);
  });

  it('says why stdenv skips a phase', () => {
    assert.deepEqual(
      [phase('configurePhase')?.skipReason, phase('checkPhase')?.skipReason, phase('buildPhase')?.skipReason],
      ['dontConfigure is set', 'doCheck is not set', null],
    );
  });

  it('tells an attribute, setup and an input’s setup hook apart', () => {
    assert.deepEqual(phase('buildPhase')?.origin, { kind: 'attribute', ...place, input: null });
    assert.equal(phase('unpackPhase')?.origin.kind, 'setup');
    assert.deepEqual(phase('configurePhase')?.origin, {
      kind: 'setupHook',
      file: hookFile,
      range: { start: { line: 9, character: 0 }, end: { line: 9, character: 14 } },
      input: '/nix/store/11111111111111111111111111111111-cmake',
    });
    assert.deepEqual([phase('ghostPhase')?.origin.kind, phase('ghostPhase')?.body], ['absent', null]);
    assert.equal(phase('distPhase')?.origin.file, null);
  });

  it('runs the hook’s own text first and then its array, and only hooks that the body runs', () => {
    assert.deepEqual(hooks('buildPhase'), [
      'pre attribute preBuild (attribute)',
      'pre array _arrayEntry --x (setup)',
      'pre array if [ -z "${dontX-}" ]; then y; fi (setup)',
      'post attribute postBuild (attribute) never: buildPhase does not call runHook postBuild',
    ]);
  });

  it('prefers a hook’s function to its variable', () => {
    assert.equal(phase('fixupPhase')?.hooks.find(({ name }) => name === 'postFixup')?.kind, 'function');
  });

  it('finds hooks in the functions that a phase calls, and setup’s, failure’s and exit’s once', () => {
    assert.deepEqual(hooks('unpackPhase'), [
      'setup attribute preHook (attribute)',
      'during array _tryTar (setup)',
    ]);
    assert.deepEqual(hooks('fixupPhase'), [
      'during array _moveDocs (setupHook)',
      'post function postFixup (setup)',
    ]);
    assert.deepEqual(hooks('ghostPhase'), [
      'failure attribute failureHook (attribute)',
      'exit array echo bye (setup)',
    ]);
  });

  it('leaves a raw builder as it was', () => {
    const raw = drawStdenv(base, { ...inspection, structure: 'builder' });
    assert.deepEqual([raw.phases, raw.source], [base.phases, 'stdenv']);
  });

  it('draws one script as one phase', () => {
    const one = drawStdenv(base, {
      ...inspection,
      structure: 'buildCommand',
      variables: { buildCommand: 'runHook preBuild', preBuild: 'x' },
    });
    assert.deepEqual(
      one.phases.map((p) => [p.name, p.runs, p.hooks.some(({ name }) => name === 'preBuild')]),
      [['buildCommand', true, true]],
    );
  });
});

const input = '/nix/store/22222222222222222222222222222222-tool-1';
const toolFile = `${input}/nix-support/setup-hook`;

describe('drawStdenv about setup hooks', () => {
  const given: StdenvInspection = {
    ...inspection,
    functions: [
      ...inspection.functions,
      fn('buildPhase', '    make ${makeFlags}'),
      fn('toolConfigure', '    runHook preConfigure; tool $toolFlags "$toolRoot"', toolFile),
      fn('preInstall', 'echo implicit', toolFile),
    ],
    attributes: [...inspection.attributes, 'toolFlags', 'makeFlags', 'src', 'version'],
    variables: {
      ...inspection.variables,
      dontConfigure: '',
      configurePhase: 'toolConfigure',
      buildPhase: 'runHook preBuild # $toolRoot\nconcatTo all makeFlags makeDefault; echo version $src\n',
    },
    values: {
      toolFlags: '-a b',
      toolRoot: '/there',
      makeFlags: 'V=1',
      makeDefault: 'no',
      version: '3',
      src: '/nix/store/source',
    },
    phases: inspection.phases.map((one) => ({ ...one, runs: one.name === 'configurePhase' || one.runs })),
    hookArrays: { ...inspection.hookArrays, preCheckHooks: ['echo text'] },
    setupFunctions: { buildPhase: 7, configurePhase: 90 },
    setupHooks: [
      {
        file: toolFile,
        entries: [{ array: 'preBuildHooks', entry: 'if [ -z "${dontX-}" ]; then y; fi' }],
        variables: [
          { name: 'configurePhase', before: null, after: 'toolConfigure' },
          { name: 'toolRoot', before: null, after: '/there' },
        ],
      },
    ],
  };
  const made = drawStdenv(base, given);
  const at = (name: string) => made.phases.find((one) => one.name === name);

  it('tells what each did: phases, hooks, variables', () => {
    assert.deepEqual(made.setupHooks, [
      {
        input,
        name: 'tool-1',
        file: toolFile,
        phasesReplaced: ['configurePhase'],
        phasesAdded: [],
        hooksAdded: [
          { array: 'preBuildHooks', entry: 'if [ -z "${dontX-}" ]; then y; fi' },
          { array: 'preInstall', entry: 'preInstall' },
        ],
        variables: [{ name: 'toolRoot', before: null, after: '/there' }],
      },
    ]);
  });

  it('shows the function that a setup hook puts in a phase’s place, and where stdenv’s own stands', () => {
    const configure = at('configurePhase');
    assert.match(configure?.body ?? '', /^toolConfigure/);
    assert.deepEqual([configure?.origin.kind, configure?.origin.input], ['setupHook', input]);
    assert.deepEqual(configure?.stdenvDefault, {
      file: setupFile,
      range: { start: { line: 89, character: 0 }, end: { line: 89, character: 14 } },
    });
    assert.equal(at('buildPhase')?.stdenvDefault?.range.start.line, 9);
    assert.equal(at('unpackPhase')?.stdenvDefault, null);
    assert.equal(at('ghostPhase')?.stdenvDefault, null);
  });

  it('blames a text in an array on the setup hook that added it', () => {
    const hook = at('buildPhase')?.hooks.find(({ name }) => name.startsWith('if '));
    assert.deepEqual(hook?.origin, { kind: 'setupHook', file: toolFile, range: null, input });
  });

  it('lists the variables that a phase and its functions read and that something sets', () => {
    assert.deepEqual(at('configurePhase')?.flags, [
      { name: 'toolFlags', value: '-a b' },
      { name: 'toolRoot', value: '/there' },
    ]);
    // A comment, a plain word and stdenv's own default do not count.
    assert.deepEqual(at('buildPhase')?.flags, [
      { name: 'makeFlags', value: 'V=1' },
      { name: 'src', value: '/nix/store/source' },
    ]);
  });

  it('knows them by the files of functions when the stdenv hides what it sources', () => {
    const unseen = drawStdenv(base, {
      ...given,
      setupHooks: null,
      hookArrays: { preBuildHooks: ['toolConfigure --x'] },
    });
    assert.deepEqual(
      unseen.setupHooks?.map(({ name, phasesReplaced, hooksAdded }) => [name, phasesReplaced, hooksAdded]),
      [
        ['cmake', [], []],
        [
          'tool-1',
          ['configurePhase'],
          [
            { array: 'preBuildHooks', entry: 'toolConfigure --x' },
            { array: 'preInstall', entry: 'preInstall' },
          ],
        ],
      ],
    );
  });

  it('calls no hook idle that a phase may run under a name that only bash knows', () => {
    const dynamic = drawStdenv(base, {
      ...given,
      variables: { ...given.variables, buildPhase: 'for h in preBuild; do runHook "$h"; done' },
    });
    const hooksOfBuild = dynamic.phases.find(({ name }) => name === 'buildPhase')?.hooks ?? [];
    assert.deepEqual(
      hooksOfBuild.map(({ name }) => name),
      [],
    );
  });

  it('marks the hooks of a phase that is skipped', () => {
    const skipped = drawStdenv(base, {
      ...inspection,
      variables: { ...inspection.variables, preConfigure: 'x' },
    }).phases.find(({ name }) => name === 'configurePhase');
    assert.deepEqual(
      skipped?.hooks.map(({ name, runs, reason }) => [name, runs, reason]),
      [['preConfigure', false, 'configurePhase is skipped']],
    );
  });

  it('puts the hooks that setup calls with each input before those that end setup', () => {
    const withEnv = drawStdenv(base, {
      ...inspection,
      variables: { ...inspection.variables, postHook: 'x' },
      hookArrays: { envHostTargetHooks: ['_moveDocs'] },
    });
    assert.deepEqual(
      withEnv.phases[0]?.hooks.filter(({ when }) => when === 'setup').map(({ name }) => name),
      ['preHook', '_moveDocs', 'postHook'],
    );
  });
});
