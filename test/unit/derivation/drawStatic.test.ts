import assert from 'node:assert/strict';
import { drawStatic } from '../../../server/src/derivation/drawStatic';
import type { Derivation } from '../../../server/src/protocol/model';
import { parsed } from '../../support/syntax';

const file = '/p/default.nix';

async function draw(text: string): Promise<Derivation> {
  const [derivation] = drawStatic(await parsed(text), file);
  assert.ok(derivation);
  return derivation;
}
const running = (d: Derivation): string[] => d.phases.filter(({ runs }) => runs).map(({ name }) => name);
const hooks = (d: Derivation, phase: string): string[] =>
  d.phases.find(({ name }) => name === phase)?.hooks.map(({ name, when }) => `${when} ${name}`) ?? [];

describe('drawStatic', () => {
  it('draws stdenv’s usual phases in order, with what is skipped and why', async () => {
    const d = await draw(
      'mkDerivation { name = "a"; dontBuild = true; doInstallCheck = 1; dontFixup = false; }',
    );
    assert.deepEqual(
      d.phases.map(({ name, skipReason }) => `${name} ${skipReason ?? '-'}`),
      [
        'unpackPhase -',
        'patchPhase -',
        'configurePhase -',
        'buildPhase dontBuild is set',
        'checkPhase doCheck is not set',
        'installPhase -',
        'fixupPhase -',
        'installCheckPhase -',
        'distPhase doDist is not set',
      ],
    );
    assert.equal(d.source, 'static');
    assert.deepEqual(d.outputs, { out: null });
  });

  it('lets a phase run whose flag the text does not tell', async () => {
    const d = await draw('mkDerivation { name = "a"; doCheck = stdenv.isLinux; }');
    assert.ok(running(d).includes('checkPhase'));
  });

  it('follows phases and the lists of added phases', async () => {
    const own = await draw(
      'mkDerivation { name = "a"; phases = [ "unpackPhase" "myPhase" ]; myPhase = "x"; }',
    );
    assert.deepEqual(
      own.phases.map(({ name }) => name),
      ['unpackPhase', 'myPhase'],
    );
    const added = await draw(
      'mkDerivation { name = "a"; prePhases = [ "one" ]; preInstallPhases = "two three"; postPhases = [ "four" ]; two = "x"; }',
    );
    const names = added.phases.map(({ name }) => name);
    assert.equal(names[0], 'one');
    assert.deepEqual(names.slice(names.indexOf('checkPhase') + 1, names.indexOf('installPhase')), [
      'two',
      'three',
    ]);
    assert.equal(names.at(-1), 'four');
    assert.equal(added.phases.find(({ name }) => name === 'three')?.origin.kind, 'absent');
  });

  it('shows the hooks that a phase runs, and not those that its own text leaves out', async () => {
    const d = await draw(`mkDerivation {
      name = "a"; preBuild = "1"; postBuild = "2"; preInstall = "3"; postInstall = "4"; unpackCmd = "5"; failureHook = "6"; preHook = "7";
      buildPhase = ''
        # runHook preBuild
        make \${x}
        runHook postBuild
      '';
    }`);
    assert.deepEqual(hooks(d, 'buildPhase'), ['post postBuild']);
    assert.deepEqual(hooks(d, 'installPhase'), ['pre preInstall', 'post postInstall']);
    assert.deepEqual(hooks(d, 'unpackPhase'), ['setup preHook', 'during unpackCmd']);
    assert.deepEqual(hooks(d, 'fixupPhase'), ['failure failureHook']);
  });

  it('gives a phase its text when literal and the place of its attribute', async () => {
    const d = await draw("mkDerivation {\n  name = \"a\";\n  buildPhase = ''\n    make\n  '';\n}");
    const phase = d.phases.find(({ name }) => name === 'buildPhase');
    assert.equal(phase?.body, 'make\n');
    assert.deepEqual(phase.origin, {
      kind: 'attribute',
      file,
      range: { start: { line: 2, character: 2 }, end: { line: 2, character: 12 } },
      input: null,
    });
    assert.deepEqual(d.attributes['buildPhase'], { file, range: phase.origin.range });
  });

  it('draws one script and a raw builder as one phase each', async () => {
    const script = await draw('runCommand "a" { } "runHook x"');
    assert.deepEqual(
      [script.structure, script.phases.map(({ name }) => name)],
      ['buildCommand', ['buildCommand']],
    );
    assert.equal(script.phases[0]?.body, 'runHook x');
    const raw = await draw('derivation { name = "a"; builder = "/bin/sh"; args = [ ]; system = "x"; }');
    assert.deepEqual(
      [raw.structure, raw.phases.map(({ name }) => name), raw.system],
      ['builder', ['builder'], 'x'],
    );
  });

  it('names outputs', async () => {
    const d = await draw('mkDerivation { name = "a"; outputs = [ "out" "dev" ]; }');
    assert.deepEqual(d.outputs, { out: null, dev: null });
  });
});
