/** Which of several things in a log is to blame; texts in the words of GNU make 4.3, gcc 12, CMake 3.25, Python 3.11 and pytest 8. */
import { equal } from 'node:assert/strict';
import { explainFailure } from '../../../server/src/builds/explanations/explainFailure';

/** The input that is wanted, else the first words of the cause, else null. */
function blamed(text: string): string | null {
  const lines = text.replace(/^\n|\n *$/g, '').split('\n');
  const evidence = { message: '', hashMismatch: null, phase: 'buildPhase', lines, fetches: false };
  const found = explainFailure(evidence);
  return found?.remedy?.kind === 'input' ? found.remedy.wanted.name : (found?.cause.slice(0, 24) ?? null);
}

describe('of several things in a log', () => {
  for (const [title, expected, text] of [
    [
      'a program is to blame when make stops because of it, whatever another job says',
      'protoc',
      `
make: protoc: No such file or directory
make: *** [Makefile:3: a.pb.h] Error 127
make: *** Waiting for unfinished jobs....
b.c:3:5: error: unknown type name ‘b_t’`,
    ],
    [
      'a program is not to blame when what make could not make is something else',
      null,
      `
make: git: No such file or directory
ocamlfind ocamlopt -c a.ml
it went wrong in words that nobody knows
make: *** [Makefile:3: a.cmx] Error 2`,
    ],
    [
      'a header is to blame, though the shell missed a program after it and other files have errors, too',
      'zstd.h',
      `
a.c:1:10: fatal error: zstd.h: No such file or directory
compilation terminated.
make: git: No such file or directory
b.c:3:5: error: unknown type name ‘b_t’
make: *** [Makefile:3: a.o] Error 1`,
    ],
    [
      'an optional package is to blame when the next error of CMake names it',
      'OpenSSL',
      `
-- Could NOT find OpenSSL (missing: OPENSSL_CRYPTO_LIBRARY)
-- Looking for pthread.h
CMake Error at CMakeLists.txt:12 (message):
  This needs openssl 1.1 or later.`,
    ],
    [
      'an optional package is to blame when the next error of CMake names a variable of it',
      'ZLIB',
      `
-- Could NOT find ZLIB (missing: ZLIB_LIBRARY ZLIB_INCLUDE_DIR)
CMake Error: The following variables are used in this project, but they are set to NOTFOUND.
Please set them or make sure they are set and tested correctly in the CMake files:
ZLIB_LIBRARY
    linked by target "p" in directory /build`,
    ],
    [
      'an optional package is to blame when nothing else is said',
      'Doxygen',
      `
-- Could NOT find Doxygen (missing: DOXYGEN_EXECUTABLE)`,
    ],
    [
      'what pkg-config did not find is to blame when CMake says that it was required',
      'gtk4',
      `
--   No package 'gtk4' found
CMake Error at /share/cmake-3.30/Modules/FindPkgConfig.cmake:645 (message):
  The following required packages were not found:

   - gtk4`,
    ],
    [
      'what configure asked last is to blame when it stops, though it says so in general words',
      'pkg-config',
      `
./configure: line 2931: pkg-config: command not found
checking for GUI... no
configure: error: no toolkit is there`,
    ],
    [
      'what configure could do without is not to blame',
      'The configuration stop',
      `
./configure: line 2931: git: command not found
checking for a... yes
checking for b... yes
checking for c... yes
checking for d... yes
configure: error: no toolkit is there`,
    ],
    [
      'a home directory is to blame when a test’s own exception is about it',
      'A program of the build w',
      `
E       PermissionError: [Errno 13] Permission denied: '/homeless-shelter'
/lib/python3.11/os.py:225: PermissionError
=========================== short test summary info ============================
FAILED tests/test_cli.py::test_init - PermissionError: [Errno 13] Permission ...`,
    ],
    [
      'a module is to blame when the exception after it names it',
      'ujson',
      `
ModuleNotFoundError: No module named 'ujson'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/build/t.py", line 4, in <module>
    raise ImportError("ujson is needed")
ImportError: ujson is needed`,
    ],
    [
      'memory is to blame, and no test that is called after it',
      null,
      `
tests/test_memory.py::test_out of memory PASSED                          [ 50%]
tests/test_sum.py::test_adds FAILED                                      [100%]`,
    ],
    [
      'a warning is not to blame for what goes wrong in words that nobody knows',
      null,
      `
warning: unable to access '/homeless-shelter/.config/git/attributes': Permission denied
it went wrong in words that nobody knows`,
    ],
    [
      'what CMake warned of is not to blame when it came to its end',
      null,
      `
CMake Warning at CMakeLists.txt:3 (find_package):
  Could not find a package configuration file provided by "benchmark" with
  any of the following names:

    benchmarkConfig.cmake


-- Configuring done (0.1s)
-- Generating done (0.0s)
it went wrong in words that nobody knows`,
    ],
    [
      'a program that somebody did without is not to blame for an exception that was caught much later',
      null,
      `
build.sh: line 1: hg: command not found
KeyError: 'a'

During handling of the above exception, another exception occurred:

RuntimeError: no a`,
    ],
    [
      'what meson wants is to blame, and not a pkg-config that it has no need of',
      'gtk4',
      `
Did not find pkg-config by name 'build-pkg-config'
Found pkg-config: YES (/bin/pkg-config) 0.29.2
meson.build:2:0: ERROR: Dependency "gtk4" not found, tried pkgconfig`,
    ],
    ...[
      'src/a.ts(3,5): error TS2304: Cannot find name x.',
      'src/Main.hs:3:8: error:',
      '[ERROR] COMPILATION ERROR :',
      "a.rb:3:in `f': undefined method `g' for nil (NoMethodError)",
      'Can\'t locate object method "f" via package "A" at a.pl line 3.',
      '** (CompileError) lib/a.ex:3: undefined variable "x"',
    ].map(
      (error) =>
        [
          `a program is not to blame for ${error}`,
          null,
          `build.sh: line 1: hg: command not found\n${error}`,
        ] as const,
    ),
    [
      'a module is to blame that pytest does not import, and not its summary',
      'numpy',
      `
ImportError while importing test module '/build/tests/test_a.py'.
E   ModuleNotFoundError: No module named 'numpy'
=========================== short test summary info ============================
ERROR tests/test_a.py
!!!!!!!!!!!!!!!!!!!! Interrupted: 1 error during collection !!!!!!!!!!!!!!!!!!!!`,
    ],
    [
      'a module is to blame that unittest does not import, though another test fails, too',
      'numpy',
      `
ERROR: test_a (tests.test_a.TestA.test_a)
----------------------------------------------------------------------
ModuleNotFoundError: No module named 'numpy'

======================================================================
ERROR: test_b (tests.test_b.TestB.test_b)
----------------------------------------------------------------------
AssertionError: 1 != 2

FAILED (errors=1, failures=1)`,
    ],
    [
      'what a program logs while it goes on overrules nothing',
      'numpy',
      `
ModuleNotFoundError: No module named 'numpy'
ERROR:root:it was not to be had`,
    ],
    [
      'a full disk is to blame for whatever goes wrong after it',
      'The disk is full',
      `
tar: src/a.c: Cannot write: No space left on device
a.c:3:5: error: expected declaration at end of input`,
    ],
    [
      'the network is to blame when git is called by Python',
      'The build asks the netwo',
      `
fatal: unable to access 'https://example.org/a.git/': Could not resolve host: example.org
Traceback (most recent call last):
  File "/build/setup.py", line 3, in <module>
    subprocess.check_call(["git", "clone", "https://example.org/a.git"])
subprocess.CalledProcessError: Command '['git', 'clone', 'https://example.org/a.git']' returned non-zero exit status 128.`,
    ],
  ] as const) {
    it(title, () => {
      const found = blamed(text);
      equal(expected === null ? found : found?.slice(0, expected.length), expected);
    });
  }

  it('a log that complains of thousands of things is looked at no longer than a moment', () => {
    const lines = Array.from({ length: 400 }, (_, index) => `make: tool${index}: No such file or directory`);
    const begin = Date.now();
    equal(blamed([...lines, 'a.c:3:5: error: unknown type name ‘a_t’'].join('\n')), null);
    equal(Date.now() - begin < 1000, true);
  });
});
