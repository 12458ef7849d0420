import assert from 'node:assert/strict';
import { attributeMarkdown, exampleOf } from '../../../server/src/features/knownText';
import { attributesOfMaker, membersOf } from '../../../server/src/knowledge/derivationAttributes';
import { parsed } from '../../support/syntax';

describe('an example of an attribute', () => {
  const makers = [
    'mkDerivation',
    'buildPythonPackage',
    'buildRustPackage',
    'buildGoModule',
    'buildNpmPackage',
  ];
  const all = [
    ...makers.flatMap((maker) => [...attributesOfMaker(maker).values()]),
    ...(membersOf('meta')?.values() ?? []),
  ];
  const ofStdenv = attributesOfMaker('mkDerivation');
  const example = (name: string): string | null => {
    const known = ofStdenv.get(name);
    return known === undefined ? null : exampleOf(known);
  };

  it('is Nix', async () => {
    for (const each of new Set(all.map(exampleOf)))
      if (each !== null) assert.deepEqual((await parsed(`{ ${each} }`)).faults, [], each);
  });

  it('is what a package would have, a phase with the calls of its hooks', () => {
    assert.equal(example('outputs'), 'outputs = [ "out" "dev" "man" ];');
    assert.equal(example('dontStrip'), 'dontStrip = true;');
    assert.equal(example('buildPhase'), "buildPhase = ''\n  runHook preBuild\n\n  runHook postBuild\n'';");
  });

  it('is none where nothing would be seen but the kind', () => {
    assert.equal(example('postPatch'), null);
    assert.equal(example('depsHostHost'), null);
  });

  it('ends what is told of an attribute', () => {
    const known = ofStdenv.get('makeFlags');
    assert.ok(known !== undefined);
    assert.match(attributeMarkdown(known, 'mkDerivation'), /```nix\nmakeFlags = \[\n.*\n\];\n```$/s);
  });
});
