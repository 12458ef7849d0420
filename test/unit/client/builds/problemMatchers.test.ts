/** The problem matchers for users' own tasks, applied as VS Code applies them: the patterns one line after the other. */
import { deepEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Pattern {
  readonly regexp: string;
  readonly file?: number;
  readonly line?: number;
  readonly column?: number;
  readonly severity?: number;
  readonly message?: number;
}
interface Matcher {
  readonly name: string;
  readonly severity: string;
  readonly pattern: Pattern | readonly Pattern[];
}
const manifest = JSON.parse(readFileSync(join(__dirname, '../../../../package.json'), 'utf8')) as {
  readonly contributes: { readonly problemMatchers: readonly Matcher[] };
};

/** `FILE:LINE:COLUMN SEVERITY MESSAGE`, as printed. */
function matched(name: string, log: string): readonly string[] {
  const matcher = manifest.contributes.problemMatchers.find((one) => one.name === name);
  const patterns = [matcher?.pattern ?? []].flat();
  const lines = log.split('\n');
  return lines.flatMap((_, at) => {
    const found: Partial<Record<keyof Pattern, string>> = {};
    for (const [index, pattern] of patterns.entries()) {
      const match = new RegExp(pattern.regexp).exec(lines[at + index] ?? '');
      if (match === null) return [];
      for (const key of ['file', 'line', 'column', 'severity', 'message'] as const) {
        const text = pattern[key] === undefined ? undefined : match[pattern[key]];
        if (text !== undefined) found[key] = text;
      }
    }
    const { file, line, column = '-', severity = matcher?.severity, message } = found;
    return [`${file}:${line}:${column} ${severity?.toLowerCase()} ${message}`];
  });
}

describe('problem matchers for tasks that run Nix', () => {
  it('are one for each family of tools, of names that do not change', () => {
    deepEqual(
      manifest.contributes.problemMatchers.map(({ name }) => name),
      ['gcc', 'rustc', 'go', 'python', 'make', 'cmake', 'meson'].map((tool) => `phasewise-${tool}`),
    );
  });

  it('gcc and clang, below the folder of the build and behind the name that Nix writes before each line', () => {
    const log = `main.c: In function ‘main’:
hello> /build/source/src/main.c:3:5: error: ‘x’ undeclared
/tmp/nix-build-hello-1.0.drv-0/hello/a.c:1:10: fatal error: zlib.h: No such file or directory
gtk+-3.24> ./b.c:9:1: warning: unused
http://x:80: fine
2024-01-01 12:30: error`;
    deepEqual(matched('phasewise-gcc', log), [
      'src/main.c:3:5 error ‘x’ undeclared',
      'a.c:1:10 error zlib.h: No such file or directory',
      'b.c:9:1 warning unused',
    ]);
  });

  it('rustc and cmake, which use two lines', () => {
    const rust = `hello> error[E0308]: mismatched types
hello>  --> src/main.rs:2:18
error: could not compile`;
    deepEqual(matched('phasewise-rustc', rust), ['src/main.rs:2:18 error mismatched types']);
    const cmake = `CMake Deprecation Warning at CMakeLists.txt:1 (cmake_minimum_required):
  Compatibility with CMake < 3.5 will be removed
x> CMake Error at /build/source/cmake/x.cmake:5 (find_package):
x>   By not providing "FindFoo.cmake"`;
    deepEqual(matched('phasewise-cmake', cmake), [
      'CMakeLists.txt:1:- warning Compatibility with CMake < 3.5 will be removed',
      'cmake/x.cmake:5:- error By not providing "FindFoo.cmake"',
    ]);
  });

  it('go, pytest and warnings of Python, make and meson', () => {
    deepEqual(matched('phasewise-go', 'x> vet: ./a.go:3:1: undefined: b\ncmd/b.go:4: c'), [
      'a.go:3:1 error undefined: b',
      'cmd/b.go:4:- error c',
    ]);
    const python = `tests/test_a.py:3: AssertionError
test_a.py:3: in test_a
  /build/source/a.py:10: DeprecationWarning: old`;
    deepEqual(matched('phasewise-python', python), [
      'tests/test_a.py:3:- error AssertionError',
      'a.py:10:- warning DeprecationWarning: old',
    ]);
    const make = `x> make[1]: *** [Makefile:4: all] Error 1
Makefile:12: *** missing separator.  Stop.
Makefile:3: recipe for target 'all' failed
make: *** [all] Error 1`;
    deepEqual(matched('phasewise-make', make), [
      'Makefile:4:- error all] Error 1',
      'Makefile:12:- error *** missing separator.  Stop.',
      "Makefile:3:- error recipe for target 'all' failed",
    ]);
    deepEqual(matched('phasewise-meson', '../source/meson.build:3:0: ERROR: Dependency "foo" not found'), [
      '../source/meson.build:3:0 error Dependency "foo" not found',
    ]);
  });
});
