import { lastSaid, type CMakeSaid } from './cmakeSaid';
import type { Finding, Rule, Wanted } from './rule';

/** What find_package, find_program and find_path say when they stop, each by its beginning. */
const beginnings: readonly (readonly [begins: RegExp, read: (said: CMakeSaid) => Finding | null])[] = [
  [/^\s*(?:-- )?Could NOT find [\w.+-]+(?:[,:]| \()/, module],
  [/^\s*Could not find a package configuration file provided by "/, configFile],
  [/^\s*Could not find a configuration file for package "/, configVersion],
  [/^\s+Found package configuration file:$/, setToFalse],
  [/^\s*Could not find \S+ using the following (?:names|files):/, file],
];
/** Modules of CMake that look for programs of the build. */
const programs =
  /^(?:BISON|CVS|Cython|Doxygen|ECM|FLEX|Gettext|Git|Hg|LATEX|Perl|Python[23]?|PythonInterp|Subversion|SWIG|Wget)$/;

/** A package, program or header that CMake looks for. */
export const cmakePackage: Rule = ({ lines }) => {
  let latest: Finding | null = null;
  for (const [begins, read] of beginnings) {
    const said = lastSaid(lines, begins);
    const found = said === null ? null : read({ ...said, text: `${said.text}${headOf(lines, said.line)}` });
    if (found !== null && found.line > (latest?.line ?? -1)) latest = found;
  }
  return latest;
};

/** The function that was called, behind what it says: ` (find_program)`. */
function headOf(lines: readonly string[], line: number): string {
  return /^CMake Error at .*( \(find_\w+\)):$/.exec(lines[line - 1] ?? '')?.[1] ?? '';
}

function module({ line, text }: CMakeSaid): Finding | null {
  const name = /Could NOT find (?<name>[\w.+-]+)/.exec(text)?.groups?.['name'] ?? '';
  const old =
    /: Found unsuitable version "(?<own>[^"]+)", but required is (?<how>[a-z ]+) "(?<wanted>[^"]+)"/.exec(
      text,
    );
  if (old !== null) {
    const { own = '', how = '', wanted = '' } = old.groups ?? {};
    return otherVersion(line, name, `${how} ${wanted}`, own);
  }
  const missing = /\(missing: (?<missing>[^)]*)\)/.exec(text)?.groups?.['missing'];
  return missing === undefined ? null : notFound(line, name, isProgram(name, missing));
}

/** By the variables that stayed empty: the headers of Python are a library's, its interpreter is not. */
function isProgram(name: string, missing: string): boolean {
  const executable = /_EXECUTABLE\b|\bInterpreter\b/.test(missing);
  const library = /INCLUDE|LIBRAR|\bDevelopment\b/.test(missing);
  return executable ? programs.test(name) || !library : programs.test(name) && !library;
}

function configFile({ line, text }: CMakeSaid): Finding | null {
  const name = /provided by "(?<name>[\w.+-]+)"/.exec(text)?.groups?.['name'];
  return name === undefined ? null : notFound(line, name, programs.test(name));
}

function configVersion({ line, text }: CMakeSaid): Finding | null {
  const { name, wanted } =
    /package "(?<name>[\w.+-]+)".*requested version (?:range )?"(?<wanted>[^"]+)"/.exec(text)?.groups ?? {};
  if (name === undefined || wanted === undefined) return null;
  return otherVersion(line, name, wanted, /, version: (?<own>\S+)/.exec(text)?.groups?.['own'] ?? null);
}

function setToFalse({ line, text }: CMakeSaid): Finding | null {
  const { name, reason } =
    /but it set (?<name>[\w.+-]+)_FOUND to FALSE.*?(?:Reason given by package: (?<reason>.+?)\.?)?(?: \(find_package\))?$/.exec(
      text,
    )?.groups ?? {};
  if (name === undefined) return null;
  const dependency = /dependency (?<name>[\w.+-]+) could not be found/.exec(reason ?? '')?.groups?.['name'];
  if (dependency !== undefined) return notFound(line, dependency, false);
  return {
    line,
    about: name,
    cause: `CMake finds ${name}, and it says of itself that it cannot be used${reason === undefined ? '' : `: ${reason}`}.`,
    advice: `Add what ${name} needs to buildInputs, or take one that was built with what this package wants.`,
    remedy: null,
  };
}

function file({ line, text }: CMakeSaid): Finding | null {
  const said = /using the following (?:names|files): (?<name>[\w./+-]+?)(?:\.so|\.a)?(?:,| |$)/.exec(text);
  const name = said?.groups?.['name'];
  if (name === undefined) return null;
  if (text.endsWith('(find_program)')) {
    return wants(line, `CMake does not find the program ${name}`, { kind: 'command', name }, true);
  }
  if (/\(find_(?:path|file)\)$/.test(text)) {
    return wants(line, `CMake does not find the file ${name}`, { kind: 'header', name }, false);
  }
  const library = name.replace(/^lib/, '');
  return wants(line, `The library ${library} is not found`, { kind: 'library', name: library }, false);
}

function notFound(line: number, name: string, isNative: boolean): Finding {
  return wants(line, `CMake does not find ${name}`, { kind: 'cmakePackage', name }, isNative);
}

function wants(line: number, what: string, wanted: Wanted, isNative: boolean): Finding {
  const attribute = isNative ? 'nativeBuildInputs' : 'buildInputs';
  return {
    line,
    cause: `${what}: none of the derivation’s inputs brings it.`,
    advice: `Add the package that has it to ${attribute}.`,
    remedy: { kind: 'input', wanted, attribute },
  };
}

function otherVersion(line: number, name: string, wanted: string, own: string | null): Finding {
  return {
    line,
    about: name,
    cause: `CMake wants ${name} in version ${wanted}, and the one among the inputs is ${own ?? 'another'}.`,
    advice: `Take another version of ${name} as the input, or one of this package that wants less.`,
    remedy: null,
  };
}
