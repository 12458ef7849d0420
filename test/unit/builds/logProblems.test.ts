import assert from 'node:assert/strict';
import { LogProblems } from '../../../server/src/builds/logProblems';

/** `TOOL SEVERITY FILE:LINE:COLUMN MESSAGE`, lines and columns from 0. */
function found(log: string): readonly string[] {
  const problems = new LogProblems();
  for (const line of log.split('\n')) problems.line(line);
  return problems.all.map(({ tool, severity, file, directory, line, column, message }) => {
    const path = directory === null ? file : `${directory} ${file}`;
    return `${tool} ${severity} ${path}:${line}:${column ?? '-'} ${message}`;
  });
}

describe('what tools say in a log', () => {
  it('gcc and clang, with colours and in the directory where make works', () => {
    const log = `make[1]: Entering directory '/build/source/src'
\u001b[1mmain.c:\u001b[m In function 'main':
\u001b[1mmain.c:3:5:\u001b[m \u001b[31merror: \u001b[mexpected ';' before 'return'
    3 |     return 0
      |     ^
main.c:9:1: warning: control reaches end of non-void function [-Wreturn-type]
main.c:2:5: note: declared here
make[1]: Leaving directory '/build/source/src'
/build/source/x.cc:1:10: fatal error: nosuch.h: No such file or directory`;
    assert.deepEqual(found(log), [
      "cc error /build/source/src main.c:2:4 expected ';' before 'return'",
      'cc warning /build/source/src main.c:8:0 control reaches end of non-void function [-Wreturn-type]',
      'cc information /build/source/src main.c:1:4 declared here',
      'cc error /build/source/x.cc:0:9 nosuch.h: No such file or directory',
    ]);
  });

  it('rustc, whose place stands below its words', () => {
    const log = `error[E0308]: mismatched types
 --> src/main.rs:2:18
  |
2 |     let x: i32 = "a";
warning: unused variable: \`y\`
  --> src/lib.rs:7:9
error: could not compile \`demo\` (bin "demo") due to 1 previous error`;
    assert.deepEqual(found(log), [
      'rustc error src/main.rs:1:17 mismatched types',
      'rustc warning src/lib.rs:6:8 unused variable: `y`',
    ]);
  });

  it('go', () => {
    assert.deepEqual(found('# demo/cmd\ncmd/main.go:5:2: undefined: fmt.Printn\n./a.go:3: x'), [
      'go error cmd/main.go:4:1 undefined: fmt.Printn',
      'go error ./a.go:2:- x',
    ]);
  });

  it('python, at the innermost frame that is the package’s own', () => {
    const log = `Traceback (most recent call last):
  File "/build/source/setup.py", line 4, in <module>
    main()
  File "/build/source/demo/app.py", line 12, in main
    json.loads(text)
  File "/nix/store/x-python3/lib/python3.12/json/decoder.py", line 355, in raw_decode
    raise JSONDecodeError("Expecting value", s, err.value) from None
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)
  File "/build/source/bad.py", line 1
    def f(:
          ^
SyntaxError: invalid syntax`;
    assert.deepEqual(found(log), [
      'python error /build/source/demo/app.py:11:- json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)',
      'python error /build/source/bad.py:0:- SyntaxError: invalid syntax',
    ]);
  });

  it('make, cmake and meson', () => {
    const log = `Makefile:12: *** missing separator.  Stop.
CMake Error at CMakeLists.txt:5 (find_package):
  By not providing "FindFoo.cmake" in CMAKE_MODULE_PATH this project has
  asked CMake to find a package configuration file provided by "Foo".

CMake Warning (dev) at cmake/x.cmake:3 (message):
  old

meson.build:3:0: ERROR: Dependency "foo" not found, tried pkgconfig`;
    assert.deepEqual(found(log), [
      'make error Makefile:11:- missing separator',
      'cmake error CMakeLists.txt:4:- By not providing "FindFoo.cmake" in CMAKE_MODULE_PATH this project has',
      'cmake warning cmake/x.cmake:2:- old',
      'meson error meson.build:2:0 Dependency "foo" not found, tried pkgconfig',
    ]);
  });

  it('keep a bounded number, each once, and take nothing for one that is none', () => {
    const many = Array.from({ length: 5000 }, (_, n) => `a.c:${n + 1}:1: error: e`).join('\n');
    assert.equal(found(many).length, 200);
    assert.equal(found('a.c:1:1: error: e\na.c:1:1: error: e').length, 1);
    const none = [
      'http://x:80: fine',
      'checking for error.h... no',
      `${'x'.repeat(5000)}:1:1: error: e`,
      ':1: error: x',
    ];
    assert.deepEqual(found(none.join('\n')), []);
  });

  it('cost little on a log of data', () => {
    const problems = new LogProblems();
    const begun = performance.now();
    for (let n = 0; n < 100_000; n++)
      problems.line(`${n} /build/source/src/part.c is compiled, with its flags x`);
    assert.ok(performance.now() - begun < 2000);
  });
});
