/**
 * What nixpkgs says of a package that it does not give (`pkgs/stdenv/generic/check-meta.nix`), cut after what is read of it: the first four
 * as its check of 2025 printed them under Nix 2.8, the others in the words of its source since (26.05), where problems are a list.
 */
import assert from 'node:assert/strict';
import { explainMessage } from '../../../server/src/builds/explanations/explainFailure';
import { allowing, refusedPackage, wrongMeta } from '../../../server/src/builds/explanations/refusedPackage';
import { configEdit } from '../../../server/src/derivation/configEdit';
import { ownMetaPlace, usePlace } from '../../../server/src/derivation/refusedPlace';
import { replaced } from '../../../server/src/syntax/replacement';
import { parsed } from '../../support/syntax';

const texts = {
  unfree:
    'Package ‘unfree-thing-1.0’ in /set.nix:17 has an unfree license (‘unfree’), refusing to evaluate.\n\na) To temporarily allow unfree packages, you can use an environment variable\n   for a single invocation of the nix tools.\n\n     $ export NIXPKGS_ALLOW_UNFREE=1\n',
  broken:
    'Package ‘broken-thing-2’ in /set.nix:18 is marked as broken, refusing to evaluate.\n\na) To temporarily allow broken packages, you can use an environment variable\n',
  insecure:
    'Package ‘python-2.7.18’ in /set.nix:19 is marked as insecure, refusing to evaluate.\n\n\nKnown issues:\n - CVE-2020-1: bad\n - End of life\n\nYou can install it anyway by allowing this package, using the\nfollowing methods:\n',
  unsupported:
    'Package ‘darwin-only-3’ in /set.nix:20 is not available on the requested hostPlatform:\n  hostPlatform.system = "x86_64-linux"\n  package.meta.platforms = [\n    "x86_64-darwin"\n  ]\n  package.meta.badPlatforms = [ ]\n, refusing to evaluate.\n\na) To temporarily allow packages that are unsupported for this system\n',
  later:
    "Refusing to evaluate package 'claude-code-2.1.283' in /pkgs/package.nix:94 because it has an unfree license ('unfree')\n\na) To temporarily allow unfree packages\n",
  listed:
    "Refusing to evaluate package 'openai-2.5.3' in «unknown-file» because it has problems:\n  - broken: This package is broken.\n  See also https://nixos.org/manual/nixpkgs/unstable#sec-problems\n",
};

describe('a package that its set refuses', () => {
  it('is read in all wordings, with what is known of it', () => {
    const file = '/set.nix';
    const told = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, refusedPackage(text)]));
    assert.deepEqual(told, {
      unfree: { name: 'unfree-thing-1.0', refusal: 'unfree', file, details: ['unfree'] },
      broken: { name: 'broken-thing-2', refusal: 'broken', file, details: [] },
      insecure: {
        ...{ name: 'python-2.7.18', refusal: 'insecure', file },
        details: ['CVE-2020-1: bad', 'End of life'],
      },
      unsupported: { name: 'darwin-only-3', refusal: 'unsupported', file, details: ['x86_64-linux'] },
      later: {
        ...{ name: 'claude-code-2.1.283', refusal: 'unfree', file: '/pkgs/package.nix' },
        details: ['unfree'],
      },
      listed: { name: 'openai-2.5.3', refusal: 'broken', file: null, details: [] },
    });
    assert.equal(
      refusedPackage('Package ‘a-1’ in /a.nix:1 has an invalid meta attrset:, refusing to evaluate.'),
      null,
    );
    assert.equal(refusedPackage('undefined variable'), null);
  });

  it('for its meta is read with the attributes that are wrong', () => {
    const refusing = (why: string): string => `Package ‘a-1’ in /a.nix:1 ${why}, refusing to evaluate.\n\n`;
    const wrong = (why: string): readonly string[] | undefined => wrongMeta(refusing(why))?.attributes;
    assert.deepEqual(
      wrong(
        "has an invalid meta attrset:\n  - key 'meta.descripton' is unrecognized; expected one of: \n  ['description']\n  - key 'meta.license' has invalid value; expected string, got\n    1\n",
      ),
      ['descripton', 'license'],
    );
    assert.deepEqual(wrong('has invalid meta.outputsToInstall'), ['outputsToInstall']);
    assert.deepEqual(wrong('has a blocklisted license (‘gpl’)'), ['license']);
    assert.deepEqual(wrong('contains elements not built from source (‘jar’)'), ['sourceProvenance']);
    assert.equal(wrongMeta(refusing('is marked as broken')), null);
  });

  it('is explained in a sentence, with the config and the variable that allow it', () => {
    const { cause = '', advice = '' } = explainMessage(texts.insecure, false) ?? {};
    assert.equal(cause, 'python-2.7.18 is marked as insecure: CVE-2020-1: bad; End of life.');
    assert.match(advice, /`config\.permittedInsecurePackages = \[ "python-2\.7\.18" \];`/);
    assert.match(advice, /NIXPKGS_ALLOW_INSECURE=1/);
    assert.match(
      explainMessage(texts.unfree, false)?.cause ?? '',
      /^unfree-thing-1\.0 has an unfree license \(unfree\)\.$/,
    );
    assert.match(explainMessage(texts.unsupported, false)?.cause ?? '', /is not made for x86_64-linux\.$/);
  });

  it('stands where the text uses it, called as attributes call packages', async () => {
    const placed = async (text: string, name: string): Promise<string | null> => {
      const { root } = await parsed(text);
      const span = root === null ? null : usePlace(root, name);
      return span === null ? null : text.slice(span.start, span.end);
    };
    const text =
      '{ zlib, unfreeThing, pkgs }: with pkgs; f { buildInputs = [ zlib unfreeThing pkgs.python27 openssl_1_1 ]; }';
    assert.equal(await placed(text, 'unfree-thing-1.0'), 'unfreeThing');
    assert.equal(await placed(text, 'python-2.7.18'), 'pkgs.python27');
    assert.equal(await placed(text, 'openssl-1.1.1w'), 'openssl_1_1');
    assert.equal(await placed(text, 'greeter-1'), null);
    assert.equal(await placed('pkgs: "${pkgs.hello}"', 'hello-2.12'), 'pkgs.hello');
    assert.equal(await placed('a: [ a.b.hello a.c.hello ]', 'hello-2.12'), null);
  });

  it('of this very text stands at what it says of itself', async () => {
    const placed = async (
      text: string,
      refusal: 'broken' | 'unfree' | 'insecure',
    ): Promise<string | null> => {
      const { root } = await parsed(text);
      const span = root === null ? null : ownMetaPlace(root, refusal);
      return span === null ? null : text.slice(span.start);
    };
    assert.equal(await placed('f { meta = with lib; { broken = true; }; }', 'broken'), 'broken = true; }; }');
    assert.equal(await placed('f { meta.license = 1; broken = 2; }', 'unfree'), 'license = 1; broken = 2; }');
    assert.equal(await placed('f { broken = true; }', 'broken'), null);
    assert.equal(await placed('[ { meta.broken = a; } { meta.broken = b; } ]', 'broken'), null);
  });

  const edits: readonly (readonly [keyof typeof texts, string, string | null])[] = [
    ['broken', 'import <nixpkgs> { }', 'import <nixpkgs> { config.allowBroken = true; }'],
    [
      'unfree',
      'let pkgs = import nixpkgs { inherit system; }; in pkgs',
      'let pkgs = import nixpkgs { inherit system; config.allowUnfreePredicate = pkg: builtins.elem (pkg.pname or (builtins.parseDrvName pkg.name).name) [ "unfree-thing" ]; }; in pkgs',
    ],
    [
      'unfree',
      'import <nixpkgs> { config.allowUnfreePredicate = p: builtins.elem (lib.getName p) [ "a" ]; }',
      'import <nixpkgs> { config.allowUnfreePredicate = p: builtins.elem (lib.getName p) [ "a" "unfree-thing" ]; }',
    ],
    [
      'insecure',
      '{ pkgs ? import <nixpkgs> { config = { permittedInsecurePackages = [ ]; }; } }: pkgs',
      '{ pkgs ? import <nixpkgs> { config = { permittedInsecurePackages = [ "python-2.7.18" ]; }; } }: pkgs',
    ],
    [
      'insecure',
      'import inputs.nixpkgs {\n  overlays = [ ];\n}',
      'import inputs.nixpkgs {\n  overlays = [ ];\n  config.permittedInsecurePackages = [ "python-2.7.18" ];\n}',
    ],
    [
      'broken',
      'import <nixpkgs> { config.allowBroken = false; }',
      'import <nixpkgs> { config.allowBroken = true; }',
    ],
    // Not written there, not clear, or no set of packages.
    ['broken', 'import <nixpkgs> { inherit config; }', null],
    ['broken', 'import <nixpkgs> { config = import ./config.nix; }', null],
    ['broken', '[ (import <nixpkgs> { }) (import <nixpkgs> { }) ]', null],
    ['broken', 'import ./lib { }', null],
  ];
  for (const [key, text, expected] of edits) {
    it(`${expected === null ? 'is not allowed in' : 'is allowed in the config of'} ${JSON.stringify(text)} (${key})`, async () => {
      const refused = refusedPackage(texts[key]);
      const { root } = await parsed(text);
      assert.ok(refused !== null && root !== null);
      const edit = configEdit(root, text, allowing(refused).setting);
      assert.equal(edit === null ? null : replaced(text, [edit]), expected);
    });
  }
});
