import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { StoreDerivation } from '../../../server/src/nix/derivationFile';
import { parseDerivation, printDerivation } from '../../../server/src/nix/derivationFile';
import { derivationName } from '../../../server/src/protocol/storePath';

const path = '/nix/store/4ggys9721v97zwacb7zc9yiq1k7ppmfn-hello-2.12.drv';
const text =
  'Derive([("dev","/nix/store/b-dev","",""),("out","/nix/store/a","sha256","0f")],' +
  '[("/nix/store/c-bash.drv",["out"]),("/nix/store/d-x.drv",["dev","out"])],["/nix/store/e-builder.sh"],' +
  '"x86_64-linux","/bin/sh",["-e","a\\"b\\\\c\\nd\\te\\rf"],[("__proto__","x"),("buildPhase","make\\n"),("empty","")])';

function refused(contents: string | Uint8Array) {
  const result = parseDerivation(path, contents);
  return result.ok ? assert.fail('it was read') : result.error;
}

describe('store derivation files', () => {
  it('are read with every field', () => {
    const result = parseDerivation(path, text);
    assert.ok(result.ok);
    const derivation = result.value;
    assert.equal(derivation.name, 'hello-2.12');
    assert.deepEqual(derivation.outputs, {
      dev: { path: '/nix/store/b-dev', hashAlgo: '', hash: '' },
      out: { path: '/nix/store/a', hashAlgo: 'sha256', hash: '0f' },
    });
    assert.deepEqual(derivation.inputDerivations, {
      '/nix/store/c-bash.drv': ['out'],
      '/nix/store/d-x.drv': ['dev', 'out'],
    });
    assert.deepEqual(derivation.inputSources, ['/nix/store/e-builder.sh']);
    assert.deepEqual([derivation.system, derivation.builder], ['x86_64-linux', '/bin/sh']);
    assert.deepEqual(derivation.args, ['-e', 'a"b\\c\nd\te\rf']);
    assert.deepEqual(Object.entries(derivation.env), [
      ['__proto__', 'x'],
      ['buildPhase', 'make\n'],
      ['empty', ''],
    ]);
    assert.equal(printDerivation(derivation), text);
  });

  it('may hold bytes that are no UTF-8, and lose none of them', () => {
    const result = parseDerivation(path, Buffer.from(text.replace('make', 'm\u00ffke'), 'latin1'));
    assert.ok(result.ok && result.value.env['buildPhase'] === 'm\u00ffke\n');
    const utf8 = parseDerivation(path, Buffer.from(text.replace('make', 'mäke')));
    assert.ok(utf8.ok && utf8.value.env['buildPhase'] === 'mäke\n');
  });

  it('of a newer form are refused with the reason', () => {
    const error = refused(`DrvWithVersion("xp-dyn-drv",[],[],[],"","",[],[])`);
    assert.equal(error.code, 'derivation-version');
    assert.match(error.message, /dynamic derivation/);
    assert.ok(error.advice);
  });

  it('that are none are refused, wherever they go wrong', () => {
    for (const contents of [
      '',
      'Derive',
      'Derive(',
      'Derive()',
      'hello',
      '[]',
      '"x"',
      `${text}x`,
      'Other([],[],[],"","",[],[])',
      'Derive([],[],[],"","",[],[],[])',
      'Derive([("out","p")],[],[],"","",[],[])',
      'Derive([],[],[],[],"",[],[])',
      'Derive([,],[],[],"","",[],[])',
      'Derive([] [],[],"","",[],[])',
      '('.repeat(100_000),
      '\u0000\u0001',
    ]) {
      assert.equal(refused(contents).code, 'derivation-unreadable', contents.slice(0, 40));
    }
  });

  it('come back the same after printing, whatever they hold', () => {
    const key = fc.string({ unit: 'binary', maxLength: 8 });
    const record = <T>(value: fc.Arbitrary<T>) =>
      fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: true });
    const derivations: fc.Arbitrary<StoreDerivation> = fc.record(
      {
        path: fc.constant(path),
        name: fc.constant('hello-2.12'),
        outputs: record(fc.record({ path: key, hashAlgo: key, hash: key }, { noNullPrototype: true })),
        inputDerivations: record(fc.array(key)),
        inputSources: fc.array(key),
        system: key,
        builder: key,
        args: fc.array(key),
        env: record(key),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(derivations, (derivation) => {
        const result = parseDerivation(path, printDerivation(derivation));
        assert.ok(result.ok);
        assert.deepEqual(result.value, derivation);
      }),
    );
  });

  it('cut or changed anywhere give a value or a Problem, never an exception', () => {
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(text.length), fc.string({ maxLength: 4 }), (from, to, put) => {
        const result = parseDerivation(path, text.slice(0, from) + put + text.slice(to));
        assert.equal(typeof result.ok, 'boolean');
      }),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.equal(parseDerivation(path, bytes).ok, false)));
  });

  it('of a megabyte are read in linear time', () => {
    const big = text.replace('make', '\\n\\"\\\\'.repeat(200_000));
    const started = Date.now();
    assert.ok(parseDerivation(path, big).ok);
    assert.ok(Date.now() - started < 2000);
  });

  it('have the name behind the hash', () => {
    assert.equal(derivationName(path), 'hello-2.12');
    assert.equal(derivationName('/tmp/x.drv'), 'x');
  });
});
