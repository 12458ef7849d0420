/** Sources that a language's own tools build: cargo, go, python's, npm. */
import {
  listText,
  nothingSaid,
  stringText,
  type Attribute,
  type BuildPlan,
  type BuildSystem,
} from './source';
import { readToml, type TomlValue } from './toml';
import { parseJsonObject } from '../../json';

export const cargo: BuildSystem = {
  name: 'cargo',
  plan: ({ names, text }) => {
    const file = text('Cargo.toml');
    if (file === null) return null;
    const toml = readToml(file);
    const said = (key: string): string | null =>
      string(toml.get(`package.${key}`)) ?? string(toml.get(`workspace.package.${key}`));
    return {
      maker: 'rustPlatform.buildRustPackage',
      nativeBuildInputs: [],
      attributes: [['cargoHash', 'lib.fakeHash']],
      described: {
        name: said('name'),
        version: said('version'),
        description: said('description'),
        homepage: said('homepage') ?? said('repository'),
        license: said('license')?.replaceAll('/', ' OR ') ?? null,
      },
      notes: names.has('Cargo.lock')
        ? []
        : ['There is no Cargo.lock: give one with `cargoLock.lockFile` and `postPatch`.'],
    };
  },
};

export const goModule: BuildSystem = {
  name: 'go',
  plan: ({ names, text }) => {
    const file = text('go.mod');
    if (file === null) return null;
    const path = /^module\s+"?([^\s"]+)/m.exec(file)?.[1] ?? null;
    const needs = /^[ \t]*require\b/m.test(file) && !names.has('vendor');
    return {
      maker: 'buildGoModule',
      nativeBuildInputs: [],
      attributes: [['vendorHash', needs ? 'lib.fakeHash' : 'null']],
      described: {
        ...nothingSaid,
        name:
          path
            ?.replace(/\/v\d+$/, '')
            .split('/')
            .at(-1) ?? null,
        homepage:
          path !== null && /^[\w-]+\.[\w.-]+\/./.test(path) ? `https://${path.replace(/\/v\d+$/, '')}` : null,
      },
      notes: [],
    };
  },
};

/** What builds it, by the module that a `pyproject.toml` names, as python3Packages calls it. */
const backends: readonly (readonly [RegExp, string])[] = [
  [/^hatchling\b/, 'hatchling'],
  [/^poetry[._]/, 'poetry-core'],
  [/^flit_core\b/, 'flit-core'],
  [/^pdm\./, 'pdm-backend'],
  [/^mesonpy\b/, 'meson-python'],
  [/^scikit_build_core\b/, 'scikit-build-core'],
  [/^uv_build\b/, 'uv-build'],
];

export const python: BuildSystem = {
  name: 'python',
  plan: ({ text }) => {
    const [project, setup] = [text('pyproject.toml'), text('setup.py') ?? text('setup.cfg')];
    if (project === null && setup === null) return null;
    const toml = readToml(project ?? '');
    if (
      project !== null &&
      setup === null &&
      ![...toml.keys()].some((key) => /^(?:build-system|project|tool\.poetry)\./.test(key))
    )
      return null;
    const said = (key: string): string | null =>
      string(toml.get(`project.${key}`)) ??
      string(toml.get(`tool.poetry.${key}`)) ??
      setupSays(setup ?? '', key);
    const isProgram =
      [...toml.keys()].some((key) => /^(?:project|tool\.poetry)\.scripts\./.test(key)) ||
      /console_scripts/.test(setup ?? '');
    const backend = string(toml.get('build-system.build-backend')) ?? 'setuptools';
    return {
      maker: `python3Packages.buildPython${isProgram ? 'Application' : 'Package'}`,
      nativeBuildInputs: [],
      attributes: pythonAttributes(backend, toml.get('project.dependencies'), said('name')),
      described: {
        name: said('name'),
        version: said('version'),
        description: said('description'),
        homepage: projectPage(toml) ?? said('url'),
        license: said('license') ?? said('license.text'),
      },
      notes: [
        ...(/^maturin\b/.test(backend)
          ? ['It has a part in Rust: add `cargoDeps` with `rustPlatform.fetchCargoVendor`.']
          : []),
        ...(toml.has('project.dependencies')
          ? []
          : ['Write its `dependencies`: they are not listed in pyproject.toml.']),
      ],
    };
  },
};

function pythonAttributes(
  backend: string,
  needed: TomlValue | undefined,
  name: string | null,
): readonly Attribute[] {
  const isRust = /^maturin\b/.test(backend);
  const system = backends.find(([module]) => module.test(backend))?.[1] ?? 'setuptools';
  const names = typeof needed === 'object' ? [...new Set(needed.flatMap(dependencyName))] : [];
  const from = (packages: readonly string[]): string =>
    listText(packages.map((one) => `python3Packages.${one}`));
  const build = isRust
    ? '[\n    rustPlatform.cargoSetupHook\n    rustPlatform.maturinBuildHook\n  ]'
    : from([system]);
  const imported = name?.replaceAll(/[-.]/g, '_').toLowerCase() ?? '';
  return [
    ['pyproject', 'true'],
    ['build-system', build],
    ...(names.length === 0 ? [] : [['dependencies', from(names)] as const]),
    ...(imported === '' ? [] : [['pythonImportsCheck', `[ ${stringText(imported)} ]`] as const]),
  ];
}

/** As PyPI writes names, and nixpkgs after it; none for what is no requirement by name. */
function dependencyName(requirement: string): readonly string[] {
  const name = /^\s*([a-z\d][\w.-]*)/i.exec(requirement)?.[1];
  if (name === undefined) return [];
  const normal = name.replaceAll(/[-_.]+/g, '-').toLowerCase();
  return [/^\d/.test(normal) ? stringText(normal) : normal];
}

function projectPage(toml: ReadonlyMap<string, TomlValue>): string | null {
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

export const npm: BuildSystem = {
  name: 'npm',
  plan: ({ names, text }) => {
    const file = text('package.json');
    const json = file === null ? null : parseJsonObject(file);
    if (json === null) return null;
    const { name, version, description, homepage, license, scripts } = json;
    const builds = typeof scripts === 'object' && scripts !== null && 'build' in scripts;
    return {
      maker: 'buildNpmPackage',
      nativeBuildInputs: [],
      attributes: [['npmDepsHash', 'lib.fakeHash'], ...(builds ? [] : [['dontNpmBuild', 'true'] as const])],
      described: {
        name: string(name)?.replace(/^@[^/]*\//, '') ?? null,
        version: string(version),
        description: string(description),
        homepage: string(homepage)?.replace(/#readme$/, '') ?? null,
        license: string(license),
      },
      notes: lockNotes(names),
    };
  },
};

function lockNotes(names: ReadonlySet<string>): BuildPlan['notes'] {
  if (names.has('package-lock.json') || names.has('npm-shrinkwrap.json')) return [];
  const other = ['yarn.lock', 'pnpm-lock.yaml'].find((name) => names.has(name));
  return [
    other === undefined
      ? 'There is no package-lock.json: make one with `npm install --package-lock-only` and copy it in `postPatch`.'
      : `Its dependencies are those of ${other}, which buildNpmPackage does not read: use nixpkgs’ hooks for ${other.startsWith('yarn') ? 'yarn' : 'pnpm'}.`,
  ];
}

function string(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
