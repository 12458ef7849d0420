import assert from 'node:assert/strict';
import { absolutePaths } from '../../../server/src/syntax/pathLiterals';
import { LineIndex } from '../../../server/src/syntax/lineIndex';
import { parsed } from '../../support/syntax';

async function moved(text: string, folder = '/home/u/p', fileName: string | null = null): Promise<string> {
  return absolutePaths(await parsed(text), folder, fileName).text;
}

describe('absolutePaths', () => {
  it('writes the folder before each relative path literal', async () => {
    assert.equal(
      await moved('[ ./a ../b c/d ./. ./..  .hidden/x ]'),
      '[ /home/u/p/./a /home/u/p/../b /home/u/p/c/d /home/u/p/./. /home/u/p/./..  /home/u/p/.hidden/x ]',
    );
  });
  it('keeps absolute, home and search paths, strings, URIs and comments', async () => {
    const text = "[ /a/b ~/c <nixpkgs> <nixpkgs/lib> \"./a\" ''./b'' http://x.org/y ] # ./c\n/* ./d */";
    assert.equal(await moved(text), text);
  });
  it('keeps interpolated paths interpolated', async () => {
    assert.equal(
      await moved('./a/${b}/c ++ ./${x ./y}'),
      '/home/u/p/./a/${b}/c ++ /home/u/p/./${x /home/u/p/./y}',
    );
  });
  it('reaches paths inside strings, calls and default arguments', async () => {
    assert.equal(
      await moved('{ x ? ./d }: "${./a}" + f ./b'),
      '{ x ? /home/u/p/./d }: "${/home/u/p/./a}" + f /home/u/p/./b',
    );
  });
  it('writes a folder that is no path literal as an interpolation at the root', async () => {
    assert.equal(await moved('f ./a', '/my "odd" $dir\\é'), 'f /${"my \\"odd\\" \\$dir\\\\é"}/./a');
    assert.equal(await moved('./a', '/x\ny'), '/${"x\\ny"}/./a');
  });
  it('writes nothing but a slash for the root folder', async () => {
    assert.equal(await moved('./a', '/'), '/./a');
  });
  it('replaces __curPos by the place in the original file', async () => {
    assert.equal(
      await moved('\n  __curPos.line', '/home/u/p', 'x y.nix'),
      '\n  { column = 3; file = "/home/u/p/x y.nix"; line = 2; }.line',
    );
    assert.equal(await moved('__curPos'), '__curPos');
  });
  it('keeps every line where it was', async () => {
    const text = '{\r\n  a = ./a; b = ./${\n x}/c;\r  d = 1;\n}';
    assert.equal(new LineIndex(await moved(text)).lineCount, new LineIndex(text).lineCount);
  });
  it('leads Nix’s positions back to the original columns', async () => {
    const text = 'f ./é ./b [ ./c ] x';
    const tree = await parsed('f "é" ./b [ ./c ] x');
    const relocated = absolutePaths(tree, '/home/ü');
    for (const mark of ['f', './b', '[', './c', ']', 'x']) {
      const column = Buffer.byteLength(relocated.text.slice(0, relocated.text.lastIndexOf(mark))) + 1;
      const back = relocated.toOriginal({ file: '/tmp/x', line: 1, column });
      const expected = Buffer.byteLength(tree.text.slice(0, tree.text.lastIndexOf(mark))) + 1;
      const start = mark.startsWith('./')
        ? tree.lines.toNixPosition(tree.text.lastIndexOf(mark)).column
        : expected;
      assert.deepEqual(back, { file: '/tmp/x', line: 1, column: start }, `${mark} of ${text}`);
    }
  });
  it('leads a position inside what was inserted to the start of the literal', async () => {
    const relocated = absolutePaths(await parsed('f ./a y'), '/home/u');
    assert.equal(relocated.toOriginal({ line: 1, column: 5 }).column, 3);
    assert.equal(relocated.toOriginal({ line: 1, column: 3 }).column, 3);
    assert.equal(relocated.toOriginal({ line: 4, column: 3 }).column, 3);
  });
  it('works on text that does not parse', async () => {
    assert.equal(
      await moved('{ a = ./a; b = ; c = ./c; }'),
      '{ a = /home/u/p/./a; b = ; c = /home/u/p/./c; }',
    );
  });
});
