import assert from 'node:assert/strict';
import { callsOfFile } from '../../../../server/src/analysis/across/fileCalls';
import { parsed } from '../../../support/syntax';

async function calls(text: string, file = '/r/default.nix'): Promise<readonly unknown[]> {
  return callsOfFile({ file, tree: await parsed(text) }, '/r/pkgs/a/default.nix').map(
    ({ attr, scope, args }) => [
      attr?.join('.') ?? null,
      scope.join('.'),
      args === null ? '' : typeof args === 'string' ? args.replace(/^.* in /, '') : 'open',
    ],
  );
}

describe('Calls of a file in another', () => {
  const cases: readonly (readonly [what: string, text: string, expected: readonly unknown[]])[] = [
    ['at an attribute', '{ callPackage }: { a = callPackage ./pkgs/a { }; }', [['a', '', '']]],
    ['by the name of the file', '{ x.y = callPackage ./pkgs/a/default.nix { }; }', [['x.y', '', '']]],
    [
      'in an overlay',
      'final: prev: with final; { a = final.callPackage ./pkgs/a { zlib = final.zlib-ng; n = 1; }; }',
      [['a', '', '{ zlib = final.zlib-ng; n = 1; }']],
    ],
    ['from another scope', 'self: super: { a = self.py.callPackage ./pkgs/a { }; }', [['a', 'py', '']]],
    [
      'through let, inherit and a scope',
      'let a = callPackage ./pkgs/a { }; in lib.makeScope newScope (self: { inherit a; })',
      [['a', '', '']],
    ],
    [
      'with paths of its own',
      '{ a = callPackage ./pkgs/a { patch = ./p.patch; }; }',
      [['a', '', '{ patch = /r/./p.patch; }']],
    ],
    [
      'with what only the file knows',
      'let v = 1; in { a = callPackage ./pkgs/a { inherit v; }; }',
      [['a', '', 'open']],
    ],
    [
      'not the value itself',
      '{ b = f (callPackage ./pkgs/a { }); c = (callPackage ./pkgs/a { }).dev; }',
      [
        [null, '', ''],
        [null, '', ''],
      ],
    ],
    [
      'those with an attribute first',
      '{ b = [ (callPackage ./pkgs/a { }) ]; a = callPackage ./pkgs/a { }; }',
      [
        ['a', '', ''],
        [null, '', ''],
      ],
    ],
    ['of other files', '{ a = callPackage ./pkgs/b { }; p = ./pkgs/a; }', []],
  ];
  for (const [what, text, expected] of cases) {
    it(what, async () => assert.deepEqual(await calls(text), expected));
  }
});
