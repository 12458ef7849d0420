import { lastMatch, type Finding, type Rule } from './rule';

const linker: readonly RegExp[] = [
  // GNU ld, gold; lld
  /(?:cannot find|unable to find library) -l(?<name>[\w+][\w.+-]*?)(?::|$)/,
  // A file's name rather than a library's.
  /(?:cannot find|unable to find library) -l:(?:lib)?(?<name>[\w.+-]+?)\.(?:so|(?<archive>a))\b/,
  /^mold: (?:fatal|error): library not found: (?<name>[\w.+-]+)/,
  // Apple's ld and its kin
  /ld(?:64\.lld)?: (?:error: )?library (?:not found for -l|['"])(?<name>[\w.+-]+)/,
  /could not find native static library `(?<name>[\w.+-]+)`/,
  // meson
  /ERROR: \S+ (?:shared or static|shared|static) library ['"](?<name>[\w.+-]+)['"] not found/,
];
const framework = /ld(?:64\.lld)?: (?:error: )?framework (?:not found |['"])(?<name>\w+)/;
/** nixpkgs' autoPatchelfHook; a library that only some of what is installed needs may be ignored. */
const patched =
  /auto-patchelf could not satisfy dependency (?<file>(?:lib)?(?<name>[\w.+-]+?)\.so[\w.]*) wanted by (?<user>\S+)/;
/** autoconf's AC_CHECK_LIB and AC_SEARCH_LIBS. */
const checked: readonly RegExp[] = [
  /^checking for \S+ in -l(?<name>[\w.+-]+)\.\.\. no$/,
  /^checking for library containing (?<symbol>\w+)\.\.\. no$/,
];
const loader: readonly RegExp[] = [
  /(?<who>error while loading shared libraries|ImportError|OSError): (?:lib)?(?<name>[\w.+-]+?)\.so[\w.]*: cannot open shared object file/,
];
/** They come with the compiler, in no package of their own. */
const ofCompiler = /^(?:stdc\+\+|gcc_s|gomp|atomic|quadmath)$/;

/** A library that the linker, configure or a program that the build runs does not find. */
export const missingLibrary: Rule = ({ lines }) => {
  const found = [lastMatch(lines, [...linker, framework, patched, ...loader]), justChecked(lines)];
  const [latest] = found.filter((one) => one !== null).sort((a, b) => b.line - a.line);
  if (latest === undefined) return null;
  const { line, match } = latest;
  const { name = '', who, archive, file, user, symbol } = match.groups ?? {};
  const text = lines[line] ?? '';
  if (who !== undefined) return notLoaded(line, name, who === 'ImportError');
  if (symbol !== undefined) return noneHas(line, symbol);
  if (framework.test(text)) return noFramework(line, name);
  if (file !== undefined && user !== undefined) return notPatched(line, name, file, user);
  return {
    line,
    cause: `The library ${name} is not found: none of the derivation’s inputs brings it.`,
    advice:
      archive === undefined
        ? 'Add the package that has it to buildInputs.'
        : `Add the package that has it to buildInputs. A static archive (lib${name}.a) is asked for, which most packages only have when they are overridden to be static.`,
    remedy: { kind: 'input', wanted: { kind: 'library', name }, attribute: 'buildInputs' },
  };
};

/** configure asks for much that it does without: what it asked last before it stopped counts. */
function justChecked(lines: readonly string[]): ReturnType<typeof lastMatch> {
  const found = lastMatch(lines, checked);
  if (found === null) return null;
  const after = lines.slice(found.line + 1, found.line + 4);
  return after.some((line) => line.startsWith('configure: error:')) ? found : null;
}

function noneHas(line: number, symbol: string): Finding {
  return {
    line,
    cause: `configure finds no library that has ${symbol}: none of the derivation’s inputs brings it.`,
    advice: 'Add the package whose library has it to buildInputs.',
    remedy: null,
  };
}

function noFramework(line: number, name: string): Finding {
  return {
    line,
    cause: `The framework ${name} of macOS is not found.`,
    advice: `Frameworks come with apple-sdk in buildInputs (in nixpkgs before 24.11: darwin.apple_sdk.frameworks.${name}); one that is newer needs a newer apple-sdk.`,
    remedy: null,
  };
}

function notPatched(line: number, name: string, file: string, user: string): Finding {
  const cause = `${user.replace(/^.*\//, '')} needs ${file}, and none of the derivation’s inputs brings it.`;
  const unless = `if it can do without, name it in autoPatchelfIgnoreMissingDeps = [ "${file}" ]`;
  if (ofCompiler.test(name)) {
    return {
      line,
      cause,
      advice: `Add stdenv.cc.cc.lib to buildInputs; ${unless}.`,
      remedy: { kind: 'package', path: ['stdenv', 'cc', 'cc', 'lib'], attribute: 'buildInputs' },
    };
  }
  return {
    line,
    cause,
    advice: `Add the package that has it to buildInputs; ${unless}.`,
    remedy: { kind: 'input', wanted: { kind: 'library', name }, attribute: 'buildInputs' },
  };
}

function notLoaded(line: number, name: string, isModule: boolean): Finding {
  return {
    line,
    about: name,
    cause: `${isModule ? 'A Python module that is imported' : 'A program that the build runs'} does not find the library lib${name}.so.`,
    advice: isModule
      ? 'If the module came ready made (a wheel), autoPatchelfHook in nativeBuildInputs tells it where its libraries are, with their packages in buildInputs; else it has to be linked with where they are (rpath).'
      : 'If the program is the build’s own, run it with LD_LIBRARY_PATH set to where the library was built; if it came ready made, autoPatchelfHook tells it where its libraries are.',
    remedy: null,
  };
}
