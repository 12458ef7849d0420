/** Sources that `stdenv.mkDerivation` builds: meson, CMake, autotools, plain make. */
import { nothingSaid, type BuildPlan, type BuildSystem, type Described } from './source';

const maker = 'stdenv.mkDerivation';

export const meson: BuildSystem = {
  name: 'meson',
  plan: ({ text }) => {
    const file = text('meson.build');
    if (file === null) return null;
    const project = callOf(file, 'project') ?? '';
    const said = (key: string): string | null =>
      new RegExp(String.raw`\b${key}\s*:\s*(?:\[\s*)?'([^'\n]*)'`).exec(project)?.[1] ?? null;
    return plan(['meson', 'ninja', ...pkgConfig(file, /\bdependency\s*\(/)], {
      ...nothingSaid,
      name: /^\s*'([^'\n]*)'/.exec(project)?.[1] ?? null,
      version: said('version'),
      license: said('license'),
    });
  },
};

export const cmake: BuildSystem = {
  name: 'CMake',
  plan: ({ text }) => {
    const file = text('CMakeLists.txt');
    if (file === null) return null;
    const project = callOf(file, 'project') ?? '';
    const said = (key: string): string | null =>
      literal(new RegExp(String.raw`\b${key}\s+("[^"]*"|[^\s")]+)`).exec(project)?.[1]);
    return plan(['cmake', ...pkgConfig(file, /\b(?:pkg_check_modules|pkg_search_module|PkgConfig)\b/)], {
      ...nothingSaid,
      name: literal(/^\s*("[^"]*"|[^\s")]+)/.exec(project)?.[1]),
      version: said('VERSION'),
      description: said('DESCRIPTION'),
      homepage: said('HOMEPAGE_URL'),
    });
  },
};

export const autotools: BuildSystem = {
  name: 'autotools',
  plan: ({ names, text }) => {
    const file = text('configure.ac') ?? text('configure.in');
    const described = file === null ? configured(text('configure')) : initialised(file);
    const pkg = pkgConfig(file ?? '', /\bPKG_(?:CHECK_MODULES|PROG_PKG_CONFIG)\b/);
    if (names.has('configure')) return plan(pkg, described);
    if (file !== null) return plan(['autoreconfHook', ...pkg], described);
    if (!names.has('autogen.sh')) return null;
    const made = plan(['autoconf', 'automake', 'libtool'], described);
    const preConfigure = "''\n    NOCONFIGURE=1 sh ./autogen.sh\n  ''";
    return { ...made, attributes: [['preConfigure', preConfigure]] };
  },
};

const makefiles = ['GNUmakefile', 'makefile', 'Makefile'];

export const make: BuildSystem = {
  name: 'make',
  plan: (files) => {
    const file = makefiles.map(files.text).find((text) => text !== null);
    if (file == null) return null;
    const prefix = /^[ \t]*(PREFIX|prefix)[ \t]*[?:]?=/m.exec(file)?.[1];
    const hasInstall = /^install\b[^:=\n]*::?(?!=)/m.test(file);
    return {
      ...plan(pkgConfig(file, /\bpkg-config\b/), nothingSaid),
      attributes: prefix === undefined ? [] : [['makeFlags', `[ "${prefix}=$(out)" ]`]],
      notes: hasInstall ? [] : ['Its Makefile has no target `install`: write an `installPhase`.'],
    };
  },
};

function plan(nativeBuildInputs: readonly string[], described: Described): BuildPlan {
  return { maker, nativeBuildInputs, attributes: [], described, notes: [] };
}

function pkgConfig(text: string, asked: RegExp): readonly string[] {
  return asked.test(text) ? ['pkg-config'] : [];
}

/** Between the parentheses of the first call, as far as no other begins in it. */
function callOf(text: string, name: string): string | null {
  const uncommented = text.replaceAll(/^[ \t]*#.*$/gm, '');
  return (
    new RegExp(String.raw`\b${name}\s*\(((?:[^()"']|"[^"]*"|'[^']*'|\([^)]*\))*)\)`, 'i').exec(
      uncommented,
    )?.[1] ?? null
  );
}

/** What is written in place; null for what is only named by a variable. */
function literal(word: string | undefined): string | null {
  const value = word?.replaceAll('"', '') ?? '';
  return value === '' || value.includes('$') ? null : value;
}

/** `AC_INIT([name], [version], [reports], [tarname], [url])`. */
function initialised(file: string): Described {
  const inside = /^[ \t]*AC_INIT\s*\(((?:[^()]|\([^)]*\))*)\)/m.exec(file)?.[1] ?? '';
  const said = inside.split(',').map((part) => {
    const value = part.trim().replace(/^\[+|\]+$/g, '');
    return value === '' || /[[\]($]/.test(value) ? null : value;
  });
  const [name = null, version = null, , tarName = null, homepage = null] = said;
  return { ...nothingSaid, name: tarName ?? name, version, homepage };
}

/** What a generated script remembers of it. */
function configured(script: string | null): Described {
  const said = (key: string): string | null => {
    const found = new RegExp(`^PACKAGE_${key}='([^'\\n]*)'`, 'm').exec(script ?? '')?.[1] ?? '';
    return found === '' ? null : found;
  };
  return { ...nothingSaid, name: said('TARNAME'), version: said('VERSION'), homepage: said('URL') };
}
