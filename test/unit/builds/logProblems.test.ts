import assert from 'node:assert/strict';
import { LogProblems } from '../../../server/src/builds/logProblems';

/** `TOOL SEVERITY FILE:LINE:COLUMN MESSAGE`, lines and columns from 0. */
function found(log: string): readonly string[] {
  const problems = new LogProblems();
  for (const line of log.split('\n')) problems.line(line);
  problems.phase();
  return problems.all.map(({ tool, severity, file, directory, goPackage, line, column, message }) => {
    const folder = goPackage ?? directory;
    const path = folder === null ? file : `${folder} ${file}`;
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

  it('the assembler, the linker and a failed assertion', () => {
    // binutils 2.40, glibc 2.36; what an older ld and a macOS libc say.
    const log = `foo.S: Assembler messages:
foo.S:2: Error: number of operands mismatch for \`mov'
foo.S:3: Warning: end of file not at end of a line; newline inserted
/usr/bin/ld: /tmp/ccrnVnKi.o: in function \`main':
/build/source/main.c:5: undefined reference to \`f'
/usr/bin/ld: main.o: in function \`main':
main.c:(.text+0x5): undefined reference to \`g'
/nix/store/x-binutils/bin/ld: b.o:/build/source/b.c:1: multiple definition of \`x'; a.o:/build/source/a.c:1: first defined here
collect2: error: ld returned 1 exit status
./t: t.c:4: main: Assertion \`1 == 2' failed.
t: ../src/t.cc:9: void ns::f(int): Assertion \`ok' failed.
Assertion failed: (1 == 2), function main, file t.c, line 4.`;
    assert.deepEqual(found(log), [
      "cc error foo.S:1:- number of operands mismatch for `mov'",
      'cc warning foo.S:2:- end of file not at end of a line; newline inserted',
      "cc error /build/source/main.c:4:- undefined reference to `f'",
      "cc error main.c:0:- undefined reference to `g' (the linker names no line)",
      "cc error /build/source/b.c:0:- multiple definition of `x'; a.o:/build/source/a.c:1: first defined here",
      "cc error t.c:3:- Assertion `1 == 2' failed.",
      "cc error ../src/t.cc:8:- Assertion `ok' failed.",
      'cc error t.c:3:- Assertion failed: (1 == 2), function main',
    ]);
  });

  it('a recipe of make that failed without a place of its own, not the makes above it', () => {
    // GNU make 4.3; what 4.2 says.
    const log = `make[1]: Entering directory '/build/source/sub'
false
make[1]: *** [Makefile:7: sub/x] Error 1
make[1]: Leaving directory '/build/source/sub'
make: *** [Makefile:2: all] Error 2`;
    assert.deepEqual(found(log), ['make error /build/source/sub Makefile:6:- [sub/x] Error 1']);
    assert.deepEqual(found("Makefile:4: recipe for target 'all' failed\nmake: *** [all] Error 127"), [
      "make error Makefile:3:- recipe for target 'all' failed",
    ]);
    assert.deepEqual(found('main.c:1:1: error: no\nmake: *** [Makefile:2: main.o] Error 1'), [
      'cc error main.c:0:0 no',
    ]);
    assert.deepEqual(
      found('a.c:1:1: error: no\nmake: *** [Makefile:2: a.o] Error 1\nmake: *** [Makefile:9: b] Killed'),
      ['cc error a.c:0:0 no', 'make error Makefile:8:- [b] Killed'],
    );
  });

  it('pytest, as long and as short as it says it, and warnings of python', () => {
    // pytest 9.0, Python 3.11
    const log = `    def test_a():
        x = 1
>       assert x == 2
E       assert 1 == 2

test_a.py:3: AssertionError
____________________________________ test_b ____________________________________

>       raise ValueError("no")
E       ValueError: no

tests/test_a.py:6: ValueError
_______________________________ short _______________________________
test_c.py:3: in test_c
    helper(1)
lib/helper.py:9: in helper
    assert x == 2
E   AssertionError: assert 1 == 2
E    +  where 1 = f()
=============================== warnings summary ===============================
test_a.py::test_w
  /build/source/test_a.py:10: DeprecationWarning: old
    warnings.warn("old", DeprecationWarning)
w.py:3: UserWarning: old thing
/nix/store/x-python3/lib/python3.11/site-packages/x.py:4: DeprecationWarning: not the author's`;
    assert.deepEqual(found(log), [
      'python error test_a.py:2:- assert 1 == 2',
      'python error tests/test_a.py:5:- ValueError: no',
      'python error lib/helper.py:8:- AssertionError: assert 1 == 2',
      'python warning /build/source/test_a.py:9:- DeprecationWarning: old',
      'python warning w.py:2:- UserWarning: old thing',
    ]);
  });

  it('go test, in the folder of the package that is named at its end', () => {
    // go 1.19, `go test ./...`
    const log = `--- FAIL: TestRoot (0.00s)
    main_test.go:5: root
FAIL
FAIL\texample.com/mod\t0.001s
ok  \texample.com/mod/fine\t0.001s
--- FAIL: TestSub (0.00s)
    main_test.go:5: sub
FAIL
FAIL\texample.com/mod/sub\t0.002s
FAIL`;
    assert.deepEqual(found(log), [
      'go error example.com/mod main_test.go:4:- root',
      'go error example.com/mod/sub main_test.go:4:- sub',
    ]);
  });

  it('go test, of tests that failed alone', () => {
    // go 1.19, with and without -v
    const log = `=== RUN   TestGood
    main_test.go:5: a note
--- PASS: TestGood (0.00s)
=== RUN   TestBad
=== RUN   TestBad/sub
    main_test.go:10: got 1, want 2
--- FAIL: TestBad (0.00s)
    --- FAIL: TestBad/sub (0.00s)
FAIL
--- FAIL: TestOther (0.00s)
    other_test.go:7:
        \tError Trace:\tother_test.go:7
    other_test.go:9: no
FAIL
    quiet.go:3: not of a test`;
    assert.deepEqual(found(log), [
      'go error main_test.go:9:- got 1, want 2',
      'go error other_test.go:6:- The test failed.',
      'go error other_test.go:8:- no',
    ]);
  });

  it('a panic of rust, as new and as old ones say it', () => {
    // rustc 1.95; what those before 1.73 say.
    const log = `thread 'main' (13296) panicked at m.rs:3:21:
index out of bounds: the len is 0 but the index is 3
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace
thread 'tests::adds' panicked at src/lib.rs:14:9:
assertion \`left == right\` failed
  left: 1
 right: 2
thread 'main' panicked at 'called \`Option::unwrap()\` on a \`None\` value', src/main.rs:2:5`;
    assert.deepEqual(found(log), [
      'rustc error m.rs:2:20 index out of bounds: the len is 0 but the index is 3',
      'rustc error src/lib.rs:13:8 assertion `left == right` failed',
      'rustc error src/main.rs:1:4 called `Option::unwrap()` on a `None` value',
    ]);
    const problems = new LogProblems();
    problems.text("thread 'main' panicked at m.rs:3:21:\n");
    problems.text('words\nmore\n');
    assert.deepEqual(
      problems.all.map(({ message }) => message),
      ['words'],
    );
  });

  it('what cmake finds old, and what it cannot parse', () => {
    // CMake 3.25
    const log = `CMake Deprecation Warning at CMakeLists.txt:1 (cmake_minimum_required):
  Compatibility with CMake < 3.5 will be removed from a future version of

CMake Error at CMakeLists.txt:3:
  Parse error.  Expected a command name, got unquoted argument with text "}".`;
    assert.deepEqual(found(log), [
      'cmake warning CMakeLists.txt:0:- Compatibility with CMake < 3.5 will be removed from a future version of',
      'cmake error CMakeLists.txt:2:- Parse error.  Expected a command name, got unquoted argument with text "}".',
    ]);
  });

  it('of another phase begins anew', () => {
    const problems = new LogProblems();
    problems.text('CMake Error at CMakeLists.txt:3 (x):\n');
    problems.phase();
    problems.text('  of the next phase\n');
    assert.equal(problems.count, 0);
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
